"""What an engine says about itself.

Is: facts about the loaded checkpoint, and the makers' advice that lies beside it.
Is not: settings; nothing here can be changed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from engine.errors import ConfigError
from engine.fields import Fields, read_object
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


@dataclass(frozen=True, slots=True)
class Advice:
    """What ``generation_config.json`` says, where there is one."""

    sampling: Sampling
    languages: tuple[str, ...]
    speed_class: SpeedClass
    max_speakers: int


def read_advice(folder: Path, n_parameters: int) -> Advice:
    """Read the makers' advice; every key is optional.

    Raises:
        ConfigError: the file cannot be used.
    """
    path = folder / ADVICE_FILE
    size: SpeedClass = "draft" if n_parameters < DRAFT_PARAMETERS else "full"
    try:
        content = read_object(path) if path.exists() else {}
        fields = Fields(content, "generation_config.")
        return Advice(
            sampling=Sampling(**fields.take("sampling", {})),
            languages=tuple(fields.take("languages", ())),
            speed_class=cast(SpeedClass, fields.word("speed_class", get_args(SpeedClass), size)),
            max_speakers=fields.count("max_speakers", MAX_SPEAKERS),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(ADVICE_FILE, f"cannot be used: {error}") from error
