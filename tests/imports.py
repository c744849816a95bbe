"""Which modules a Python file imports, read from its syntax tree.

Not an import of the file: nothing is executed. Imports inside functions and `TYPE_CHECKING`
blocks count as well, because an arrow drawn late is still an arrow.
"""

import ast
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE_ROOTS = ("app.py", "engine", "studio")


class Import(NamedTuple):
    """One imported module or name: `from a.b import c` has module `a.b` and name `c`."""

    module: str
    name: str | None
    line: int


def source_files() -> list[Path]:
    """Every Python file of the app, the engine and the studio."""
    files: list[Path] = []
    for root in SOURCE_ROOTS:
        path = ROOT / root
        files += [path] if path.suffix else sorted(path.rglob("*.py"))
    return files


def module_name(path: Path) -> str:
    """The dotted name of a file: `studio/core/plan.py` is `studio.core.plan`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str) -> list[Import]:
    """All imports in a source text, in the order of the tree walk."""
    found: list[Import] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, None, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [Import(node.module, alias.name, node.lineno) for alias in node.names]
    return found


def within(module: str, package: str) -> bool:
    """Whether a dotted name is a package or lies inside it."""
    return module == package or module.startswith(package + ".")
