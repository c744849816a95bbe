"""The projects: cards with what can be done, the trash, and the ways to begin one."""

import json
from typing import Any

import gradio as gr

from studio.services import sample_scripts
from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.importing import ImportEvents
from studio.ui.handlers.projects import ProjectEvents
from studio.ui.markup import importing
from studio.ui.markup import projects as markup
from studio.ui.pages import details
from studio.ui.shared import BARE, EACH, QUIET, Shared
from studio.ui.words import text


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    with gr.Row():
        with gr.Column(scale=7, min_width=320):
            undo = _told("undo", elem_classes="tr-maybe")
            with gr.Row(elem_id="ways"):
                begin = _told("begin", markup.begin())
                file = gr.File(
                    label=text.UPLOAD, file_types=list(text.FILE_TYPES), height=64,
                    elem_id="upload",
                )  # fmt: skip
            _importing(context, shared, file)
            cards = _told("projects", fetch={})
            samples = _told("samples", markup.samples(sample_scripts()))
            trash = _told("trash")
        details.build(context, shared)
    events, thrown = ProjectEvents(context), gr.State("")
    begin.create(events.create, None, shared.opening, **EACH)
    samples.sample(events.create_sample, None, shared.opening, **EACH)
    cards.open(events.open, None, shared.opening, **EACH)
    cards.rename(events.rename, shared.project, shared.opening, **EACH)
    cards.duplicate(events.duplicate, None, shared.changed, **EACH)
    cards.delete(events.delete, shared.project, [thrown, *shared.opening], **EACH)
    cards.bundle(events.bundle, None, cards, **EACH)
    undo.restore(events.restore, None, [thrown, *shared.opening], **EACH)
    trash.restore(events.restore, None, [thrown, *shared.opening], **EACH)
    shared.shown("projects", events.show, [shared.project, thrown], [cards, undo, trash])


def _told(name: str, value: str = "", **options: Any) -> gr.HTML:  # noqa: ANN401 - of a component
    """Return a component whose buttons tell their events (`assets/ui/cards.js`)."""
    script = theme.script_file("cards")
    return gr.HTML(value, js_on_load=script, elem_id=name, **options, **BARE)


def _importing(context: Context, shared: Shared, file: gr.File) -> None:
    """Lay out where a file that was dropped is looked at, and wire that."""
    events = ImportEvents(context)
    preview = gr.HTML(
        choices={}, js_on_load=theme.script_file("importing"), elem_id="import", **BARE
    )
    arrived = [preview, file, *shared.opening]
    # One after the other, so that a form that is late cannot come back after its import.
    told: dict[str, Any] = {
        "api_visibility": "private", "trigger_mode": "multiple", "concurrency_id": "import",
        "show_progress": "hidden",
    }  # fmt: skip
    # Not `change`: what is said of a file that cannot be read stays when the field is emptied.
    file.upload(None, None, preview, js=f"() => {json.dumps(str(importing.reading()))}", **QUIET)
    looked = file.upload(events.look, file, arrived, **told)
    looked.failure(lambda: ("", None), None, [preview, file], **QUIET)
    file.clear(lambda: "", None, preview, **QUIET)
    preview.choose(events.choose, file, preview, **told)
    preview.accept(events.accept, file, arrived, **told)
    preview.dismiss(lambda: ("", None), None, [preview, file], **QUIET)
