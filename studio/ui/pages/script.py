"""The script in its editor, and what a writer does with turns from there."""

import gradio as gr

from studio.ui.context import Context
from studio.ui.editor import editor
from studio.ui.handlers.script import ScriptEvents
from studio.ui.shared import QUIET, Shared

TICK_SECONDS = 1.0


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = ScriptEvents(context)
    sheet = editor(context.workspace.editing)
    timer = gr.Timer(TICK_SECONDS, active=False)
    shared.opened.change(events.show, shared.project, sheet, **QUIET)
    sheet.script_saved(events.saved, None, shared.changed, **QUIET)
    for happens in (shared.changed.change, sheet.chapter_opened, timer.tick):
        happens(events.statuses, shared.project, [sheet, timer], **QUIET)
    sheet.turn_perform(events.perform, None, timer, **QUIET)
    sheet.turn_play(events.play, None, shared.dock, **QUIET)
