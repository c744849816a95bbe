"""The panel of a turn's takes: to hear them, choose one, lock it, and have more of them made.

Is: one component for the whole page, which opens wherever a turn is shown.
Is not: part of any section. The window's event "tableread:takes" with {project, turn} opens it; it
tells "tableread:taken" with {project, turn} when something has changed.
"""

import gradio as gr

from studio import paths
from studio.ui.context import Context
from studio.ui.shared import BARE
from studio.ui.takes import take_requests
from studio.ui.words.takes_text import WORDS

FOLDER = paths.ASSETS / "ui" / "takes"
SCRIPTS = ("waveform", "panel")
"""In this order; together they are the body of one function."""


def take_panel(context: Context) -> gr.HTML:
    """Return the panel, closed."""
    return gr.HTML(
        html_template=(FOLDER / "panel.html").read_text(encoding="utf-8"),
        js_on_load="\n".join(
            (FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
        ),
        server_functions=[take_requests(context)],
        words=WORDS,
        elem_id="takes",
        **BARE,
    )
