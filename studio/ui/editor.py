"""The script editor: one component that holds a whole chapter, however long it is.

Is: the component with its files from `assets/ui/editor`, and the door by which it reaches the
editing service.
Is not: a place that decides anything about scripts.

- The template is fixed; what users wrote reaches the page as text nodes only, never as markup.
- A server function answers past Gradio's queue and side by side with others. The page sends one
  request at a time, each with the revision it was made for, so none can overtake another.
"""

import logging
import uuid
from typing import Any

import gradio as gr

from studio import paths
from studio.services import Editing, answer_request
from studio.ui import text
from studio.ui.editor_text import WORDS

FOLDER = paths.ASSETS / "ui" / "editor"
SCRIPTS = ("grammar", "block", "sheet", "sync", "typing", "keys", "menus", "panels", "editor")
"""In this order; together they are the body of one function."""

log = logging.getLogger(__name__)


def editor(editing: Editing) -> gr.HTML:
    """Return the editor. It shows the project whose slug its property `project` is given.

    Its events are `turn_play`, `turn_perform`, `chapter_opened` and `script_saved`; the data of
    each names the project, and the first two the turn.
    """

    def ask(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what the editor asks for."""
        try:
            return answer_request(editing, request)
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in the editor", number)
            return {"error": {"kind": "edit", "message": text.UNEXPECTED.format(id=number)}}

    return gr.HTML(
        html_template=(FOLDER / "editor.html").read_text(encoding="utf-8"),
        js_on_load="\n".join(
            (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
        ),
        server_functions=[ask],
        words={**WORDS, "no_project": text.NO_PROJECT},
        project="",
        opened="",
        goto={},
        statuses={},
        apply_default_css=False,
        padding=False,
        elem_id="editor",
    )
