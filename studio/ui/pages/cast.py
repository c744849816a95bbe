"""The cast: a voice for every speaker of the open project, and how its words are pronounced."""

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.cast import CastEvents
from studio.ui.handlers.pronunciations import PronunciationEvents
from studio.ui.shared import BARE, EACH, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = CastEvents(context)
    table = gr.HTML(js_on_load=theme.script_file("cast"), elem_id="cast", **BARE)
    shared.shown("cast", events.show, shared.project, table)
    table.settle(events.settle, shared.project, shared.changed, **EACH)
    table.accept(events.accept, shared.project, shared.changed, **EACH)
    table.line(events.line, shared.project, shared.dock, **EACH)
    table.audition(events.audition, None, shared.dock, **EACH)
    _pronunciations(context, shared)


def _pronunciations(context: Context, shared: Shared) -> None:
    events = PronunciationEvents(context)
    entries = gr.HTML(
        js_on_load=theme.script_file("pronunciations"), elem_id="pronunciations", **BARE
    )
    spoken = gr.HTML(elem_id="spoken", **BARE)
    shared.shown("cast", events.show, shared.project, entries)
    after = [entries, spoken, shared.changed]
    entries.put(events.add, shared.project, after, **EACH)
    entries.take(events.remove, shared.project, after, **EACH)
    entries.preview(events.preview, shared.project, spoken, **EACH)
