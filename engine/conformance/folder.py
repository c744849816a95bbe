"""A folder of recorded cases: `cases.json` (numbers and texts) and `cases.safetensors` (tensors).

Tensor names are CASE.FIELD. The folder notes which tensors were looked at, so that the rest can be
reported instead of being passed over.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.checkpoint import INDEX_FILE, MODEL_FILE, read_safetensors
from engine.conformance.report import Finding
from engine.errors import CheckpointError

NUMBERS_FILE = "cases.json"
TENSORS_FILE = "cases.safetensors"
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Check:
    """A piece of work that yields findings; it may raise, which counts as a miss."""

    case: str
    run: Callable[[], Iterable[Finding]]


class CaseFolder:
    """One folder. `used` holds the names of the tensors that checks have asked for.

    Args:
        path: of the folder.
        device: where models and codecs of the folder run; what is recorded is put there too.
    """

    def __init__(self, path: Path, device: torch.device = CPU) -> None:
        self.path = path
        self.device = device
        self.used: set[str] = set()

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """The content of `cases.json`; empty without that file."""
        path = self.path / NUMBERS_FILE
        if not path.exists():
            return {}
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CheckpointError(path, f"is not JSON: {error}") from error
        return content if isinstance(content, dict) else {}

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        """All recorded tensors; empty without `cases.safetensors`."""
        path = self.path / TENSORS_FILE
        tensors = read_safetensors(path) if path.exists() else {}
        return {name: tensor.to(self.device) for name, tensor in tensors.items()}

    @cached_property
    def cases(self) -> list["Case"]:
        """The cases, named by what stands before a tensor name's last dot."""
        names = dict.fromkeys(name.rpartition(".")[0] for name in self.tensors)
        return [Case(self, name) for name in names]

    def holds(self, *files: str) -> bool:
        """Whether one of these files is here."""
        return any((self.path / file).is_file() for file in files)

    def nearby(self) -> list["CaseFolder"]:
        """Return this folder, the one it is in, and those beside it."""
        parent = self.path.resolve().parent
        beside = sorted(path for path in parent.iterdir() if path.is_dir())
        return [CaseFolder(path, self.device) for path in (self.path, parent, *beside)]

    @property
    def holds_model(self) -> bool:
        """Whether a language model is here."""
        return self.holds("config.json") and self.holds(MODEL_FILE, INDEX_FILE)

    @property
    def holds_codec(self) -> bool:
        """Whether a codec is here."""
        return self.holds("codec.safetensors", "codec.pth")


class Case:
    """The tensors and numbers of one case."""

    def __init__(self, folder: CaseFolder, name: str) -> None:
        self.name = name
        self._folder = folder
        self._prefix = f"{name}." if name else ""

    @cached_property
    def fields(self) -> list[str]:
        """What is recorded: the tensor names without the case's."""
        names = [name for name in self._folder.tensors if name.rpartition(".")[0] == self.name]
        return [name.removeprefix(self._prefix) for name in names]

    @property
    def numbers(self) -> dict[str, Any]:
        """What `cases.json` says about this case, in whatever group it stands."""
        groups = [group for group in self._folder.numbers.values() if isinstance(group, dict)]
        found = (group.get(self.name) for group in groups)
        return next((numbers for numbers in found if isinstance(numbers, dict)), {})

    def has(self, *fields: str) -> bool:
        """Whether all these tensors are recorded."""
        return all(field in self.fields for field in fields)

    def matching(self, pattern: str) -> list[tuple[str, re.Match[str]]]:
        """Return the fields that match, in order of the numbers in them."""
        found = [(field, match) for field in self.fields if (match := re.fullmatch(pattern, field))]
        return sorted(found, key=lambda item: [int(number) for number in item[1].groups()])

    def __getitem__(self, field: str) -> Tensor:
        name = self._prefix + field
        if name not in self._folder.tensors:
            raise CheckpointError(self._folder.path / TENSORS_FILE, f"has no tensor {name!r}")
        self._folder.used.add(name)
        return self._folder.tensors[name]
