"""The arrows of the design, enforced: who may import whom.

    app.py --> studio.ui, studio.cli --> studio.services --> studio.core
                                            |    +--> studio.store, studio.media, studio.importers
                                            +-------> engine (its public names only)

The engine knows nothing of the studio, torch lives in the engine alone, and the core is pure.
"""

import ast
from pathlib import Path

import pytest

from tests.imports import ROOT, Import, imports_of, module_name, source_files, within

# Modules directly in studio/ (errors, paths, settings, security) that every ring may use.
SHARED = {
    module_name(path)
    for path in (ROOT / "studio").glob("*.py")
    if path.stem not in {"__init__", "cli"}
}
PURE = {"studio.core", "studio.errors"}
ADAPTERS = {"studio.store", "studio.media", "studio.importers"}

# ring -> the parts of the project it may import besides itself; the longest name wins
ALLOWED: dict[str, set[str]] = {
    "app": {"studio.ui", "studio.cli", "studio.services", *SHARED},
    "engine": set(),
    "studio.core": {"studio.errors"},
    "studio.errors": set(),
    "studio.store": {"studio.core", *SHARED},
    "studio.media": {"studio.core", *SHARED},
    "studio.importers": {"studio.core", *SHARED},
    "studio.services": {"studio.core", *ADAPTERS, *SHARED, "engine"},
    "studio.ui": {"studio.services", *SHARED},
    "studio.cli": {"studio.services", "studio.ui", *SHARED},
    "studio": SHARED,
}
THIRD_PARTY_HOMES = {
    "torch": {"engine"},
    "safetensors": {"engine"},
    "tokenizers": {"engine"},
    "gradio": {"studio.ui", "app"},
    "sqlalchemy": {"studio.store"},
    "huggingface_hub": {"studio.store"},
    "httpx2": {"studio.store"},
    "soundfile": {"studio.media", "engine.training"},
    "pydub": {"studio.media"},
    "av": {"studio.media"},
    "pysubs2": {"studio.media"},
    "lxml": {"studio.importers"},
    "markdown_it": {"studio.importers"},
    "pypdfium2": {"studio.importers"},
}
# What a pure module may use. Everything else is I/O, a clock, chance, or a framework.
PURE_LIBRARIES = {
    "abc", "bisect", "collections", "collections.abc", "dataclasses", "enum", "functools",
    "hashlib", "heapq", "html", "itertools", "json", "math", "numpy", "numpy.typing", "operator",
    "num2words", "re", "regex", "statistics", "string", "struct", "syntok", "syntok.segmenter",
    "syntok.tokenizer", "textwrap", "typing", "types", "unicodedata", "difflib",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}


def ring_of(module: str) -> str:
    return max((ring for ring in ALLOWED if within(module, ring)), key=len)


def is_ours(module: str) -> bool:
    return any(within(module, root) for root in ("app", "engine", "studio"))


def targets(found: Import) -> str:
    """The module an import reaches: `from studio import ui` reaches `studio.ui`."""
    joined = f"{found.module}.{found.name}"
    is_module = (ROOT / joined.replace(".", "/")).with_suffix(".py").exists()
    is_package = (ROOT / joined.replace(".", "/") / "__init__.py").exists()
    return joined if found.name and (is_module or is_package) else found.module


def wrong_arrows(module: str, source: str) -> list[str]:
    """Every import of our own code that the design does not draw."""
    ring = ring_of(module)
    allowed = ALLOWED[ring] | {ring}
    return [
        f"{module}:{found.line} imports {targets(found)}"
        for found in imports_of(source)
        if is_ours(found.module)
        and not any(within(targets(found), part) for part in allowed)
        and targets(found) != "studio"
    ]


def lost_libraries(module: str, source: str) -> list[str]:
    """Every third-party import outside the ring that owns the library."""
    return [
        f"{module}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if (homes := THIRD_PARTY_HOMES.get(found.module.split(".")[0]))
        and not any(within(module, home) for home in homes)
    ]


def impurities(module: str, source: str) -> list[str]:
    """Everything in a pure module that touches the world outside its arguments."""
    wrong = [
        f"{module}:{found.line} imports {found.module}"
        for found in imports_of(source)
        if not is_ours(found.module) and found.module not in PURE_LIBRARIES
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in IMPURE_CALLS:
                wrong.append(f"{module}:{node.lineno} calls {node.func.id}()")
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"np.random", "numpy.random"}:
            wrong.append(f"{module}:{node.lineno} uses numpy.random")
    return wrong


def private_engine_uses(module: str, source: str) -> list[str]:
    """Every use by the studio of an engine name that is not public."""
    import engine

    return [
        f"{module}:{found.line} imports {found.name or ''} from {found.module}"
        for found in imports_of(source)
        if within(found.module, "engine")
        and not (found.module == "engine" and (found.name is None or found.name in engine.__all__))
    ]


FILES = source_files()
STUDIO_FILES = [path for path in FILES if within(module_name(path), "studio")]


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_follow_the_design(path: Path) -> None:
    module, source = module_name(path), path.read_text(encoding="utf-8")
    assert wrong_arrows(module, source) == []
    assert lost_libraries(module, source) == []


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if any(within(module_name(path), ring) for ring in PURE)],
    ids=module_name,
)
def test_the_core_is_pure(path: Path) -> None:
    assert impurities(module_name(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", STUDIO_FILES, ids=module_name)
def test_the_studio_uses_only_public_engine_names(path: Path) -> None:
    assert private_engine_uses(module_name(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("check", "module", "source"),
    [
        (wrong_arrows, "engine.runner", "import studio.core.plan"),
        (wrong_arrows, "studio.core.plan", "from studio.store.database import Database"),
        (wrong_arrows, "studio.core.plan", "def f():\n    from engine import Engine"),
        (wrong_arrows, "studio.ui.page", "from studio.store import database"),
        (wrong_arrows, "studio.ui.page", "from engine import Engine"),
        (wrong_arrows, "studio.services.voices", "import studio.ui"),
        (lost_libraries, "studio.services.voices", "import torch.nn"),
        (lost_libraries, "studio.services.voices", "import gradio as gr"),
        (impurities, "studio.core.plan", "import time"),
        (impurities, "studio.core.plan", "open('x')"),
        (impurities, "studio.core.plan", "import numpy as np\nnp.random.rand()"),
        (private_engine_uses, "studio.services.voices", "from engine.runner import Runner"),
        (private_engine_uses, "studio.services.voices", "from engine import runner"),
    ],
)  # fmt: skip
def test_the_walk_finds_what_is_forbidden(check, module: str, source: str) -> None:
    assert len(check(module, source)) == 1
