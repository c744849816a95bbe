"""How boldly a performance draws, where that is not left to the checkpoint.

Is: what a user may choose, checked. Is not: the drawing itself (`engine.sampling`), nor what else
the engine could be told, such as top-k: a checkpoint is trained for one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from studio.errors import JobError

MAX_TEMPERATURE = 1.5


@dataclass(frozen=True, slots=True)
class SamplingChoice:
    """What is drawn otherwise than the checkpoint recommends; None: as it does.

    Args:
        temperature: 0 nearly always draws the likeliest; more is livelier and less certain.
        top_p: how much of the probability is drawn from, above 0, up to 1.

    Raises:
        JobError: it is out of bounds.
    """

    temperature: float | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if self.temperature is not None and not 0 <= self.temperature <= MAX_TEMPERATURE:
            raise JobError(
                f"The temperature is {self.temperature:g}: choose 0 to {MAX_TEMPERATURE:g}."
            )
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise JobError(f"Top-p is {self.top_p:g}: choose more than 0, and at most 1.")

    def chosen(self) -> dict[str, float]:
        """Names and values of what is chosen."""
        return {name: value for name, value in asdict(self).items() if value is not None}


AS_RECOMMENDED = SamplingChoice()


def noted(checkpoint: str, sampling: Mapping[str, Any]) -> str:
    """How a take was made, as it is stored with it: JSON with sorted names."""
    values = {name: value for name, value in sampling.items() if value is not None}
    return json.dumps({"checkpoint": checkpoint, **values}, sort_keys=True)
