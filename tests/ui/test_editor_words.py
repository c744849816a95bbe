"""The words of the editor and of the takes' panel: none is missing, none is left over, and every
key is documented."""

import re
from pathlib import Path

import pytest

from studio import paths
from studio.core.staleness import TurnState
from studio.ui.words import editor_text, takes_text

SAID = re.compile(
    r'\bsay\(\s*(?:[^()"]*\? )?"(\w+)"(?: : "(\w+)")?|data-(?:words|label|title|hint)="(\w+)"'
)


def used(folder: str) -> set[str]:
    """The names of words that a component's files mention."""
    files = sorted((paths.ASSETS / "ui" / folder).iterdir())
    found = [SAID.findall(file.read_text(encoding="utf-8")) for file in files]
    return {name for groups in found for group in groups for name in group if name}


@pytest.mark.parametrize(
    ("folder", "words"), [("editor", editor_text.WORDS), ("takes", takes_text.WORDS)]
)
def test_every_word_that_is_said_is_there(folder: str, words: dict[str, str]) -> None:
    assert len(used(folder)) > 10
    assert used(folder) - {"no_project"} <= set(words)
    assert {f"state_{state.value}" for state in TurnState} <= set(words)


@pytest.mark.parametrize("folder", ["editor", "takes"])
def test_every_word_has_a_use(folder: str) -> None:
    words = {"editor": editor_text.WORDS, "takes": takes_text.WORDS}[folder]
    files = [file.read_text(encoding="utf-8") for file in (paths.ASSETS / "ui" / folder).iterdir()]
    made = ("state_", "save_", "advice_")  # put together from what the server answers
    verdicts = {"accepted", "attention", "rejected"}
    unused = [
        name
        for name in words
        if not name.startswith(made) and name not in verdicts
        if not any(re.search(rf"""["']{name}["']""", text) for text in files)
    ]
    assert unused == []


def test_every_key_is_documented() -> None:
    page = (
        (Path(__file__).parents[2] / "docs" / "editor.md")
        .read_text(encoding="utf-8")
        .replace("`", "")
    )
    for keys, _ in editor_text.SHORTCUTS:
        assert keys in page, keys
