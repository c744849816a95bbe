"""What the delivery's form says: its strings, and its phrases with numbers or names in them.

Is: the part of `text` and `phrases` that belongs to one component.
Is not: markup; nothing here is escaped.
"""

import re
from collections.abc import Sequence
from typing import Any

from studio.services import (
    ChapterGate,
    DeliveryRun,
    OpenTurn,
    Report,
    TurnState,
    find_target,
    target_names,
)
from studio.ui.words import phrases

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
TARGET = "Made for"
CAPTIONS = "Captions"
EXTRAS = "Also"
EXTRA_NAMES = {"table": "a table of all turns (CSV)", "stems": "each speaker alone (FLAC)"}
NAMING = "Names of the files"
NAMING_HINT = "Each part in brackets is filled in. The files will be called:"
NAME_PARTS = {
    "{number}": "number",
    "{title}": "chapter",
    "{book}": "book",
    "{author}": "author",
}
"""What a pattern can hold, and how its button is called."""
ABOUT = "Title, author, narrator and cover come from the project’s details, under Projects."
GO_PERFORM = "Go to Listen"
NOTHING_MADE = (
    "The finished files appear here, each with a player, its loudness over time, and whether "
    "it passes what it is made for."
)
READY = "Your files"
OLD_FILES = "Files from before your last change"
CHANGED_SINCE = "Made {made}, before your last change ({changed}). Deliver again for what is new."
DOWNLOAD_OLD = "Download all, as they were"
PLOT = "Loudness over time"
WANTED_LEVEL = "{name} of the whole file {value:.1f} {unit}, wanted {wanted}"
MIN_LEFT = 2.0
"""Seconds; less is not worth a word."""
DELIVER = "Deliver"
LOOKING = "Looking at what is performed…"
CANCEL = "Cancel"
NOTHING_SPOKEN = "nothing to hear"
COMPLETE = "complete"
UNTOUCHED = "not performed"
WAITING = "Waiting for another delivery to end"
LISTEN_TO_FILE = "Listen to {name}"
NOTES = {
    "attention": (
        "Turn {turns} failed a check and is used anyway.",
        "{count:,} turns failed a check and are used anyway: {turns}.",
    ),
    "stale": (
        "Turn {turns} has changed since it was performed; what is heard is as it was then.",
        "{count:,} turns have changed since they were performed; what is heard is as it was "
        "then: {turns}.",
    ),
    "soft_stale": (
        "Turn {turns} was performed before a change in front of it; it sounds as good.",
        "{count:,} turns were performed before a change in front of them; they sound as good: "
        "{turns}.",
    ),
}
"""What is to be known of turns in a file: of one, and of several."""
MAX_LISTED = 30
"""Turns that a note names."""

READY_WORDS = {
    "none": "No chapter is chosen. Tick what is to be delivered.",
    "nothing": "Nothing has been performed yet.",
    "nothing_chosen": "Nothing of what is chosen has been performed yet.",
    "turns": ("1 turn", "{n} turns"),
    "turns_chosen": ("1 chosen turn", "{n} chosen turns"),
    "missing": ("1 is not performed yet", "{n} are not performed yet"),
    "stale": ("1 has changed since", "{n} have changed since"),
    "attention": ("1 needs listening to", "{n} need listening to"),
    "and": " and ",
    "open": "Of {turns}, {found}. {advice}",
    "done": "Every turn is performed: {turns}.",
    "done_chosen": "Every turn of what is chosen is performed: {turns}.",
    "perform": ("Perform it first.", "Perform them first."),
    "untick": (
        "Perform it, or untick its chapter.", "Perform them, or untick their chapters.",
    ),
    "again": (
        "Perform it again, or tick below to deliver it as it is.",
        "Perform them again, or tick below to deliver them as they are.",
    ),
    "listen": ("See the list below.", "See the list below."),
    "anyway": (
        "Deliver the turn that has changed, as it was performed",
        "Deliver the {n} turns that have changed, as they were performed",
    ),
}  # fmt: skip
"""How ready the chosen chapters are, in one sentence; in pairs, of one turn and of several."""

WORDS: dict[str, Any] = {
    "ready": READY_WORDS,
    "one": "Deliver 1 chapter",
    "many": "Deliver {n} chapters",
    "whole": "Deliver",
    "no_chapter": "Choose at least one chapter.",
    "no_format": "Choose at least one kind of file.",
    "missing": "Turns of the chosen chapters are not performed yet.",
    "stale": "Turns of the chosen chapters have changed since they were performed.",
    "turn": "Open in the script",
    "going": "Stopping…",
    "stopped": "The delivery was stopped. Nothing of it was kept.",
    "lost": "The studio does not answer. It may have been stopped.",
}
"""Sentences that the component's own script shows."""

STATES = {
    TurnState.MISSING: "not performed yet",
    TurnState.STALE: "has changed since it was performed",
    TurnState.ATTENTION: "needs attention",
}


def note(name: str, turns: Sequence[int]) -> str:
    """Return what is to be known of some turns of a file."""
    shown = ", ".join(map(str, turns[:MAX_LISTED]))
    if left := len(turns) - min(len(turns), MAX_LISTED):
        shown += f" {more_turns(left)}"
    return NOTES[name][len(turns) > 1].format(turns=shown, count=len(turns))


def held_against(report: Report, files: int) -> str:
    """Return how many files there are, what they were made for, and how many passed."""
    count = len(report.files)
    facts = phrases.counted(files, "file")
    if report.target == "none":
        return facts
    failed = sum(not file.passed for file in report.files)
    verdict = f"{failed} not as wanted" if failed else "all as wanted" if count > 1 else ""
    return " · ".join(filter(None, (facts, f"for {_made_for(report.target)}", verdict)))


def _made_for(target: str) -> str:
    return find_target(target).description if target in target_names() else target


def ai_mark(mark: str) -> str:
    """Return the note that speech is AI-generated, without what only programs read.

    >>> ai_mark("AI-generated speech (digitalSourceType=x), made with Tableread, checkpoint s.")
    'AI-generated speech, made with Tableread, checkpoint s.'
    """
    return re.sub(r" \(\w+=\w+\)", "", mark)


def chapter_name(chapter: ChapterGate) -> str:
    """Return how a chapter is called, with its number."""
    return f"{chapter.number}. {chapter.title or phrases.untitled_chapter(chapter.number)}"


def open_turns(chapter: ChapterGate) -> str:
    """Return what is open in a chapter, in numbers."""
    words = {
        TurnState.MISSING: "not performed",
        TurnState.STALE: "changed since",
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


def doing(run: DeliveryRun, title: str, chapters: int) -> str:
    """Return what a delivery does at the moment, and how long it will still take."""
    if run.state == "waiting":
        return WAITING
    facts = [run.doing.capitalize() or "Reading the script"]
    if run.chapter and chapters > 1:
        facts[0] += f", {title}"
    if run.seconds_left is not None and run.seconds_left >= MIN_LEFT:
        facts.append(phrases.time_left(run.seconds_left))
    return " · ".join(facts)
