"""Which voice speaks whom when nobody has chosen.

Is: a deterministic default: women's voices for `Lady` and `Miss` where the library tells, the rest
in order, and different voices for different speakers as far as they go.
Is not: a judgement about characters; it is a first proposal that a person changes.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from studio.core.model import NARRATOR, Voice
from studio.errors import CastError

FEMALE_TITLES = {
    "aunt", "countess", "dame", "duchess", "lady", "madam", "madame", "miss", "mother", "mrs",
    "ms", "princess", "queen", "sister",
}  # fmt: skip
MALE_TITLES = {
    "brother", "count", "dr", "duke", "father", "king", "lord", "mr", "prince", "rev",
    "reverend", "sir", "uncle",
}  # fmt: skip


def default_cast(
    speakers: Sequence[str],
    voices: Sequence[Voice],
    chosen: Mapping[str, str],
    genders: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give every speaker a voice.

    Args:
        speakers: in order of appearance, or of importance.
        voices: of the library; the order decides the default.
        chosen: speaker -> voice; wins, and keeps its voices from being given to others if possible.
        genders: speaker -> "female" or "male", where the names' titles do not tell.

    Raises:
        CastError: a chosen voice is unknown, or there are no voices.
    """
    if not voices:
        raise CastError("There are no voices yet. Add one from an audio file and its transcript.")
    names = [voice.name for voice in voices]
    cast = {
        speaker: known_voice(chosen[speaker], names) for speaker in speakers if speaker in chosen
    }
    for speaker in sorted((s for s in speakers if s not in cast), key=lambda s: s != NARRATOR):
        wanted = guess_gender(speaker) or (genders or {}).get(speaker, "")
        fitting = [voice for voice in voices if wanted in ("", voice.gender)] or voices
        cast[speaker] = _least_used(fitting, cast.values())[0].name
    return {speaker: cast[speaker] for speaker in speakers}


def known_voice(name: str, names: Iterable[str]) -> str:
    """The voice of that name, capitals ignored.

    Raises:
        CastError: there is none; the message lists the voices and the nearest one.
    """
    return _known(name, names, "voice")


def known_speaker(name: str, names: Iterable[str]) -> str:
    """The speaker of that name, capitals ignored.

    Raises:
        CastError: there is none; the message lists the speakers and the nearest one.
    """
    return _known(name, names, "speaker")


def guess_gender(speaker: str) -> str:
    """ "female" or "male" if the name begins with a title that tells, else an empty string."""
    title = speaker.split(" ")[0].rstrip(".").casefold()
    return "female" if title in FEMALE_TITLES else "male" if title in MALE_TITLES else ""


def _known(name: str, names: Iterable[str], noun: str) -> str:
    by_fold = {known.casefold(): known for known in names}
    found = by_fold.get(name.strip().casefold())
    if found:
        return found
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    hint = f" Did you mean '{by_fold[near[0]]}'?" if near else ""
    raise CastError(f"Unknown {noun} '{name}'.{hint} Known: {', '.join(by_fold.values())}.")


def _least_used(voices: Sequence[Voice], used: Iterable[str]) -> list[Voice]:
    counts = Counter(used)
    fewest = min(counts[voice.name] for voice in voices)
    return [voice for voice in voices if counts[voice.name] == fewest]
