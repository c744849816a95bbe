"""The timeline: one component that holds a whole chapter as it is heard, however long it is.

Is: the component with its files from `assets/ui/timeline`, and the door by which it reaches the
services behind it.
Is not: a place that decides where anything is; positions come from the assembly itself.

- The template is fixed; what users wrote reaches the page as text nodes only, never as markup.
- It asks for nothing before its section is shown.
"""

import logging
import uuid
from typing import Any

import gradio as gr

from studio import paths
from studio.services import ListeningDesk
from studio.ui.context import Context
from studio.ui.markup import parts
from studio.ui.words import text
from studio.ui.words.timeline_text import WORDS

FOLDER = paths.ASSETS / "ui" / "timeline"
SCRIPTS = ("state", "wave", "player", "list", "inspector", "gestures", "keys", "mini", "timeline")
"""In this order; together they are the body of one function."""

log = logging.getLogger(__name__)


def timeline(context: Context) -> gr.HTML:
    """Return the timeline. It shows the project whose slug its property `project` is given.

    Its event is `turn_again`; its data names the project and the turn.
    """
    workspace = context.workspace
    desk = ListeningDesk(
        workspace.listening, workspace.adjusting, workspace.takes, context.served.sound
    )

    def ask(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what the timeline asks for."""
        try:
            answer = desk.answer(request)
            if "speakers" in answer:
                answer["hues"] = parts.hues(answer["speakers"])
            return answer
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in the timeline", number)
            return {"error": text.UNEXPECTED.format(id=number)}

    return gr.HTML(
        html_template=(FOLDER / "timeline.html").read_text(encoding="utf-8"),
        js_on_load="\n".join(
            (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
        ),
        server_functions=[ask],
        words={**WORDS, "no_project": text.NO_PROJECT},
        project="",
        opened="",
        performed="",
        apply_default_css=False,
        padding=False,
        elem_id="timeline",
    )
