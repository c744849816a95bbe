"""The projects: every project as a card, and three ways to begin one."""

import gradio as gr

from studio.services import sample_scripts
from studio.ui import phrases, text, theme
from studio.ui.context import Context
from studio.ui.handlers.projects import ProjectEvents
from studio.ui.shared import BARE, QUIET, Shared


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = ProjectEvents(context)
    with gr.Row(elem_classes="tr-begin"):
        create = gr.Button(text.NEW_PROJECT, variant="primary", elem_id="new-project")
        upload = gr.UploadButton(text.UPLOAD, file_types=list(text.FILE_TYPES), elem_id="upload")
        samples = [(phrases.sample_choice(s.title, s.turns), s.slug) for s in sample_scripts()]
        sample = gr.Dropdown(
            samples, value=None, label=text.SAMPLE, elem_id="sample", min_width=220
        )
    notes = gr.HTML(visible=False, elem_id="notes", **BARE)
    cards = gr.HTML(js_on_load=theme.script_file("cards"), elem_id="projects", **BARE)
    create.click(lambda: events.create(""), None, shared.opening, **QUIET)
    upload.upload(events.bring_in, upload, [*shared.opening, notes], **QUIET)
    sample.input(events.create_sample, sample, shared.opening, **QUIET)
    cards.open(events.open, None, shared.opening, **QUIET)
    shared.changed.change(events.show, shared.project, cards, **QUIET)
