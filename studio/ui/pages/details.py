"""What is said about the open project: its cover, and the words that go into its deliveries."""

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.details import DetailEvents
from studio.ui.shared import BARE, EACH, QUIET, Shared
from studio.ui.words import text


def build(context: Context, shared: Shared) -> None:
    """Lay the details out and wire them."""
    events = DetailEvents(context)
    with gr.Column(scale=3, min_width=260, elem_id="details") as details:
        cover = gr.HTML(js_on_load=theme.script_file("cover"), elem_id="cover", **BARE)
        picture = gr.UploadButton(
            text.SET_COVER, file_types=list(text.PICTURE_TYPES), size="sm", elem_id="set-cover"
        )
        with gr.Accordion(text.MORE_DETAILS, open=False, elem_id="more-details"):
            words = [
                gr.Textbox(label=text.PROJECT_TITLE, max_length=200, elem_id="title"),
                gr.Textbox(label=text.AUTHOR, max_length=200, elem_id="author"),
                gr.Textbox(
                    label=text.NARRATOR, max_length=200, placeholder=text.NARRATOR_HINT,
                    elem_id="narrator",
                ),
                gr.Textbox(label=text.LANGUAGE, max_length=20, elem_id="language"),
                gr.Textbox(label=text.YEAR, max_length=20, elem_id="year"),
                gr.Textbox(label=text.ABOUT_BOOK, max_length=500, lines=3, elem_id="description"),
                gr.Textbox(label=text.COPYRIGHT, max_length=200, elem_id="copyright"),
            ]  # fmt: skip
            save = gr.Button(text.SAVE, elem_id="save-details")
            saved = gr.HTML(elem_id="details-saved", **BARE)
    save.click(events.describe, [shared.project, *words], [saved, *shared.opening], **QUIET)
    picture.upload(events.set_cover, [shared.project, picture], [cover, shared.changed], **QUIET)
    cover.remove(events.remove_cover, shared.project, [cover, shared.changed], **EACH)
    shared.shown("projects", events.show, shared.project, [details, cover, *words])
