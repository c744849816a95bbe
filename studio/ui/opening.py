"""The values by which a handler tells the page that a project is open, or has changed.

Is: the counterpart of `studio.ui.shared`, on the side of the handlers.
Is not: a change of anything stored.
"""

import uuid

import gradio as gr

from studio.services import Project
from studio.ui.boundary import Update
from studio.ui.markup import shell


def opening(project: Project | None, section: str = "") -> tuple[Update, ...]:
    """Return the values of `Shared.opening`.

    Args:
        project: what is open from now on; None: nothing.
        section: where to go; empty: stay.
    """
    moment = uuid.uuid4().hex
    slug = project.slug if project else ""
    bar = shell.top(project.title if project else "")
    top = gr.HTML(bar, project=slug)
    if section:
        top = gr.HTML(bar, project=slug, visit={"section": section, "moment": moment})
    return slug, f"{slug} {moment}", moment, top


def library_changed() -> str:
    """Return the value of `Shared.changed` after something was stored that is of no project."""
    return uuid.uuid4().hex


def changed(project: Project) -> str:
    """Return the value of `Shared.changed` after something was stored."""
    return f"{project.slug} {project.changed}"
