"""Names and shapes of the published model and codec, compared on the meta device."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.bench.sizes import S2_PRO
from engine.codecs.codec import build_codec, read_codec_config
from engine.config import read_config
from engine.conformance.folder import CaseFolder, Check
from engine.conformance.report import Finding, agree
from engine.dual_ar import DualAR

Shapes = dict[str, list[int]]


def files(path: Path) -> list[Path]:
    """Return the JSON files in a folder that list tensors of a whole model or codec."""
    return [file for file in sorted(path.glob("*.json")) if _parts(file)]


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find lists of names and shapes."""
    for file in files(folder.path):
        for part, content in _parts(file).items():
            yield Check(f"{file.name}:{part}", partial(_check, folder, part, content))


def _parts(file: Path) -> dict[str, Any]:
    """Return the lists in a file by what they are of: "lm" or "codec"."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    listed = {part: content.get(part) for part in ("lm", "codec")}
    return {
        part: value
        for part, value in listed.items()
        if isinstance(value, dict) and isinstance(value.get("tensors"), dict)
    }


def _check(folder: CaseFolder, part: str, content: Mapping[str, Any]) -> Iterable[Finding]:
    ours = _shapes(_model_state(folder) if part == "lm" else _codec_state(folder))
    recorded = {name: tensor["shape"] for name, tensor in content["tensors"].items()}
    yield agree("names", sorted(ours.keys() ^ recorded.keys()), [])
    common = ours.keys() & recorded.keys()
    yield agree("shapes", {n: ours[n] for n in common}, {n: recorded[n] for n in common})
    if "parameter_count" in content:
        count = sum(torch.Size(shape).numel() for shape in ours.values())
        yield agree("parameter count", count, content["parameter_count"])


def _model_state(folder: CaseFolder) -> dict[str, Tensor]:
    """Return the parameters of the folder's configuration, or of the published one."""
    path = folder.path / "config.json"
    with torch.device("meta"):
        return DualAR(read_config(path) if path.exists() else S2_PRO).state_dict()


def _codec_state(folder: CaseFolder) -> dict[str, Tensor]:
    return build_codec(read_codec_config(folder.path)).state_dict()


def _shapes(state: Mapping[str, Tensor]) -> Shapes:
    return {name: list(tensor.shape) for name, tensor in state.items()}
