"""What can be set when the studio is opened.

Is: one frozen value, checked when it is made.
Is not: read from the environment; the command line and the app pass what they want.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio import paths


class Settings(BaseModel):
    """Settings of a workspace.

    Args:
        projects: the workspace folder; made when it does not exist.
        checkpoint: "starter", or the folder of a checkpoint.
        device: "auto", "cpu" or "cuda".
        max_lanes: most chains performed side by side.
        max_speakers: most voices in one chain; each costs a reference in its prefix.
        chunk_bytes: budget of a chunk; None: what suits the checkpoint.
        checks: "standard", or "permissive" for checkpoints that make noise.
        retries: further takes of a chunk whose take fails a check.
        resume_interrupted: go on with the jobs of a process that ended before them.
        voices: folder of the voices that are there from the start.
        delivery_rate: sample rate of delivered files, in Hz.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    projects: Path = paths.PROJECTS
    checkpoint: str = "starter"
    device: str = "auto"
    max_lanes: int = Field(default=4, ge=1, le=64)
    max_speakers: int = Field(default=6, ge=1, le=32)
    chunk_bytes: int | None = Field(default=None, ge=16, le=2000)
    checks: Literal["standard", "permissive"] = "standard"
    retries: int = Field(default=2, ge=0, le=10)
    resume_interrupted: bool = False
    voices: Path = paths.STARTER_VOICES
    delivery_rate: int = Field(default=44_100, ge=8_000, le=192_000)
