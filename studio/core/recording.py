"""Is a recording good enough to make a voice of? Numbers, and advice in plain words.

Is: length, level, clipping, noise, silence and the number of speakers of one mono recording.
Is not: a refusal; the library refuses only what no voice can be made of.

- Levels are RMS over blocks of 50 ms in dBFS. Speech is what the loudest third of them has, noise
  what the quietest twentieth has.
"""

from dataclasses import dataclass

import numpy as np

from studio.core.model import Audio
from studio.core.speaker_count import LIVELY, SUSPECT, distance, liveliness

BLOCK_SECONDS = 0.05
SHORTEST, LONGEST = 10.0, 30.0
"""Seconds; what a reference should have. Shorter is thin, longer costs context for nothing."""
CLIPPED = 0.985
CLIPPED_SHARE = 0.0005
QUIET_DB = -40.0
NOISE_BELOW_SPEECH_DB = 26.0
SILENT_SHARE = 0.45
FLOOR_DB = -100.0
SEVERAL = (
    "More than one person seems to speak in it. A voice is made of one person: listen to it, and "
    "cut out the others."
)
NO_SPEECH = (
    "It does not sound like speech: it hardly changes, as a tone or noise does. Listen to it."
)


@dataclass(frozen=True, slots=True)
class Examination:
    """What was measured on a recording.

    Args:
        clipped: share of samples at full level.
        speech_db, noise_db: levels of speech and of what is behind it.
        silent: share of the blocks that are nearer to the noise than to the speech.
        levels_db: level of every block, for a picture.
        several: whether more than one person is suspected to speak.
        advice: sentences, the worst first; empty: nothing to complain of.
    """

    seconds: float
    clipped: float
    speech_db: float
    noise_db: float
    silent: float
    levels_db: tuple[float, ...]
    advice: tuple[str, ...]
    several: bool = False


def examine(audio: Audio, sample_rate: int) -> Examination:
    """Measure a recording, float32 [n_samples]."""
    levels = _levels(audio, max(1, round(BLOCK_SECONDS * sample_rate)))
    speech, noise = float(np.quantile(levels, 0.85)), float(np.quantile(levels, 0.05))
    seconds = audio.size / sample_rate
    clipped = float(np.mean(np.abs(audio) >= CLIPPED)) if audio.size else 0.0
    silent = float(np.mean(levels < (speech + noise) / 2)) if speech - noise > 6 else 0.0
    several = distance(audio, sample_rate) > SUSPECT
    lively = liveliness(audio, sample_rate)
    lifeless = lively is not None and lively < LIVELY
    advice = (
        (NO_SPEECH,) * lifeless
        + (SEVERAL,) * several
        + _advice(seconds, clipped, speech, noise, silent)
    )
    curve = tuple(levels.tolist())
    return Examination(seconds, clipped, speech, noise, silent, curve, advice, several)


def _levels(audio: Audio, block: int) -> Audio:
    whole = audio[: max(1, audio.size // block) * block]
    if whole.size < block:
        whole = np.pad(whole, (0, block - whole.size))
    power = np.mean(np.square(whole.reshape(-1, block), dtype=np.float64), axis=1)
    levels: Audio = np.maximum(10 * np.log10(power + 1e-12), FLOOR_DB).astype(np.float32)
    return levels


def _advice(
    seconds: float, clipped: float, speech: float, noise: float, silent: float
) -> tuple[str, ...]:
    found = []
    if clipped > CLIPPED_SHARE:
        found.append("It is clipped: the loudest places are cut off. Record it again more quietly.")
    if speech < QUIET_DB:
        found.append("It is very quiet. Go nearer to the microphone, or turn it up.")
    if speech - noise < NOISE_BELOW_SPEECH_DB:
        found.append("There is noise behind the voice; it would be cloned too. Find a quiet room.")
    if seconds < SHORTEST:
        found.append(f"It is {seconds:.0f} s long; {SHORTEST:.0f} to {LONGEST:.0f} s are better.")
    if seconds > LONGEST:
        found.append(
            f"It is {seconds:.0f} s long; cut out the best {SHORTEST:.0f} to {LONGEST:.0f} s."
        )
    if silent > SILENT_SHARE:
        found.append("Half of it is silence. Cut the pauses, above all at both ends.")
    return tuple(found)
