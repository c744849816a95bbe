"""Performing and listening: start, watch, stop, hear a turn, hear and take the chapter."""

import gradio as gr

from studio.ui import text, theme
from studio.ui.context import Context
from studio.ui.handlers.perform import PerformEvents
from studio.ui.handlers.quick_file import QuickFileEvents
from studio.ui.shared import BARE, EACH, QUIET, Shared, told

TICK_SECONDS = 1.0


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events, delivery = PerformEvents(context), QuickFileEvents(context)
    with gr.Row():
        with gr.Column(scale=7, min_width=320):
            turns = gr.HTML(
                marks={}, starts={}, js_on_load=theme.script_file("turns"), elem_id="turns", **BARE
            )
        with gr.Column(scale=4, min_width=300):
            chapter = gr.Dropdown(
                [(text.WHOLE_SCRIPT, 0)], value=0, label=text.CHAPTER, visible=False,
                elem_id="chapter",
            )  # fmt: skip
            perform = gr.Button(text.PERFORM, variant="primary", elem_id="perform")
            cancel = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="cancel")
            progress = gr.HTML(elem_id="progress", **BARE)
            with gr.Accordion(text.OPTIONS, open=False):
                seed = gr.Number(0, label=text.SEED, info=text.SEED_INFO, precision=0, minimum=0)
            player = gr.HTML(elem_id="chapter-player", **BARE)
            with gr.Row(visible=False, elem_classes="tr-ends") as delivered:
                audio_format = gr.Radio(
                    list(text.FORMATS), value="mp3", label=text.FORMAT, scale=2, min_width=220,
                    elem_id="format",
                )  # fmt: skip
                download = gr.DownloadButton(
                    text.DOWNLOAD, variant="primary", scale=1, min_width=120, size="md",
                    elem_id="download",
                )  # fmt: skip
    timer, finished = gr.Timer(TICK_SECONDS, active=False), told()

    state = [progress, timer, perform, cancel, finished]
    shared.shown("listen", events.show, [shared.project, chapter], [turns, chapter, *state])
    perform.click(events.perform, [shared.project, chapter, seed], [turns, *state], **QUIET)
    timer.tick(events.tick, shared.project, [turns, *state], **QUIET)
    cancel.click(events.cancel, shared.project, None, **QUIET)
    turns.listen(events.listen, shared.project, shared.dock, **EACH)
    gr.on(
        [finished.change, audio_format.input],
        delivery.deliver,
        [finished, audio_format],
        [player, delivered, download, turns],
        api_visibility="private",
        show_progress_on=player,
    )
