"""A speaker has one color, in whatever section it is seen, and after a change of the script."""

import json
import re

from studio.services import Project
from studio.ui.context import Context
from studio.ui.editor import editor
from studio.ui.markup import parts
from studio.ui.markup.cast import cast_table
from studio.ui.timeline import timeline

ROW = re.compile(r'<tr style="--hue:(\d+)" data-speaker="(\w+)"')


def seen(context: Context, project: Project) -> list[dict[str, float]]:
    """The hues in the script, in what is listened to, and in the cast."""
    opens = {"project": project.slug, "do": "open", "chapter": 1}
    written = json.loads(editor(context).ask(opens).body)["frame"]["hues"]
    heard = timeline(context).ask(opens)["hues"]
    table = cast_table(context.workspace.casting.view(project.slug), [], [])
    cast = {name: float(hue) for hue, name in ROW.findall(table)}
    return [{name: round(hue) for name, hue in hues.items()} for hues in (written, heard, cast)]


def test_all_sections_give_a_speaker_the_same_color(context: Context, project: Project) -> None:
    script, listen, cast = seen(context, project)
    assert script == listen == cast
    assert len(set(script.values())) == len(script) == 2
    other = context.workspace.projects.create("Algernon: I.\n\nLane: You.\n", title="Other")
    assert seen(context, other)[0] == {"Algernon": 200, "Lane": 338}
    assert seen(context, project)[0] == script


def test_a_new_speaker_is_colored_alike_everywhere(context: Context, project: Project) -> None:
    context.workspace.projects.save(project.slug, f"Zoe: First.\n\n{project.script}")
    script, listen, cast = seen(context, context.workspace.projects.open(project.slug))
    assert script == listen == cast
    assert script["Zoe"] == round(parts.FIRST_HUE)
