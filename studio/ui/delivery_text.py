"""What the delivery's form says: its strings, and its phrases with numbers or names in them.

Is: the part of `text` and `phrases` that belongs to one component.
Is not: markup; nothing here is escaped.
"""

from collections.abc import Sequence

from studio.services import ChapterGate, DeliveryRun, OpenTurn, TurnState
from studio.ui import phrases

CHAPTERS = "Chapters"
ALL = "All"
NONE = "None"
FORMATS = "Files"
FORMAT_NAMES = {
    "mp3": "MP3, a file for each chapter",
    "m4b": "M4B, the whole book with chapters",
    "flac": "FLAC, a file for each chapter",
    "wav": "WAV, a file for each chapter",
}
TARGET = "For whom"
CAPTIONS = "Captions"
EXTRAS = "Also"
EXTRA_NAMES = {"table": "a table of all turns (CSV)", "stems": "each speaker alone (FLAC)"}
NAMING = "Names of the files"
NAMING_HINT = "{number:02}, {title}, {book} and {author} stand for what they say."
ABOUT = "Title, author, narrator and cover come from the project’s details."
DELIVER = "Deliver"
CANCEL = "Cancel"
NOTHING_SPOKEN = "nothing to hear"
COMPLETE = "complete"
WAITING = "Waiting for another delivery to end"
STOPPED = "The delivery was stopped. Nothing of it was kept."
OPEN_TURN = "Open in the script"
LISTEN_TO_FILE = "Listen to {name}"
NOTES = {
    "attention": "Takes that failed a check and are used anyway: turn {turns}.",
    "stale": "Takes that say something else than the script: turn {turns}.",
    "soft_stale": "Takes that were performed after hearing others than now: turn {turns}.",
}

WORDS = {
    "one": "Deliver 1 chapter",
    "many": "Deliver {n} chapters",
    "whole": "Deliver",
    "no_chapter": "Choose at least one chapter.",
    "no_format": "Choose at least one kind of file.",
    "missing": "Chapters with turns that are not performed yet cannot be delivered: leave them "
    "out, or perform them under Listen.",
    "stale": "Takes of the chosen chapters say something else than the script. Perform them again, "
    "or deliver them all the same.",
    "lost": "The studio does not answer. It may have been stopped.",
}
"""Sentences that the component's own script shows."""

STATES = {
    TurnState.MISSING: "not performed yet",
    TurnState.STALE: "says something else than the script",
    TurnState.ATTENTION: "needs attention",
}


def ready(chapters: Sequence[ChapterGate]) -> str:
    """Return how ready a project is, in one sentence."""
    turns = sum(chapter.turns for chapter in chapters)
    missing, stale, doubtful = (
        sum(chapter.count(state) for chapter in chapters) for state in STATES
    )
    if missing == turns:
        return "Nothing has been performed yet. Go to Listen and press Perform."
    found = [f"{missing:,} of {phrases.counted(turns, 'turn')} still to be performed"] * (
        missing > 0
    )
    if stale:
        found.append(f"{phrases.counted(stale, 'take')} of an older text")
    if doubtful:
        found.append(f"{phrases.counted(doubtful, 'turn')} to listen to first")
    if found:
        return f"{'; '.join(found)}."
    return f"Every turn is performed: {phrases.counted(turns, 'turn')}."


def chapter_name(chapter: ChapterGate) -> str:
    """Return how a chapter is called, with its number."""
    return f"{chapter.number}. {chapter.title or phrases.untitled_chapter(chapter.number)}"


def open_turns(chapter: ChapterGate) -> str:
    """Return what is open in a chapter, in numbers."""
    words = {
        TurnState.MISSING: "not performed",
        TurnState.STALE: "of an older text",
        TurnState.ATTENTION: "to listen to",
    }
    counts = ((chapter.count(state), label) for state, label in words.items())
    return ", ".join(f"{count} {label}" for count, label in counts if count)


def more_turns(number: int) -> str:
    """Return that a list of turns is longer than what is shown."""
    return f"and {number:,} more"


def turn_name(turn: OpenTurn) -> str:
    """Return how an open turn is called."""
    return f"Turn {turn.number}, {turn.speaker}: “{turn.beginning}”"


def why_open(turn: OpenTurn) -> str:
    """Return what is the matter with a turn."""
    return turn.reason or STATES[turn.state]


def anyway(stale: int) -> str:
    """Return the label of the choice to deliver what is stale."""
    takes = "the take" if stale == 1 else f"the {stale:,} takes"
    return f"Deliver {takes} of an older text all the same"


def doing(run: DeliveryRun, title: str, chapters: int) -> str:
    """Return what a delivery does at the moment, and how long it will still take."""
    if run.state == "waiting":
        return WAITING
    facts = [run.doing.capitalize() or "Reading the script"]
    if run.chapter and chapters > 1:
        facts[0] += f", {title}"
    if run.seconds_left is not None:
        facts.append(phrases.time_left(run.seconds_left))
    return " · ".join(facts)
