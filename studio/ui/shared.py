"""What the sections of the page share: which project is open, that it has changed, and the player.

Is: the only way in which one section reaches another.
Is not: wired here; a section says how it is filled by `shown`, and its handlers what has changed.

- `project` is the slug of the open project. It lives in the browser, so that neither a reload nor
  a restart of the server loses it; every handler looks it up anew.
- `opened` changes when a project is opened or its text comes from elsewhere than its editor.
- `changed` changes with `opened`, and whenever something of the project was stored. It also tells
  which section is to be put on the page and filled: the one that is shown (`assets/ui/pulse.js`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

# What the browser stores is no secret; a fixed key keeps it readable after the server restarts.
STORAGE_KEY = "tableread"
# Our own style sheets dress the custom components, without Gradio's rules for prose.
BARE: dict[str, Any] = {"apply_default_css": False, "padding": False}
# No public endpoints: the page alone calls its handlers. Past the queue, which would be three
# requests instead of one, and one session at a time.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
# For what a custom component tells: Gradio would drop it while the one before is being answered.
EACH: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}


@dataclass(frozen=True)
class Shared:
    """The components that belong to no section."""

    project: gr.BrowserState
    opened: gr.HTML
    changed: gr.HTML
    top: gr.HTML
    dock: gr.HTML
    foot: gr.HTML

    @property
    def opening(self) -> list[Any]:
        """The outputs of a handler that opens a project, for the values of `opening`."""
        return [self.project, self.opened, self.changed, self.top]

    def shown(self, section: str, fill: Callable[..., Any], inputs: Any, outputs: Any) -> None:  # noqa: ANN401 - components
        """Have a section filled when it is shown, unless nothing has changed since it was."""
        event = getattr(self.changed, f"show_{section}")
        event(fill, inputs, outputs, **QUIET, trigger_mode="always_last")


def told(**options: Any) -> gr.HTML:  # noqa: ANN401 - of a component
    """Return a value that is not seen, and whose `change` is heard.

    Not a State: its change is told by the queue alone, and quick handlers go past that.
    """
    return gr.HTML("", elem_classes="tr-told", **options, **BARE)


def remembered(name: str, default: object) -> gr.BrowserState:
    """Return a value that the browser keeps."""
    return gr.BrowserState(default, storage_key=f"tableread-{name}", secret=STORAGE_KEY)
