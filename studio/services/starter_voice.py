"""The files of the voices that come with a checkpoint: `assets/starter/voices/<slug>.json`.

Is: their format, checked when it is read.
Is not: a store; `studio.services.voices` puts them in the database.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.model import Codes, Voice
from studio.errors import VoiceError


@dataclass(frozen=True, slots=True, eq=False)
class StarterVoice:
    """A voice with its first reference. `codes` are of the codec that the voice came with."""

    voice: Voice
    transcript: str
    codes: Codes
    audio: bytes | None


class _ReferenceFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    transcript: str
    codes: list[list[int]]
    audio: str | None = None


class _VoiceFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    description: str = ""
    language: str = "en"
    gender: str = ""
    references: list[_ReferenceFile] = Field(min_length=1)


def read_starter_voice(path: Path) -> StarterVoice:
    """Read one file, and the recording beside it if it names one.

    Raises:
        VoiceError: it is missing, or not in the format.
    """
    try:
        file = _VoiceFile.model_validate_json(path.read_bytes())
        reference = file.references[0]
        audio = (path.parent / reference.audio).read_bytes() if reference.audio else None
        codes = np.array(reference.codes, dtype=np.uint16)
    except (ValidationError, OSError, ValueError, OverflowError) as error:
        raise VoiceError(f"{path} is no starter voice; restore it from the repository.") from error
    voice = Voice(file.name, file.description, file.language, normal_gender(file.gender), "starter")
    return StarterVoice(voice, reference.transcript, codes, audio)


def normal_gender(text: str) -> str:
    """ "female", "male" or empty, from however somebody wrote it."""
    return {"f": "female", "w": "female", "m": "male"}.get(text[:1].lower(), "")
