"""The example in the documentation of the script format is a script."""

import re
from pathlib import Path

from studio.core.inline import ESCAPABLE
from studio.core.script_text import parse_script, print_script

DOCS = Path(__file__).parents[2] / "docs" / "script-format.md"


def test_the_example_is_a_script_and_survives_printing() -> None:
    example = re.findall(r"```\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]
    script = parse_script(example)
    assert script.speakers() == ("Narrator", "Lane", "Algernon")
    assert parse_script(print_script(script)) == script


def test_every_escape_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [mark for mark in ESCAPABLE if f"`\\{mark}`" not in text] == []
