"""The model: which checkpoint performs."""

import gradio as gr

from studio.ui.context import Context
from studio.ui.handlers.model import ModelEvents
from studio.ui.shared import BARE, QUIET, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    card = gr.HTML(elem_id="model", **BARE)
    shared.changed.change(ModelEvents(context).show, None, card, **QUIET)
