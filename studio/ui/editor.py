"""The script editor: one component that holds a whole chapter, however long it is.

Is: the component with its files from `assets/ui/editor`, and the doors by which it reaches
editing and takes.
Is not: a place that decides anything about scripts.

- The template is fixed; what users wrote reaches the page as text nodes only, never as markup.
- A server function answers past Gradio's queue and side by side with others. The page sends one
  request at a time, each with the revision it was made for, so none can overtake another.
"""

from typing import Any

import gradio as gr

from studio import paths
from studio.services import answer_request
from studio.ui.boundary import answering, as_json
from studio.ui.context import Context
from studio.ui.markup import parts
from studio.ui.takes import take_requests
from studio.ui.words import text
from studio.ui.words.editor_text import WORDS

FOLDER = paths.ASSETS / "ui" / "editor"
SCRIPTS = (
    "grammar", "block", "sheet", "sync", "typing", "performing", "playing", "keys", "menus",
    "standing", "panels", "problems", "editor",
)  # fmt: skip
"""In this order; together they are the body of one function."""


def editor(context: Context) -> gr.HTML:
    """Return the editor. It shows the project whose slug its property `project` is given.

    Its events are `turn_play` and `script_saved`; the data of both names the project, and the first
    one the turn. What is done with takes is told by the window's event "tableread:taken".
    """

    @answering
    def ask(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what the editor asks for."""
        answer = answer_request(context.workspace.editing, request)
        if "frame" in answer:
            answer["frame"]["hues"] = parts.hues(answer["frame"]["speakers"])
        return answer

    return gr.HTML(
        html_template=(FOLDER / "editor.html").read_text(encoding="utf-8"),
        js_on_load="\n".join(
            (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
        ),
        server_functions=[as_json(ask), as_json(take_requests(context))],
        words={**WORDS, "no_project": text.NO_PROJECT},
        project="",
        opened="",
        goto={},
        apply_default_css=False,
        padding=False,
        elem_id="editor",
    )
