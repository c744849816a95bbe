"""The script in its editor, and what a writer does with turns from there."""

from studio.ui.context import Context
from studio.ui.editor import editor
from studio.ui.handlers.script import ScriptEvents
from studio.ui.shared import EACH, QUIET, Shared

# Told in the browser: the editor asks for what it shows itself.
OPEN = """(told) => {
  const [project, opened] = told.split(" ");
  return { __type__: "update", props: { project, opened } };
}"""


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = ScriptEvents(context)
    sheet = editor(context)
    shared.opened.change(None, shared.opened, sheet, js=OPEN)
    sheet.script_saved(events.saved, None, shared.changed, **QUIET)
    sheet.turn_play(events.play, None, shared.dock, **EACH)
