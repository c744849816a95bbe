"""The model: which checkpoint performs."""

import gradio as gr

from studio.ui import text
from studio.ui.context import Context
from studio.ui.handlers.model import ModelEvents
from studio.ui.shared import BARE, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    card = gr.HTML(elem_id="model", **BARE)
    with gr.Row():
        load = gr.Button(text.LOAD, elem_id="load", scale=0, min_width=160)
    events = ModelEvents(context)
    shared.shown("model", events.show, None, card)
    load.click(events.load, None, card, api_visibility="private", show_progress_on=load)
