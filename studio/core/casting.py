"""Which voice speaks whom when nobody has chosen.

Is: a deterministic first proposal that a person changes: the one who leads gets a calm voice, the
others choose by how much they say, and who talk with each other sound different. And what holds
until there is one: the same by order of appearance, so that no edit of a turn changes a voice.
Is not: a judgement about characters; what is not told of a speaker is not guessed.

- Voices that were added here are never given to anybody unasked, as long as there are others.
- What is told of a speaker, woman or man (by title, by the text in `studio.core.gender`, else by
  first name in `studio.core.first_names`) or child, is kept to as long as a
  voice is like that. A child's voice speaks children only.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import regex

from studio.core.first_names import first_name_tells
from studio.core.gender import spoken_of
from studio.core.model import NARRATOR, Script, Voice, Words
from studio.errors import CastError

FEMALE_TITLES = {
    "aunt", "countess", "dame", "duchess", "lady", "madam", "madame", "miss", "mother", "mrs",
    "ms", "princess", "queen", "sister",
}  # fmt: skip
MALE_TITLES = {
    "brother", "count", "dr", "duke", "father", "king", "lord", "mr", "prince", "rev",
    "reverend", "sir", "uncle",
}  # fmt: skip
_CHILD = regex.compile(
    r"\b(?:boys?|girls?|child|children|kid|infant|baby|toddler|school(?:boy|girl))\b",
    regex.IGNORECASE,
)
_CALM = regex.compile(r"\b(?:calm|clear|clearest|even|steady)\b", regex.IGNORECASE)

Talks = Counter[frozenset[str]]
"""Pairs of speakers -> how often one answers the other."""


def default_cast(
    script: Script, voices: Sequence[Voice], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Give every speaker of a script a voice, whatever they say: by the order of appearance.

    Args:
        voices: of the library; the order decides between voices that suit alike.
        chosen: speaker -> voice; wins, and keeps its voices from being given to others if possible.

    Raises:
        CastError: a chosen voice is unknown, or there are no voices.
    """
    return _cast(script, voices, chosen, weighed=False)


def suggested_cast(
    script: Script, voices: Sequence[Voice], chosen: Mapping[str, str]
) -> dict[str, str]:
    """The same by what is said: who says most chooses first, who talk with each other differ."""
    return _cast(script, voices, chosen, weighed=True)


def _cast(
    script: Script, voices: Sequence[Voice], chosen: Mapping[str, str], *, weighed: bool
) -> dict[str, str]:
    if not voices:
        raise CastError("There are no voices yet. Add one from an audio file and its transcript.")
    names, speakers = [voice.name for voice in voices], script.speakers()
    cast = {
        speaker: known_voice(chosen[speaker], names) for speaker in speakers if speaker in chosen
    }
    if len(cast) < len(speakers):
        offered = [voice for voice in voices if voice.origin == "starter"] or voices
        _complete(cast, script, offered, weighed=weighed)
    return {speaker: cast[speaker] for speaker in speakers}


def fitting(speaker: str, gender: str, voices: Sequence[Voice]) -> list[Voice]:
    """The voices that are like what is told of a speaker; all, if none is.

    Args:
        gender: "female", "male" or empty: not told.
    """
    ages = [voice for voice in voices if is_child(voice) == tells_child(speaker)]
    if tells_child(speaker) and ages:
        return ages
    return [voice for voice in ages if gender in ("", voice.gender)] or ages or list(voices)


def is_child(voice: Voice) -> bool:
    """Whether a voice is described as a child's."""
    return bool(_CHILD.search(" ".join([voice.description, *voice.tags])))


def tells_child(speaker: str) -> bool:
    """Whether a name says that it is a child's: `The Little Girl`."""
    return bool(_CHILD.search(speaker))


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


def guess_gender(speaker: str, spoken_of_as: str = "") -> str:
    """What a title tells, else the text, else a first name: "female", "male" or empty.

    Args:
        spoken_of_as: "female" or "male" if the script says so (`studio.core.gender`).
    """
    title = speaker.split(" ")[0].rstrip(".").casefold()
    told = "female" if title in FEMALE_TITLES else "male" if title in MALE_TITLES else ""
    return told or spoken_of_as or first_name_tells(speaker)


def _known(name: str, names: Iterable[str], noun: str) -> str:
    by_fold = {known.casefold(): known for known in names}
    found = by_fold.get(name.strip().casefold())
    if found:
        return found
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    hint = f" Did you mean '{by_fold[near[0]]}'?" if near else ""
    raise CastError(f"Unknown {noun} '{name}'.{hint} Known: {', '.join(by_fold.values())}.")


def _complete(
    cast: dict[str, str], script: Script, voices: Sequence[Voice], *, weighed: bool
) -> None:
    """Cast those who are not, the narrator first, then who has most to say or appears first."""
    words: Counter[str] = Counter(dict.fromkeys(script.speakers(), 0))
    talks, genders = Talks(), dict[str, str]()
    if weighed:
        words, talks, genders = _words(script), _talks(script), dict(spoken_of(script))
    ranked = sorted(words, key=lambda speaker: (speaker != NARRATOR, -words[speaker]))
    for speaker in ranked:
        if speaker in cast:
            continue
        gender = guess_gender(speaker, genders.get(speaker, ""))
        suit = fitting(speaker, gender, voices)
        if speaker == ranked[0]:
            suit.sort(key=lambda voice: not _CALM.search(voice.description))
        cast[speaker] = _furthest(speaker, suit, cast, talks).name


def _furthest(
    speaker: str, voices: Sequence[Voice], cast: Mapping[str, str], talks: Talks
) -> Voice:
    """The voice that is heard least beside a speaker; nobody's, if there is one."""
    beside, used = Counter[str](), Counter(cast.values())
    for other, voice in cast.items():
        beside[voice] += talks[frozenset((speaker, other))]
    return min(voices, key=lambda voice: (beside[voice.name], used[voice.name]))


def _words(script: Script) -> Counter[str]:
    """Speaker -> how many words they say; in order of appearance."""
    counts: Counter[str] = Counter(dict.fromkeys(script.speakers(), 0))
    for placed in script.placed_turns():
        for part in placed.turn.parts:
            if isinstance(part, Words):
                counts[placed.turn.speaker] += len(part.text.split())
    return counts


def _talks(script: Script) -> Talks:
    """Who speaks after whom in a scene; a narrator between two does not part them."""
    talks: Talks = Counter()
    scene, before, talker = (0, 0), "", ""
    for placed in script.placed_turns():
        if scene != (placed.chapter, placed.scene):
            scene, before, talker = (placed.chapter, placed.scene), "", ""
        speaker = placed.turn.speaker
        talks.update(
            {frozenset((speaker, other)) for other in (before, talker) if other != speaker}
        )
        before, talker = speaker, talker if speaker == NARRATOR else speaker
    return talks
