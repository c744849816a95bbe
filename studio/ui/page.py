"""The layout of the page and the wiring of its events; nothing is computed here.

One custom component holds the turns and one the cast, however long the script: a Gradio component
for each would be slow. A performance belongs to the server; the page asks for its state with a
timer, so that a closed tab loses nothing and a reloaded one finds its job again.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.services import sample_scripts
from studio.ui import markup, text, theme
from studio.ui.handlers import NO_JOB, Handlers

TICK_SECONDS = 1.0
# What the browser stores is no secret; a fixed key keeps it readable after the server restarts.
STORAGE_KEY = "tableread"
# Our own style sheet dresses the custom components, without Gradio's rules for prose.
BARE: dict[str, Any] = {"apply_default_css": False, "padding": False}
# No public endpoints: the page alone calls its handlers.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True)
class Writing:
    """The left side: where a script comes from, its text, and its turns."""

    sample: gr.Dropdown
    upload: gr.UploadButton
    script: gr.Textbox
    notes: gr.HTML
    turns: gr.HTML


@dataclass(frozen=True)
class Casting:
    """The cast with its voices, and a player for what is auditioned."""

    table: gr.HTML
    preview: gr.Audio


@dataclass(frozen=True)
class Performing:
    """What to perform, how far it is, and the finished chapter."""

    chapter: gr.Dropdown
    seed: gr.Number
    perform: gr.Button
    cancel: gr.Button
    progress: gr.HTML
    player: gr.HTML
    delivery: gr.Row
    audio_format: gr.Radio
    download: gr.DownloadButton


@dataclass(frozen=True)
class Memory:
    """What the page remembers: in the browser the draft and the job, else for the session."""

    draft: gr.BrowserState
    job: gr.BrowserState
    chosen: gr.State
    finished: gr.State
    timer: gr.Timer


def build(handlers: Handlers) -> gr.Blocks:
    """Return the page, wired to its handlers."""
    page = gr.Blocks(title=text.TITLE, analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        with gr.Row(elem_classes="tr-top"):
            gr.HTML(markup.masthead(), **BARE)
            engine = gr.HTML(**BARE)
        with gr.Row():
            with gr.Column(scale=6, min_width=320):
                writing = _writing()
            with gr.Column(scale=5, min_width=320):
                casting = _casting()
                performing = _performing()
        gr.HTML(markup.licenses(handlers.is_draft), **BARE)
        memory = _memory()
        page.load(handlers.engine_card, None, engine, **QUIET)
        _wire_script(handlers, page, writing, casting, performing, memory)
        _wire_performance(handlers, writing, casting, performing, memory, engine)
    return page


def _writing() -> Writing:
    samples = [(text.sample_choice(s.title, s.turns), s.slug) for s in sample_scripts()]
    with gr.Row(elem_classes="tr-ends"):
        sample = gr.Dropdown(
            samples, value=None, label=text.SAMPLE, scale=3, min_width=220, elem_id="sample"
        )
        upload = gr.UploadButton(
            text.UPLOAD,
            file_types=[".txt", ".md", ".epub"],
            scale=1,
            min_width=140,
            size="md",
            elem_id="upload",
        )
    script = gr.Textbox(
        label=text.SCRIPT,
        placeholder=text.SCRIPT_HINT,
        lines=12,
        max_lines=18,
        elem_id="script",
    )
    notes = gr.HTML(visible=False, elem_id="notes", **BARE)
    turns = gr.HTML(marks={}, js_on_load=theme.script_file("turns"), elem_id="turns", **BARE)
    return Writing(sample, upload, script, notes, turns)


def _casting() -> Casting:
    table = gr.HTML(js_on_load=theme.script_file("cast"), elem_id="cast", **BARE)
    preview = gr.Audio(
        label=text.PREVIEW,
        interactive=False,
        autoplay=True,
        visible=False,
        buttons=[],
        elem_id="preview",
    )
    return Casting(table, preview)


def _performing() -> Performing:
    chapter = gr.Dropdown(
        [(text.WHOLE_SCRIPT, 0)], value=0, label=text.CHAPTER, visible=False, elem_id="chapter"
    )
    with gr.Accordion(text.OPTIONS, open=False):
        seed = gr.Number(0, label=text.SEED, info=text.SEED_INFO, precision=0, minimum=0)
    perform = gr.Button(text.PERFORM, variant="primary", elem_id="perform")
    cancel = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="cancel")
    progress = gr.HTML(elem_id="progress", **BARE)
    player = gr.HTML(elem_id="chapter-player", **BARE)
    with gr.Row(visible=False, elem_classes="tr-ends") as delivery:
        audio_format = gr.Radio(
            [("MP3", "mp3"), ("FLAC", "flac"), ("WAV", "wav")],
            value="mp3",
            label=text.FORMAT,
            scale=2,
            min_width=260,
            elem_id="format",
        )
        download = gr.DownloadButton(
            text.DOWNLOAD, variant="primary", scale=1, min_width=140, size="md", elem_id="download"
        )
    return Performing(
        chapter, seed, perform, cancel, progress, player, delivery, audio_format, download
    )


def _memory() -> Memory:
    return Memory(
        draft=gr.BrowserState("", storage_key="tableread-draft", secret=STORAGE_KEY),
        job=gr.BrowserState(NO_JOB, storage_key="tableread-job", secret=STORAGE_KEY),
        chosen=gr.State({}),
        finished=gr.State(""),
        timer=gr.Timer(TICK_SECONDS, active=False),
    )


def _wire_script(
    handlers: Handlers,
    page: gr.Blocks,
    writing: Writing,
    casting: Casting,
    performing: Performing,
    memory: Memory,
) -> None:
    """Wire everything that changes the script or the cast."""
    page.load(
        handlers.open_page,
        [memory.draft, memory.job],
        [writing.script, writing.sample, memory.job, memory.timer],
        **QUIET,
    )
    writing.sample.input(handlers.choose_sample, writing.sample, writing.script, **QUIET)
    writing.upload.upload(
        handlers.open_file, writing.upload, [writing.script, writing.notes], **QUIET
    )
    writing.script.change(
        handlers.read,
        [writing.script, memory.chosen, performing.chapter],
        [writing.turns, casting.table, performing.chapter, performing.perform],
        **QUIET,
    )
    writing.script.change(None, writing.script, memory.draft, js="text => text")
    casting.table.recast(handlers.recast, None, memory.chosen, **QUIET)
    casting.table.audition(handlers.audition, None, casting.preview, **QUIET)


def _wire_performance(
    handlers: Handlers,
    writing: Writing,
    casting: Casting,
    performing: Performing,
    memory: Memory,
    engine: gr.HTML,
) -> None:
    """Wire the performance: start, watch, stop, hear, download."""
    state = [
        performing.progress,
        writing.turns,
        memory.timer,
        performing.perform,
        performing.cancel,
        memory.finished,
        engine,
    ]
    performing.perform.click(
        handlers.perform,
        [writing.script, memory.chosen, performing.chapter, performing.seed],
        [memory.job, *state],
        **QUIET,
    )
    memory.timer.tick(handlers.tick, memory.job, state, **QUIET)
    performing.cancel.click(handlers.cancel, memory.job, None, **QUIET)
    writing.turns.listen(handlers.listen, memory.job, casting.preview, **QUIET)
    gr.on(
        [memory.finished.change, performing.audio_format.input],
        handlers.deliver,
        [memory.finished, performing.audio_format, memory.job],
        [performing.player, performing.delivery, performing.download, writing.turns],
        api_visibility="private",
        show_progress_on=performing.player,
    )
