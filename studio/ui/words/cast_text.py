"""What the cast's table and the pronunciations say: their strings and phrases.

Is: the part of `text` and `phrases` that belongs to one section.
Is not: markup; nothing here is escaped.
"""

from studio.services import Entry, SpokenView

HINT = (
    "Choose a voice for each speaker. The direction is given to every turn that begins without "
    "one; gain and pauses are heard under Listen and in what is delivered."
)
COLUMNS = ("Speaker", "Voice", "Sample", "Direction", "Pauses", "Gain", "In the play")
NO_DIRECTION = "none"
PAUSES = {0.5: "short", 0.75: "shorter", 1.0: "usual", 1.5: "longer", 2.0: "long"}
ACCEPT = "Suggest voices for the rest"
ACCEPT_HINT = "Gives a fitting voice to every speaker for whom nobody has chosen one"
SUGGESTED = "Would suit"
OTHERS = "All voices"

PRONUNCIATIONS = "Pronunciations"
PRONUNCIATIONS_HINT = (
    "Words that are spoken otherwise than they are written, spelled as they sound. What is written "
    "in the script stays; takes of turns that change become stale."
)
WRITTEN = "Written"
SPOKEN = "Spoken"
APPLIES = "For"
EVERYWHERE = "every project"
THIS_PROJECT = "this project"
REGEX_TITLE = "Not a word, but a pattern"
REGEX = "What is written is a regular expression"
ADD = "Add"
REMOVE = "Remove"
TRY = "See what changes"
NOTHING_CHANGES = "Nothing in this script is spoken otherwise."
WRITTEN_EXAMPLE = "Siobhan"
SPOKEN_EXAMPLE = "Shivawn"
NO_ENTRIES = f"None yet. For example, written “{WRITTEN_EXAMPLE}”, spoken “{SPOKEN_EXAMPLE}”."
MAX_SHOWN = 30


def pauses(factor: float) -> str:
    """Return how long a speaker's pauses are."""
    return PAUSES.get(factor, f"{factor:g} times")


def direction_of(speaker: str) -> str:
    """Return the label of the default direction of a speaker."""
    return f"Direction of {speaker} where a turn has none"


def pauses_of(speaker: str) -> str:
    """Return the label of the pauses of a speaker."""
    return f"Pauses before and inside the turns of {speaker}"


def only(speaker: str) -> str:
    """Return that an entry is for one speaker."""
    return f"{speaker} alone"


def scope(entry: Entry) -> str:
    """Return where an entry applies."""
    if entry.scope == "speaker":
        return only(entry.speaker)
    return THIS_PROJECT if entry.scope == "project" else EVERYWHERE


def remove(entry: Entry) -> str:
    """Return the label of the button that removes an entry."""
    return f"Remove {entry.written}"


def changed_turn(view: SpokenView) -> str:
    """Return which turn is spoken otherwise."""
    return f"Turn {view.turn}, {view.speaker}"


def more(number: int) -> str:
    """Return that there are more turns than are shown."""
    return f"and {number:,} more turns"
