"""The voice library."""

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.voices import VoiceEvents
from studio.ui.shared import BARE, EACH, QUIET, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = VoiceEvents(context)
    cards = gr.HTML(js_on_load=theme.script_file("cards"), elem_id="voices", **BARE)
    shared.changed.change(events.show, None, cards, **QUIET)
    cards.audition(events.audition, None, shared.dock, **EACH)
