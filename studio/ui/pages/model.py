"""The model: what performs now, the checkpoints to choose from, and the download of one."""

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.model import ModelEvents
from studio.ui.markup import parts
from studio.ui.shared import BARE, EACH, QUIET, Shared
from studio.ui.words import text

TICK_SECONDS = 1.0


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    script = theme.script_file("model")
    with gr.Row():
        with gr.Column(scale=4, min_width=300):
            card = gr.HTML(parts.empty(text.LOOKING), elem_id="model", **BARE)
            # Hidden until it is known whether there is anything to load.
            load = gr.Button(text.LOAD, visible=False, elem_id="load", size="md")
        with gr.Column(scale=6, min_width=320):
            download = gr.HTML(js_on_load=script, elem_id="model-download", **BARE)
            checkpoints = gr.HTML(js_on_load=script, elem_id="checkpoints", **BARE)
    timer = gr.Timer(TICK_SECONDS, active=False)
    everything = [card, checkpoints, download, timer, load, shared.foot, shared.dock]

    events = ModelEvents(context)
    shared.shown("model", events.show, None, everything)
    load.click(events.load, None, everything, api_visibility="private", show_progress_on=load)
    checkpoints.use(events.use, None, everything, **EACH)
    checkpoints.download(events.download, None, everything, **EACH)
    download.stop(events.stop, None, everything, **EACH)
    timer.tick(events.tick, None, everything, **QUIET)
