"""The page: its frame, and the sections in it, of which one is shown.

One custom component holds all turns, one the cast, one the projects, however many there are: a
Gradio component for each would be slow. Sections are shown and hidden in the browser, by the
address, without asking the server. A section is put on the page when it is gone to for the first
time, and filled when it is shown and something has changed: so the page is there at once.
"""

from collections.abc import Callable

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.shell import ShellEvents
from studio.ui.markup import shell
from studio.ui.markup.model import draft_note
from studio.ui.pages import cast, deliver, listen, model, projects, script, voices
from studio.ui.shared import BARE, QUIET, Shared, remembered, told
from studio.ui.take_panel import take_panel
from studio.ui.words import text

BUILDERS: dict[str, Callable[[Context, Shared], None]] = {
    "projects": projects.build,
    "script": script.build,
    "cast": cast.build,
    "listen": listen.build,
    "voices": voices.build,
    "deliver": deliver.build,
    "model": model.build,
}
"""By the name of the section, which `text.SECTIONS` shows in this order."""

FIRST = "script"
"""The section that is on the page from the beginning."""
# Once for each section: again it would show all that is hidden in it.
MOUNT = '() => ({ __type__: "update", visible: true })'

# Whatever is heard says whose voice that is, but for a recording that no model has made.
NOTED = """${(value || "").replace("<audio", value.includes('"tr-dock" data-original')
  ? "<audio" : note + "<audio")}"""

PROJECT_OF_ADDRESS = """(kept) => {
  try { return decodeURIComponent(location.hash.slice(1).split("/")[0]) || kept; }
  catch { return kept; }
}"""


def build(context: Context) -> gr.Blocks:
    """Return the page, wired to its handlers."""
    page = gr.Blocks(title=text.TITLE, analytics_enabled=False, delete_cache=(3600, 86400))
    with page:
        shared = Shared(
            project=remembered("project", ""),
            opened=told(),
            changed=told(js_on_load=theme.script_file("pulse")),
            top=gr.HTML(
                shell.top(""), project="", visit=None, js_on_load=theme.script_file("shell"),
                elem_id="top", **BARE,
            ),
            dock=gr.HTML(
                html_template=NOTED, note=draft_note(context.is_draft), preparing=text.PREPARING,
                js_on_load=theme.script_file("dock"), elem_id="dock", **BARE,
            ),
            foot=gr.HTML(shell.licenses(context.is_draft), render=False, **BARE),
        )  # fmt: skip
        for name, build_section in BUILDERS.items():
            with gr.Column(
                visible=name == FIRST, elem_id=f"section-{name}", elem_classes="tr-section"
            ) as section:
                gr.HTML(shell.heading(name), **BARE)
                build_section(context, shared)
            getattr(shared.changed, f"mount_{name}")(None, None, section, js=MOUNT)
        take_panel(context)
        shared.foot.render()  # type: ignore[no-untyped-call]
        page.load(
            ShellEvents(context).open_page, shared.project, shared.opening,
            js=PROJECT_OF_ADDRESS, **QUIET,
        )  # fmt: skip
    return page
