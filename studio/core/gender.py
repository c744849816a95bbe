"""Whether a speaker is spoken of as `she` or `he`, by what is said in the script.

Is: a count of the first pronouns behind a speaker's name, else what a role tells (`The Butler`),
for a first proposal of voices.
Is not: knowledge of names (`studio.core.first_names`), and no statement about anybody; where the
text says too little, it says nothing. English only.
"""

from collections import Counter
from collections.abc import Iterable

import regex

from studio.core.characters import role_gender
from studio.core.model import Script, Words

REACH = 80
"""Characters behind a name in which a pronoun is looked for."""
MIN_COUNT = 2
PRONOUNS = {
    "she": "female", "her": "female", "hers": "female", "herself": "female",
    "he": "male", "him": "male", "his": "male", "himself": "male",
}  # fmt: skip
ROLES = {"m": "male", "f": "female"}
_PRONOUN = regex.compile(r"\b(?:" + "|".join(PRONOUNS) + r")\b", regex.IGNORECASE)


def spoken_of(script: Script) -> dict[str, str]:
    """Speaker -> "female" or "male", for those of whom a script says it clearly."""
    texts = [
        "".join(part.text for part in placed.turn.parts if isinstance(part, Words))
        for placed in script.placed_turns()
    ]
    found = {
        speaker: _gender(_names(speaker), texts) or ROLES.get(role_gender(speaker), "")
        for speaker in script.speakers()
    }
    return {speaker: gender for speaker, gender in found.items() if gender}


def _gender(names: "regex.Pattern[str]", texts: Iterable[str]) -> str:
    counts: Counter[str] = Counter()
    for text in texts:
        for name in names.finditer(text):
            if pronoun := _PRONOUN.search(text, name.end(), name.end() + REACH):
                counts[PRONOUNS[pronoun[0].lower()]] += 1
    for gender, count in counts.most_common(1):
        if count >= MIN_COUNT and count >= 2 * (counts.total() - count):
            return gender
    return ""


def _names(speaker: str) -> "regex.Pattern[str]":
    """The speaker's name, whole, or its last word: `Lady Bracknell`, `Mr. Utterson`."""
    forms = dict.fromkeys([speaker, speaker.split(" ")[-1]])
    return regex.compile(r"\b(?:" + "|".join(regex.escape(form) for form in forms) + r")\b")
