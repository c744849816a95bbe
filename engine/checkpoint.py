"""Checkpoint folders: where they are, what their files hold, whether it fits the model.

Is: names to folders, files to named tensors, and the check that nothing is missing, unexpected or
mis-shaped before a model takes them over. ``python -m engine.checkpoint convert-codec IN OUT``
rewrites a ``codec.pth`` as safetensors.
Is not: a downloader.

- Language models come as safetensors only, in one file or in shards with an index; pickled ones are
  refused. The codec's ``codec.pth`` is read as plain tensors, which cannot run code.
- Tensors are mapped from the file, so that a model is never in memory twice.
"""

import argparse
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.config import ModelConfig
from engine.dual_ar import DualAR
from engine.errors import CheckpointError

ASSETS = Path(__file__).resolve().parent.parent / "assets"
KNOWN = {"starter": ASSETS / "starter"}
INDEX_FILE = "model.safetensors.index.json"
MODEL_FILE = "model.safetensors"
TEXT_EMBEDDINGS = "text_model.model.embeddings.weight"
STALE = ("causal_mask", "freqs_cis")
_SEPARATE_QKV = re.compile(r"(.*\.attention\.)wq(\.\w+)")
_WHOLE_FILE_BYTES = 32 * 2**20
_BLOCK_BYTES = 2**16
_BLOCKS = 64

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class CheckpointFolder:
    """A folder that holds a checkpoint, and the name it is shown by."""

    path: Path
    name: str

    @property
    def config(self) -> Path:
        """The language model's configuration."""
        return self.path / "config.json"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer."""
        return self.path / "tokenizer.json"

    def model_files(self) -> list[Path]:
        """The language model's configuration and weights."""
        return [self.config, *_weight_files(self.path)]

    def codec_files(self) -> list[Path]:
        """The codec's configuration, where there is one, and weights."""
        config = self.path / "codec_config.json"
        return [*([config] if config.exists() else []), codec_file(self.path)]


def resolve(name_or_path: str | Path) -> CheckpointFolder:
    """Find a checkpoint by its name or by the path of its folder.

    Raises:
        CheckpointError: there is no such folder, or it holds no ``config.json``.
    """
    path = KNOWN.get(str(name_or_path), Path(name_or_path))
    if not path.is_dir():
        names = ", ".join(sorted(KNOWN))
        raise CheckpointError(path, f"is neither a folder nor a known name (known: {names})")
    if not (path / "config.json").is_file():
        raise CheckpointError(path, "has no config.json, so it is no checkpoint folder")
    return CheckpointFolder(path, path.resolve().name)


def read_safetensors(path: Path) -> Tensors:
    """Map the tensors of one safetensors file.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(path, f"cannot be read as safetensors: {error}") from error


def load_model_state(folder: Path) -> Tensors:
    """Read the language model's tensors under the names the model gives them.

    Raises:
        CheckpointError: a file is missing or damaged.
    """
    tensors: Tensors = {}
    for path in _weight_files(folder):
        tensors |= read_safetensors(path)
    return _join_qkv(tensors)


def load_model(
    folder: Path,
    config: ModelConfig,
    device: torch.device,
    dtype: torch.dtype,
    embeddings_on_host: bool = False,
) -> DualAR:
    """Build the language model of a checkpoint, ready for inference.

    Args:
        folder: of the checkpoint.
        config: of the model.
        device: where it will run.
        dtype: of its weights.
        embeddings_on_host: leave the table of text tokens in the processor's memory.

    Raises:
        CheckpointError: naming every missing, unexpected or mis-shaped tensor.
    """
    with torch.device("meta"):
        model = DualAR(config)
    tensors = load_model_state(folder)
    verify_tensors(tensors, model.state_dict(), folder)
    # One by one, so that the file's and the device's copy are never both in memory as a whole.
    for name in tensors:
        stays = embeddings_on_host and name == TEXT_EMBEDDINGS
        tensors[name] = tensors[name].to("cpu" if stays else device, dtype)
    model.load_state_dict(tensors, assign=True)
    for tower in (model.slow, model.fast):
        tower.rope.to(device)
    return model.eval().requires_grad_(False)


def codec_file(folder: Path) -> Path:
    """Return the codec's weights: ``codec.safetensors`` if there is one, else ``codec.pth``.

    Raises:
        CheckpointError: there is neither.
    """
    for path in (folder / "codec.safetensors", folder / "codec.pth"):
        if path.is_file():
            return path
    raise CheckpointError(folder, "has neither codec.safetensors nor codec.pth")


def load_codec_state(folder: Path) -> Tensors:
    """Read the codec's tensors from a checkpoint folder.

    Raises:
        CheckpointError: the weights are missing, damaged, or more than plain tensors.
    """
    path = codec_file(folder)
    return read_safetensors(path) if path.suffix == ".safetensors" else read_codec_pth(path)


def read_codec_pth(path: Path) -> Tensors:
    """Read a ``codec.pth``: a dict of tensors, perhaps wrapped or prefixed, with stale entries.

    Raises:
        CheckpointError: the file is missing, damaged, or holds anything but tensors.
    """
    try:
        mapped = zipfile.is_zipfile(path)
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except Exception as error:  # the unpickler raises whatever a damaged file leads it to
        raise CheckpointError(path, f"cannot be read as a dict of tensors: {error}") from error
    if isinstance(content, dict):
        content = content.get("state_dict", content)
    if not isinstance(content, dict) or not all(isinstance(t, Tensor) for t in content.values()):
        raise CheckpointError(path, "holds something else than a dict of tensors")
    if any("generator" in name for name in content):
        kept = {name: tensor for name, tensor in content.items() if "generator." in name}
        content = {name.replace("generator.", ""): tensor for name, tensor in kept.items()}
    return {name: tensor for name, tensor in content.items() if not name.endswith(STALE)}


def convert_codec(source: Path, target: Path) -> None:
    """Write the tensors of a ``codec.pth`` as safetensors; target appears when it is complete."""
    tensors = {name: tensor.contiguous() for name, tensor in read_codec_pth(source).items()}
    partial = target.with_name(f"{target.name}.partial")
    save_file(tensors, partial)
    partial.replace(target)


def verify_tensors(
    tensors: Mapping[str, Tensor], expected: Mapping[str, Tensor], where: Path | str
) -> None:
    """Make sure that tensors are exactly what a model expects.

    Raises:
        CheckpointError: naming every tensor that is missing, unexpected, mis-shaped or of the
            wrong kind (integers instead of floats).
    """
    found, needed = _forms(tensors), _forms(expected)
    problems = [
        f"tensor {name} is {found.get(name, 'missing')}, must be {needed.get(name, 'absent')}"
        for name in sorted(found.keys() | needed.keys())
        if found.get(name) != needed.get(name)
    ]
    if problems:
        raise CheckpointError(where, "its tensors do not fit the model", problems)


def _forms(tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """Return what has to agree: kind and shape, not the precision."""
    kinds = {True: "float", False: "int"}
    return {name: f"{kinds[t.is_floating_point()]} {[*t.shape]}" for name, t in tensors.items()}


def fingerprint(paths: Iterable[Path]) -> str:
    """Return 16 hexadecimal digits that stand for the content of files, whatever their names.

    Files up to 32 MiB count whole; of larger ones the size and evenly spaced blocks, so that it
    takes milliseconds where reading everything would take many seconds.
    """
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.stat().st_size.to_bytes(8, "little"))
        for block in _sampled(path):
            digest.update(block)
    return digest.hexdigest()[:16]


def _sampled(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    if size <= _WHOLE_FILE_BYTES:
        yield path.read_bytes()
        return
    with path.open("rb") as file:
        for i in range(_BLOCKS):
            file.seek((size - _BLOCK_BYTES) * i // (_BLOCKS - 1))
            yield file.read(_BLOCK_BYTES)


def _weight_files(folder: Path) -> list[Path]:
    if (index := folder / INDEX_FILE).is_file():
        return _shards(index)
    if (single := folder / MODEL_FILE).is_file():
        return [single]
    if (folder / "model.pth").exists():
        raise CheckpointError(
            folder / "model.pth", "is pickled and not read; convert it to model.safetensors"
        )
    raise CheckpointError(folder, f"has neither {MODEL_FILE} nor {INDEX_FILE}")


def _shards(index: Path) -> list[Path]:
    """Return the files that an index names."""
    try:
        names = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        files = sorted({Path(name) for name in names})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(index, f"is no index of shards: {error!r}") from error
    if outside := [file for file in files if file.name != str(file)]:
        raise CheckpointError(index, f"names a shard outside its folder: {outside[0]}")
    return [index.parent / file for file in files]


def _join_qkv(tensors: Tensors) -> Tensors:
    """Put together the separate q, k and v projections of older checkpoints."""
    for match in filter(None, map(_SEPARATE_QKV.fullmatch, list(tensors))):
        stem, kind = match.groups()
        parts = [f"{stem}w{letter}{kind}" for letter in "qkv"]
        if all(part in tensors for part in parts):
            tensors[f"{stem}wqkv{kind}"] = torch.cat([tensors.pop(part) for part in parts])
    return tensors


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine.checkpoint", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    convert = commands.add_parser("convert-codec", help="write a codec.pth as safetensors")
    convert.add_argument("source", type=Path)
    convert.add_argument("target", type=Path)
    arguments = parser.parse_args()
    try:
        convert_codec(arguments.source, arguments.target)
    except CheckpointError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    _main()
