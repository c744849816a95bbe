"""Delivery: formats, target and extras; the files with their report, one by one or all at once."""

import gradio as gr

from studio.services import caption_names, delivery_names, find_target, target_names
from studio.ui import text, theme
from studio.ui.context import Context
from studio.ui.handlers.deliver import DeliverEvents
from studio.ui.shared import BARE, EACH, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = DeliverEvents(context)
    with gr.Row():
        with gr.Column(scale=4, min_width=300):
            ready = gr.HTML(elem_id="ready", **BARE)
            options = _options()
            deliver = gr.Button(text.DELIVER, variant="primary", elem_id="deliver")
        with gr.Column(scale=6, min_width=320):
            report = gr.HTML(
                fetch={}, js_on_load=theme.script_file("report"), min_height=80,
                elem_id="report", **BARE,
            )  # fmt: skip
    shared.shown("deliver", events.show, shared.project, [ready, deliver, report])
    deliver.click(
        events.deliver, [shared.project, *options], report,
        api_visibility="private", show_progress_on=report,
    )  # fmt: skip
    report.archive(events.archive, shared.project, report, **EACH)
    report.refresh(events.show, shared.project, [ready, deliver, report], **EACH)


def _options() -> list[gr.components.Component]:
    """Lay out the choices, in the order of the handler's parameters."""
    formats = [(name.upper(), name) for name in delivery_names()]
    targets = [(find_target(name).description, name) for name in target_names()]
    captions = [(name.upper(), name) for name in caption_names()]
    return [
        gr.CheckboxGroup(formats, value=["mp3"], label=text.FORMATS_LABEL, elem_id="formats"),
        gr.Dropdown(targets, value="acx", label=text.TARGET, elem_id="target"),
        gr.CheckboxGroup(captions, label=text.CAPTIONS, elem_id="captions"),
        gr.CheckboxGroup(
            [(label, name) for name, label in text.DELIVERY_EXTRAS.items()], label=text.EXTRAS
        ),
        gr.Textbox(label=text.NARRATOR, elem_id="narrator"),
    ]
