"""Performing and listening: start, watch, pause and stop; the chapter on its timeline; its file."""

from typing import Literal

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.perform import PerformEvents
from studio.ui.handlers.quick_file import QuickFileEvents
from studio.ui.shared import BARE, EACH, QUIET, Shared, told
from studio.ui.timeline import timeline
from studio.ui.words import text

TICK_SECONDS = 1.0
Variant = Literal["primary", "secondary", "stop"]
# What is performed is what the button counts: the chapter that the timeline shows at that moment.
LOOKED_AT = """(project, chapter, seed) =>
  [project, Number(document.querySelector("#timeline .tr-listen").dataset.chapter), seed]"""


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events, delivery = PerformEvents(context), QuickFileEvents(context)
    with gr.Row(elem_id="performing"):
        perform = _button(text.PERFORM, "primary", "perform", shown=True)
        all_chapters = _button(text.PERFORM_ALL, "secondary", "perform-all")
        resume = _button(text.RESUME, "primary", "resume")
        pause = _button(text.PAUSE, "secondary", "pause")
        cancel = _button(text.CANCEL, "stop", "cancel")
    progress = gr.HTML(js_on_load=theme.script_file("progress"), elem_id="progress", **BARE)
    sheet = timeline(context)
    with gr.Row(elem_id="quick"):
        quick = gr.HTML(elem_id="quick-file", **BARE)
        audio_format = gr.Radio(
            list(text.FORMATS), value="mp3", label=text.FORMAT, visible=False, container=False,
            scale=0, min_width=280, elem_id="format",
        )  # fmt: skip
    with gr.Accordion(text.OPTIONS, open=False, elem_id="performing-options"):
        seed = gr.Number(
            0, label=text.SEED, info=text.SEED_HINT, precision=0, minimum=0, elem_id="seed"
        )
    timer, finished = gr.Timer(TICK_SECONDS, active=False), told()
    chapter = gr.Number(1, precision=0, visible=False)

    state = [sheet, progress, timer, perform, pause, resume, cancel, finished]
    shared.shown("listen", events.show, shared.project, [all_chapters, *state])
    perform.click(events.perform, [shared.project, chapter, seed], state, js=LOOKED_AT, **QUIET)
    all_chapters.click(events.perform_all, [shared.project, seed], state, **QUIET)
    pause.click(events.pause, shared.project, state, **QUIET)
    resume.click(events.resume, shared.project, state, **QUIET)
    cancel.click(events.cancel, shared.project, state, **QUIET)
    progress.drop(events.drop, shared.project, state, **EACH)
    timer.tick(events.tick, shared.project, [*state, shared.changed], **QUIET)
    sheet.turn_again(events.again, None, state, **EACH)
    gr.on(
        [finished.change, audio_format.input],
        delivery.deliver,
        [finished, audio_format, shared.project],
        [quick, audio_format],
        api_visibility="private",
        show_progress_on=quick,
    )


def _button(label: str, variant: Variant, name: str, *, shown: bool = False) -> gr.Button:
    return gr.Button(
        label, variant=variant, visible=shown, scale=1, min_width=110, size="md", elem_id=name
    )
