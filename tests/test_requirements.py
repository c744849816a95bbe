"""requirements.txt says what the app imports: no more, and no less.

A library that is only there because another one brings it would vanish with that other one.
"""

import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.imports import ROOT, imports_of, module_name, source_files, within

OURS = {"app", "engine", "studio"}
TRAINING = "engine.training"  # runs with requirements-dev.txt
# Comes with the builds of torch that can use it; without it the engine does the same more slowly.
OPTIONAL = {"triton"}
# Named for pydub, which needs it and does not say so.
NOT_IMPORTED = {"audioop-lts"}


def requirements(file: str) -> dict[str, Requirement]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    texts = [line.partition("  #")[0] for line in lines if line and line[0] not in "#-"]
    return {normal(req.name): req for req in map(Requirement, texts)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_distributions(paths: list[Path]) -> set[str]:
    modules = {
        found.module.split(".")[0]
        for path in paths
        for found in imports_of(path.read_text(encoding="utf-8"))
    }
    outside = modules - OURS - sys.stdlib_module_names
    providers = packages_distributions()
    return {normal(providers[module][0]) for module in outside if module in providers}


def app_files() -> list[Path]:
    return [path for path in source_files() if not within(module_name(path), TRAINING)]


def test_everything_imported_is_required_and_the_other_way_round() -> None:
    imported = imported_distributions(app_files())
    required = set(requirements("requirements.txt"))
    assert imported - required - OPTIONAL == set()
    assert required - imported - NOT_IMPORTED == set()


def test_training_needs_no_more_than_the_developers_requirements() -> None:
    known = set(requirements("requirements.txt")) | set(requirements("requirements-dev.txt"))
    assert imported_distributions(source_files()) - known == set()


@pytest.mark.parametrize("name", ["torch", "gradio", "sqlalchemy"])
def test_what_is_installed_is_in_range(name: str) -> None:
    installed = version(name).partition("+")[0]
    assert installed in requirements("requirements.txt")[name].specifier


def test_both_supported_torch_versions_are_in_range() -> None:
    specifier = requirements("requirements.txt")["torch"].specifier
    assert "2.11.0" in specifier
    assert "2.13.0" in specifier
