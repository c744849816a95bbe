"""What a checkpoint folder holds and what the machine offers, before anything is loaded.

Is: the check that a folder can be loaded, the sizes that memory and speed follow from, and the
graphics cards that torch sees.
Is not: a verdict; whoever asks weighs the one against the other.

- Tensors are mapped and never read: a checkpoint of ten gigabytes is inspected in seconds.
"""

from dataclasses import dataclass
from pathlib import Path

import torch

from engine.checkpoint import codec_file, load_model_state, resolve, verify_tensors
from engine.codecs.codec import read_codec_config
from engine.config import read_config
from engine.dual_ar import DualAR
from engine.engine import DEFAULT_POSITIONS
from engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """The sizes of a checkpoint.

    Args:
        name: of its folder.
        parameters: numbers in the language model.
        read_per_frame: numbers of it that are read to make one frame.
        kv_per_position: numbers that a position keeps in the cache.
        codec_bytes: size of the codec's file.
        max_positions: of a chain, as `Engine.load` limits it.
    """

    name: str
    parameters: int
    read_per_frame: int
    kv_per_position: int
    codec_bytes: int
    max_positions: int


@dataclass(frozen=True, slots=True)
class GraphicsCard:
    """A card that torch can use.

    Args:
        name: as its driver says it.
        memory_bytes: all it has.
        free_bytes: what nobody uses now.
        bytes_per_second: what its memory can be read at, by its data sheet; 0: not said.
    """

    name: str
    memory_bytes: int
    free_bytes: int
    bytes_per_second: float


def inspect_checkpoint(name_or_path: str | Path) -> CheckpointFacts:
    """Make sure that a checkpoint is complete and fits together, without loading it.

    Raises:
        CheckpointError: a file or tensor is missing, damaged or does not fit.
        ConfigError: a configuration cannot be used.
    """
    folder = resolve(name_or_path)
    config = read_config(folder.config)
    Tokenizer(folder.tokenizer)
    read_codec_config(folder.path)
    with torch.device("meta"):
        model = DualAR(config)
    verify_tensors(load_model_state(folder.path), model.state_dict(), folder.path)
    slow = sum(p.numel() for p in model.slow.layers.parameters())
    fast = sum(p.numel() for p in model.fast.layers.parameters())
    fast += config.audio.dim * config.codebook_size
    text = config.text
    return CheckpointFacts(
        name=folder.name,
        parameters=sum(p.numel() for p in model.parameters()),
        # The first codebook comes from the slow tower; the fast one runs once for each other.
        read_per_frame=slow + (config.n_codebooks - 1) * fast,
        kv_per_position=text.n_layer * 2 * text.n_local_heads * text.head_dim,
        codec_bytes=codec_file(folder.path).stat().st_size,
        max_positions=min(text.max_seq_len, DEFAULT_POSITIONS),
    )


def graphics_cards() -> tuple[GraphicsCard, ...]:
    """The cards that torch can use, the one that "auto" takes first."""
    if not torch.cuda.is_available():
        return ()
    return tuple(map(_card, range(torch.cuda.device_count())))


def _card(index: int) -> GraphicsCard:
    found = torch.cuda.get_device_properties(index)
    free, total = torch.cuda.mem_get_info(index)
    # Kilohertz and bits; memory gives two values in each beat of its clock.
    clock, width = getattr(found, "memory_clock_rate", 0), getattr(found, "memory_bus_width", 0)
    return GraphicsCard(found.name, total, free, 2 * clock * 1e3 * width / 8)
