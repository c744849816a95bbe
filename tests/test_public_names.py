"""Public names are explicit, sorted and real, so that a reader can trust `__all__`."""

import importlib
from pathlib import Path

import pytest

from tests.imports import ROOT, module_name, source_files

PACKAGES = [path for path in source_files() if path.name == "__init__.py"]
ENGINE_FACE = {"Engine", "EngineInfo", "Prefix", "Chain", "Reference", "Sampling", "Take"}


@pytest.mark.parametrize("path", PACKAGES, ids=module_name)
def test_all_is_sorted_and_every_name_exists(path: Path) -> None:
    package = importlib.import_module(module_name(path))
    names = list(getattr(package, "__all__", []))
    assert names == sorted(names)
    assert [name for name in names if not hasattr(package, name)] == []


def test_the_engine_shows_the_face_that_the_design_promises() -> None:
    engine = importlib.import_module("engine")
    assert set(engine.__all__) >= ENGINE_FACE
    assert not [name for name in engine.__all__ if name.startswith("_")]


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in source_files()} - {ROOT}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
