"""House rules that a linter does not know: small files, a docstring at the top, nothing local."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAX_LINES = 400
CODE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

# Where one machine keeps its things, and the hosts that packages come from: neither belongs in a
# project that others clone. Written in pieces so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"/" + r"(?:root\b|work\b|tmp/bash_jobs|home/[a-z]|Users/[A-Za-z])" + r"[/\w.]*"
)
REGISTRY_HOSTS = re.compile(
    r"(?:pypi|pythonhosted|registry\.npmjs|deb\.debian|archive\.ubuntu)" + r"\.(?:org|com)"
)
TEXT = {".py", ".md", ".toml", ".txt", ".cfg", ".css", ".js", ".json", ".yml", ".yaml", ".sh", ""}


def tracked_files() -> list[Path]:
    """Files that are committed or about to be: what git knows and does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return sorted(ROOT / name for name in set(listing.split("\0")) if name)


FILES = [path for path in tracked_files() if path.is_file()]
PYTHON = [path for path in FILES if path.suffix == ".py"]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PYTHON, ids=shown)
def test_a_python_file_is_short_and_says_what_it_is(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "a module opens with what it is and is not"
    if any(isinstance(node, CODE) for node in ast.walk(tree)):  # word lists may be long
        assert len(source.splitlines()) <= MAX_LINES


def test_no_file_names_a_machine_or_a_package_host() -> None:
    found = []
    for path in FILES:
        if path.suffix in TEXT and path.stat().st_size < 1_000_000:
            text = path.read_text(encoding="utf-8")
            found += [f"{shown(path)}: {hit}" for hit in MACHINE_PATHS.findall(text)]
            found += [f"{shown(path)}: {hit}" for hit in REGISTRY_HOSTS.findall(text)]
    assert found == []


def test_no_file_is_too_large_for_a_clone() -> None:
    limit = 20 * 2**20
    assert [shown(path) for path in FILES if path.stat().st_size > limit] == []
