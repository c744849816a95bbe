"""Can this machine run that checkpoint, and how fast would it be?

Is: arithmetic on sizes. Memory is weights, cache and codec; speed is how fast the weights can be
read, since every frame reads nearly all of them.
Is not: a measurement. Where the machine did not say something, nothing is claimed about it.
"""

from dataclasses import dataclass
from typing import Literal

from studio.core.checkpoints import ModelSize

GB = 1e9
HALF, WHOLE = 2, 4
"""Bytes of a number on a graphics card, and on a processor."""
WORKING_BYTES = 1_000_000_000
"""What libraries and intermediate results take besides."""
CARD_SHARE = 0.65
"""Of its data sheet's bandwidth, what an engine gets out of a card; an estimate until measured."""
BUSY_CORES = 2
"""So many cores keep the memory of an ordinary computer busy; more read no faster."""
REST = 4
"""Prefixes kept at the same time; every lane has a chain that runs and one that rests besides."""


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card. Sizes in bytes; `read` in bytes per second, 0: not known."""

    name: str
    memory: int
    free: int
    read: float = 0.0


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine has. Sizes in bytes, None: not known.

    Args:
        memory: all of it that this process may use.
        free: of it now.
        disk_free: where checkpoints are kept.
        read: what a processor core reads, in bytes per second.
        cores: processor cores.
        card: the graphics card that would be used.
    """

    memory: int | None = None
    free: int | None = None
    disk_free: int | None = None
    read: float = 0.0
    cores: int = 1
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Fitness:
    """How a checkpoint and a machine go together.

    Args:
        device: where it would run.
        runs: whether its memory suffices, as far as that is known.
        memory_bytes: needed there.
        rtf: seconds of work for a second of sound; None: cannot be told.
        advice: sentences, the most important first; empty: nothing stands in the way.
    """

    device: Literal["cuda", "cpu"]
    runs: bool
    memory_bytes: int
    rtf: float | None
    advice: tuple[str, ...]


def fitness(size: ModelSize, machine: Machine, lanes: int, download_bytes: int = 0) -> Fitness:
    """Weigh a checkpoint against a machine.

    Args:
        lanes: chains performed side by side.
        download_bytes: what it still takes on the disk.
    """
    disk = _disk(machine, download_bytes)
    if machine.card is not None:
        needed = memory_needed(size, lanes, HALF)
        rtf = _rtf(size, HALF, machine.card.read * CARD_SHARE)
        problem = _card_problem(size, machine.card, needed, lanes)
        return Fitness("cuda", not problem, needed, rtf, (*problem, *disk))
    needed = memory_needed(size, lanes, WHOLE)
    rtf = _rtf(size, WHOLE, machine.read * min(machine.cores, BUSY_CORES))
    problem = _memory_problem(size, machine, needed)
    return Fitness("cpu", not problem, needed, rtf, (*problem, *_slow(rtf), *disk))


def memory_needed(size: ModelSize, lanes: int, number_bytes: int) -> int:
    """What weights, cache and codec take together, in bytes."""
    positions = (2 * lanes + REST) * size.max_positions
    numbers = size.parameters + positions * size.kv_per_position
    return numbers * number_bytes + size.codec_bytes + WORKING_BYTES


def _rtf(size: ModelSize, number_bytes: int, read: float) -> float | None:
    return size.read_per_frame * number_bytes * size.frame_rate / read if read > 0 else None


def _card_problem(size: ModelSize, card: Card, needed: int, lanes: int) -> tuple[str, ...]:
    if needed <= card.memory:
        return ()
    alone = memory_needed(size, 1, HALF)
    has = f"It needs about {_gb(needed)} of memory on the graphics card for {lanes} chains at once"
    if lanes > 1 and alone <= card.memory:
        return (
            f"{has}, and {card.name} has {_gb(card.memory)}. One chain at a time needs "
            f"{_gb(alone)}: start Tableread with --lanes 1.",
        )
    return (f"{has}, and {card.name} has {_gb(card.memory)}. It will not fit.",)


def _memory_problem(size: ModelSize, machine: Machine, needed: int) -> tuple[str, ...]:
    if machine.memory is None or needed <= machine.memory:
        return ()
    return (
        f"Without a graphics card it needs about {_gb(needed)} of memory, and this machine has "
        f"{_gb(machine.memory)}. Use a machine with an NVIDIA card that has "
        f"{_gb(memory_needed(size, 1, HALF))} or more, or stay with the starter.",
    )


def _slow(rtf: float | None) -> tuple[str, ...]:
    if rtf is None or rtf <= 1:
        return ()
    return (
        f"On this processor a minute of sound would take {_minutes(rtf)} or more, estimated from "
        "how fast its memory can be read. A graphics card that torch can use (CUDA) is quick.",
    )


def _disk(machine: Machine, needed: int) -> tuple[str, ...]:
    if not needed or machine.disk_free is None or needed <= machine.disk_free:
        return ()
    return (
        f"The download needs {_gb(needed)} of disk and {_gb(machine.disk_free)} are free. "
        "Free some space first.",
    )


def _minutes(minutes: float) -> str:
    return f"{minutes / 60:.0f} hours" if minutes >= 120 else f"{max(1, round(minutes))} minutes"


def _gb(n_bytes: float) -> str:
    return f"{n_bytes / GB:.3g} GB"
