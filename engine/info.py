"""What an engine says about itself.

Is: facts about the loaded checkpoint, and the makers' advice that lies beside it.
Is not: settings; nothing here can be changed.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.fields import Count, Record, read_object
from engine.sampling import Sampling

ADVICE_FILE = "generation_config.json"
DRAFT_PARAMETERS = 100_000_000
"""A smaller model counts as draft quality if its makers do not say otherwise."""

SpeedClass = Literal["draft", "full"]
MAX_SPEAKERS = 32
"""Voices in a conversation if the makers do not say otherwise."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The loaded checkpoint.

    Args:
        name: of the checkpoint.
        fingerprint: of the language model's configuration and weights; other codes, other print.
        codec_fingerprint: of the codec's; codes are good for the codec that made them.
        sample_rate: of the audio, in Hz.
        frame_rate: frames per second.
        frame_length: samples per frame.
        n_codebooks: codes in a frame.
        codebook_sizes: how many codes each codebook has.
        max_positions: what the prompt and the frames of a turn may take together.
        languages: what the checkpoint is meant for, as ISO 639-1 codes; empty if it is not said.
        speed_class: "draft" runs on a processor, "full" wants a graphics card.
        device: where it runs.
        default_sampling: what the makers advise.
        max_speakers: most voices it keeps apart in one conversation.
        parameters: numbers in the language model; 0: not said.
        precision: how they are stored in memory, such as "bfloat16".
    """

    name: str
    fingerprint: str
    codec_fingerprint: str
    sample_rate: int
    frame_rate: float
    frame_length: int
    n_codebooks: int
    codebook_sizes: tuple[int, ...]
    max_positions: int
    languages: tuple[str, ...]
    speed_class: SpeedClass
    device: str
    default_sampling: Sampling
    max_speakers: int = MAX_SPEAKERS
    parameters: int = 0
    precision: str = ""


class Advice(Record):
    """What ``generation_config.json`` says of the makers' advice; other tools have theirs there."""

    without_effect = re.compile(".*")
    sampling: Sampling = Sampling()
    languages: tuple[str, ...] = ()
    speed_class: SpeedClass | None = None
    max_speakers: Count = MAX_SPEAKERS


def read_advice(folder: Path) -> Advice:
    """Read the makers' advice, where there is any.

    Raises:
        ConfigError: the file cannot be used.
    """
    path = folder / ADVICE_FILE
    return Advice.read(read_object(path) if path.exists() else {}, path.stem)
