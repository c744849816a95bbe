"""The documents are true: commands run, options exist, links lead somewhere.

A command is taken from the fenced code of a document and given to the real parser; nothing is
executed.
"""

import contextlib
import io
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from studio.cli import main
from studio.services import read_script
from tests.test_requirements import requirements

ROOT = Path(__file__).parent.parent
FOLDERS = ("docs", "benchmarks")
DOCUMENTS = [ROOT / "README.md"]
DOCUMENTS += sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(document: Path) -> Iterator[list[str]]:
    """Every line of a document's shell blocks, as words."""
    text = document.read_text(encoding="utf-8")
    for block in re.findall(r"```(?:sh|bat)\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").replace("\\", "/").splitlines():
            if words := shlex.split(line, comments=True):
                yield words


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_make_target_named_exists(document: Path) -> None:
    named = re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8"))
    run = [words[1] for words in commands(document) if words[0] == "make"]
    assert set(named + run) - targets() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_python_module_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for module in re.findall(r"python -m ((?:engine|studio)[\w.]*)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_command_of_the_app_has_the_options_shown(document: Path) -> None:
    for words in commands(document):
        if "app.py" in words and (arguments := words[words.index("app.py") + 1 :]):
            names = [word for word in arguments if word.startswith("-")]
            subcommand = list(itertools.takewhile(str.isalpha, arguments))
            options = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(subcommand))
            assert set(names) <= set(options), words


def help_of(subcommand: list[str]) -> str:
    """What `app.py SUBCOMMAND --help` prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), pytest.raises(SystemExit) as ended:
        main([*subcommand, "--help"])
    assert ended.value.code == 0, subcommand
    return output.getvalue()


def test_the_script_in_the_readme_is_one() -> None:
    [example] = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    view = read_script(example)
    assert [speaker.name for speaker in view.speakers] == ["Lane", "Algernon", "Narrator", "Jack"]
    assert view.turns[-1].scene == 2


def test_the_readme_names_the_two_commands_and_three_for_windows() -> None:
    run = list(commands(ROOT / "README.md"))
    assert ["make", "run"] in run
    assert ["make", "test"] in run
    windows = re.search(r"```bat\n(.*?)```", README, re.DOTALL)
    assert windows is not None
    assert len(windows[1].strip().splitlines()) == 3


def test_the_makefile_explains_every_target() -> None:
    explained = set(re.findall(r'@echo "make ([a-z-]+)', MAKEFILE))
    assert explained == targets() - {"help", "browser"}


def test_the_front_matter_suits_a_space() -> None:
    front = yaml.safe_load(README.split("---")[1])
    assert front["sdk"] == "gradio"
    assert front["sdk_version"] in requirements("requirements.txt")["gradio"].specifier
    assert (ROOT / front["app_file"]).is_file()
    assert front["python_version"] in {"3.11", "3.12", "3.13"}
    assert len(front["short_description"]) <= 60  # the Hub refuses longer ones
