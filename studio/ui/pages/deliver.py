"""Delivery: what is made of which chapters; the files with their report, one by one or at once."""

from typing import Any

import gradio as gr

from studio.ui import theme
from studio.ui.boundary import answering
from studio.ui.context import Context
from studio.ui.handlers.deliver import DeliverEvents
from studio.ui.markup import parts
from studio.ui.shared import BARE, EACH, Shared
from studio.ui.words.delivery_text import LOOKING, WORDS


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = DeliverEvents(context)

    @answering
    def ask(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what the form asks for."""
        return events.answer(request)

    with gr.Row():
        with gr.Column(scale=4, min_width=300):
            form = gr.HTML(
                parts.empty(LOOKING), js_on_load=theme.script_file("delivery"),
                server_functions=[ask], project="", words=WORDS, elem_id="delivery", **BARE,
            )  # fmt: skip
        with gr.Column(scale=6, min_width=320):
            report = gr.HTML(
                fetch={}, js_on_load=theme.script_file("report"), min_height=80,
                elem_id="report", **BARE,
            )  # fmt: skip
    shared.shown("deliver", events.show, shared.project, [form, report])
    form.refresh(events.look, shared.project, [form, report], **EACH)
    report.archive(events.archive, shared.project, report, **EACH)
