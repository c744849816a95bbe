"""The cast: a voice for every speaker of the open project."""

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.cast import CastEvents
from studio.ui.shared import BARE, EACH, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = CastEvents(context)
    table = gr.HTML(js_on_load=theme.script_file("cast"), elem_id="cast", **BARE)
    shared.shown("cast", events.show, shared.project, table)
    table.recast(events.recast, shared.project, shared.changed, **EACH)
    table.regain(events.regain, shared.project, shared.changed, **EACH)
    table.line(events.line, shared.project, shared.dock, **EACH)
    table.audition(events.audition, None, shared.dock, **EACH)
