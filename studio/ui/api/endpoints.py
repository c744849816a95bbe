"""The list of all endpoints, and how they come to the app.

Is: names made of a noun and a method, and their registration on a page of their own.
Is not: what any of them does.

- They lie on another page than the studio's, `/programs`, which nobody has to open: what describes
  them does not travel with the first load.
"""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.events import api

from studio.ui.api.answers import answering
from studio.ui.api.cast import CastApi
from studio.ui.api.deliver import DeliverApi
from studio.ui.api.info import InfoApi
from studio.ui.api.models import ModelsApi
from studio.ui.api.perform import PerformApi
from studio.ui.api.projects import ProjectsApi
from studio.ui.api.pronunciations import PronunciationsApi
from studio.ui.api.script import ScriptApi
from studio.ui.api.takes import TakesApi
from studio.ui.api.voices import VoicesApi
from studio.ui.context import Context
from studio.ui.words import text

NOUNS: dict[str, Callable[[Context], object]] = {
    "info": InfoApi,
    "projects": ProjectsApi,
    "script": ScriptApi,
    "cast": CastApi,
    "voices": VoicesApi,
    "pronunciations": PronunciationsApi,
    "perform": PerformApi,
    "takes": TakesApi,
    "deliver": DeliverApi,
    "models": ModelsApi,
}
PATH = "programs"
SIDE_BY_SIDE = 4
"""Calls of one endpoint at the same time; some of them wait for half a minute."""


def endpoints(context: Context) -> dict[str, Callable[..., Any]]:
    """Return every operation by the name of its endpoint, in the order in which they are read."""
    found = {}
    for noun, make in NOUNS.items():
        operations = make(context)
        for name in vars(type(operations)):
            if not name.startswith("_"):
                found[f"{noun}_{name}"] = getattr(operations, name)
    return found


def add_endpoints(page: gr.Blocks, context: Context) -> None:
    """Give an app its named endpoints."""
    with page.route(text.PROGRAMS, PATH, show_in_navbar=False):
        gr.Markdown(text.PROGRAMS_HINT)
        for name, operation in endpoints(context).items():
            api(answering(name, operation), api_name=name, concurrency_limit=SIDE_BY_SIDE)
