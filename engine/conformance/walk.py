"""Finding the cases below a folder and running them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch

from engine.conformance import (
    codec_cases,
    model_cases,
    prompt_cases,
    resample_cases,
    sampling_cases,
    shape_cases,
    tokenizer_cases,
    whole_cases,
)
from engine.conformance.folder import CPU, NUMBERS_FILE, TENSORS_FILE, CaseFolder, Check
from engine.conformance.report import Finding, Verdict, not_applicable

KINDS: list[Callable[[CaseFolder], Iterator[Check]]] = [
    shape_cases.find,
    tokenizer_cases.find,
    prompt_cases.find,
    sampling_cases.find,
    resample_cases.find,
    model_cases.find,
    codec_cases.find,
    whole_cases.find,
]


def walk(root: Path, device: torch.device = CPU) -> Iterator[tuple[str, Finding]]:
    """Run every case at or below `root` on a device.

    Yields:
        (case, finding); the case is named by its folder, relative to `root`, and its own name.
    """
    for path in case_folders(root):
        folder = CaseFolder(path, device)
        prefix = path.name if path == root else str(path.relative_to(root))
        with _full_precision(device):
            found = [finding for kind in KINDS for finding in _run(folder, kind, prefix)]
        found += _left_over(folder, prefix)
        yield from found or [(prefix, not_applicable("folder", "holds nothing that a check knows"))]


def _full_precision(device: torch.device) -> AbstractContextManager[None]:
    """Keep a card from rounding the inputs of convolutions, as it does unless told otherwise."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)


def case_folders(root: Path) -> list[Path]:
    """Return the folders at or below `root` that hold recorded cases."""
    folders = [root, *sorted(path for path in root.rglob("*") if path.is_dir())]
    return [path for path in folders if _holds_cases(path)]


def _holds_cases(path: Path) -> bool:
    files = (path / NUMBERS_FILE, path / TENSORS_FILE)
    return any(file.is_file() for file in files) or bool(shape_cases.files(path))


def _run(
    folder: CaseFolder, kind: Callable[[CaseFolder], Iterator[Check]], prefix: str
) -> Iterator[tuple[str, Finding]]:
    """Run all cases of one kind; whatever goes wrong in one is a miss, and the next one runs."""
    try:
        checks = list(kind(folder))
    except Exception as error:
        yield prefix, _failed("finding cases", error)
        return
    for check in checks:
        case = f"{prefix}/{check.case}" if check.case else prefix
        try:
            for finding in check.run():
                yield case, finding
        except Exception as error:
            yield case, _failed("running", error)


def _failed(what: str, error: Exception) -> Finding:
    return Finding(what, Verdict.MISS, note=_told(error))


def _told(error: Exception) -> str:
    """Return an error in one line."""
    return f"{type(error).__name__}: {'; '.join(map(str.strip, str(error).splitlines()))}"


def _left_over(folder: CaseFolder, prefix: str) -> Iterator[tuple[str, Finding]]:
    """Report recorded tensors that nothing looked at."""
    try:
        unused = sorted(folder.tensors.keys() - folder.used)
    except Exception as error:
        yield prefix, _failed("reading", error)
        return
    for name in unused:
        yield prefix, not_applicable(name, "recorded, but no check knows it")
