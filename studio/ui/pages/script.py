"""The script as plain text, with its chapters beside it; stored while it is written."""

import gradio as gr

from studio.ui import text
from studio.ui.context import Context
from studio.ui.handlers.script import NO_DRAFT, ScriptEvents
from studio.ui.shared import BARE, QUIET, Shared, remembered


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = ScriptEvents(context)
    draft = remembered("draft", NO_DRAFT)
    with gr.Row():
        with gr.Column(scale=7, min_width=320):
            script = gr.Textbox(
                label=text.SCRIPT, show_label=False, placeholder=text.SCRIPT_HINT,
                lines=18, max_lines=28, elem_id="script",
            )  # fmt: skip
        with gr.Column(scale=3, min_width=240):
            outline = gr.HTML(elem_id="outline", **BARE)
    # Whose text is in the box: it changes with the text, where `shared.project` is ahead of it.
    shown = gr.Textbox(visible=False)
    shared.opened.change(events.show, [shared.project, draft], [shown, script, outline], **QUIET)
    # Kept in the browser first, so that a server that is gone loses nothing.
    script.change(None, [shown, script], draft, js="(project, text) => ({ project, text })")
    script.change(
        events.write, [shown, script], [outline, shared.changed, draft],
        trigger_mode="always_last", **QUIET,
    )  # fmt: skip
