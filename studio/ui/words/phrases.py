"""Phrases with something in them: counts, durations, names of turns.

Is: English, like `text`, and the other half of what is to be translated.
Is not: markup; nothing here is escaped.
"""

from collections.abc import Sequence

from studio.services import (
    BookPreview,
    Examination,
    Job,
    ProjectSummary,
    Quotation,
    Voice,
    VoiceUses,
)
from studio.ui.words import text

SURE = 0.55
"""From this confidence on a guess is a probable one."""
BECAUSE = (
    ("nothing says", "nothing says who speaks"),
    ("they take turns", "the speakers seem to take turns"),
    ("the speech goes on", "the speech seems to go on"),
    ("not said", "it looks written, not said"),
    (" he;", "the text beside it only says “he”"),
    (" she;", "the text beside it only says “she”"),
    (" I;", "the text beside it only says “I”"),
    ("acts", "the text beside it tells what they do"),
)
"""What in a rule's name (`studio.core.attribution`) is said how; the first that is found."""


def turns_count(turns: int, speakers: int) -> str:
    """Return what a script holds, as in "62 turns, 4 speakers"."""
    return f"{counted(turns, 'turn')}, {counted(speakers, 'speaker')}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in "1 turn" or "2 turns"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clock(seconds: float) -> str:
    """Return a duration as minutes and seconds, with hours where there are any.

    >>> clock(64.6), clock(3725)
    ('1:05', '1:02:05')
    """
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def turn_of(done: int, total: int) -> str:
    """Return how far a performance is, in turns."""
    return f"{done} of {counted(total, 'turn')}"


def sound(seconds: float) -> str:
    """Return how much sound there is."""
    return f"{clock(seconds)} of sound"


def speed(factor: float) -> str:
    """Return the speed of performing against listening."""
    return f"{factor:.1f}× real time"


def time_left(seconds: float) -> str:
    """Return the estimate of the time a performance still takes."""
    return f"about {clock(seconds)} left"


def reused(turns: int) -> str:
    """Return how many turns were there already from an earlier performance."""
    return f"{counted(turns, 'turn')} kept from before"


def listen_to(what: str) -> str:
    """Return the label of a button that plays something."""
    return f"Listen to {what}"


def waiting(job: Job) -> str:
    """Return what a performance that waits will perform."""
    what = "" if job.chapter is None else f", chapter {job.chapter}"
    return f"{job.title}{what}: {counted(job.turns_total, 'turn')}"


def drop(title: str) -> str:
    """Return the label of the button that cancels a performance that waits."""
    return f"Cancel {title}"


def voice_for(speaker: str) -> str:
    """Return the label of the voice menu of a speaker."""
    return f"Voice for {speaker}"


def new_title(number: int) -> str:
    """Return the title of the new project that is the first, second, ... without one.

    >>> new_title(1), new_title(2)
    ('Untitled', 'Untitled 2')
    """
    return text.NEW_TITLE if number == 1 else f"{text.NEW_TITLE} {number}"


def turn_number(number: int) -> str:
    """Return the title of one turn, 1-based."""
    return f"Turn {number}"


def turn_label(number: int, speaker: str) -> str:
    """Return how a turn is called, 1-based."""
    return f"turn {number}, {speaker}"


def sample_choice(title: str, turns: int) -> str:
    """Return the menu entry of one sample script."""
    return f"{title} ({counted(turns, 'turn')})"


def export_facts(turns: int, seconds: float, size_bytes: int) -> str:
    """Return what a finished file holds."""
    return f"{counted(turns, 'turn')} · {clock(seconds)} · {size_bytes / 1e6:.1f} MB"


def untitled_chapter(number: int) -> str:
    """Return how a chapter without a title is called, 1-based."""
    return f"Chapter {number}"


def project_facts(project: ProjectSummary) -> str:
    """Return what a project holds, as in "2 chapters · 62 turns"."""
    return f"{counted(project.chapters, 'chapter')} · {counted(project.turns, 'turn')}"


def performed(project: ProjectSummary) -> str:
    """Return how much of a project is performed, as in "10 of 62 performed"."""
    return f"{project.performed:,} of {project.turns:,} performed"


def more_about(title: str) -> str:
    """Return the label of the menu of a project."""
    return f"More about {title}"


def thrown_away(title: str) -> str:
    """Return that a project lies in the trash."""
    return f"“{title}” is in the trash."


def in_the_trash(number: int) -> str:
    """Return the heading of the trash."""
    return f"In the trash ({number})"


def book_facts(book: BookPreview) -> str:
    """Return what an import would give, in numbers."""
    taken = [chapter for chapter in book.chapters if chapter.turns]
    facts = [
        book.author,
        counted(len(taken), "chapter"),
        counted(sum(chapter.turns for chapter in taken), "turn"),
        counted(len(book.speakers), "speaker"),
    ]
    return " · ".join(filter(None, facts))


def same_as(speaker: str) -> str:
    """Return the label of the menu that merges a speaker into another."""
    return f"{speaker} is"


def merged(speaker: str, into: str) -> str:
    """Return that two names are one speaker."""
    return f"{speaker} is {into}"


def guessed(quotation: Quotation) -> str:
    """Return who probably speaks a quotation, and why.

    >>> guessed(Quotation(1, 0, 0, 0, 9, "Utterson", 0.41, "same paragraph, X said: he"))
    'Perhaps Utterson: the text beside it only says “he”'
    """
    how = "Probably" if quotation.confidence >= SURE else "Perhaps"
    why = next((words for sign, words in BECAUSE if sign in f"{quotation.rule};"), "")
    return f"{how} {quotation.speaker}{why and ': '}{why}"


def keep_guess(speaker: str) -> str:
    """Return the first entry of the menu of speakers of an uncertain quotation."""
    return f"{speaker}, as guessed"


def download_of(name: str) -> str:
    """Return the label of the link to a file."""
    return f"Download {name}"


def spoken_amount(turns: int, words: int) -> str:
    """Return how much a speaker has to say."""
    return f"{counted(turns, 'turn')} · {counted(words, 'word')}"


def spoken_by(speaker: str, voice: str) -> str:
    """Return who is heard in an audition."""
    return f"{speaker}, spoken by {voice}"


def gain_of(speaker: str) -> str:
    """Return the label of the gain of a speaker."""
    return f"Gain of {speaker} in decibels"


def as_heard(voice: str) -> str:
    """Return the title of a voice's codes, decoded."""
    return f"{voice}, as the model hears it"


def _titles(titles: Sequence[str]) -> str:
    """Return which projects, as far as they can be named in a line."""
    named = ", ".join(titles[:2])
    more = len(titles) - 2
    return f"{named} and {counted(more, 'project')} more" if more > 0 else named


def voice_facts(voice: Voice, uses: VoiceUses) -> str:
    """Return where a voice comes from and how much it is used."""
    facts = ["starter voice" if voice.origin == "starter" else "your own"]
    if not voice.may_perform:
        facts = ["without consent"]
    if uses.projects:
        facts.append(f"in {_titles(uses.projects)}")
    if uses.takes:
        facts.append(counted(uses.takes, "take"))
    return " · ".join(facts)


def measured(found: Examination) -> str:
    """Return what was measured on a recording, in numbers."""
    return (
        f"{found.seconds:.1f} s · speech at {found.speech_db:.0f} dB · "
        f"noise at {found.noise_db:.0f} dB · {found.silent:.0%} silence"
    )


def goes_with(name: str, uses: str) -> str:
    """Return what would be removed with a voice."""
    return f"With {name} would go: {uses}. This cannot be undone."


def some_of(number: int, noun: str) -> str:
    """Return how many of all are shown; {n} is filled in by the page."""
    return f"{{n}} of {counted(number, noun)}"


def voice_added(name: str) -> str:
    """Return that a voice is in the library."""
    return f"{name} is added, and can be cast from now on."


def agreed(who: str, basis: str, moment: str) -> str:
    """Return who has agreed to a voice's use, on what basis and when."""
    return f"{who} agreed: {basis} ({moment[:10]})."


def import_chapters(number: int) -> str:
    """Return the label of the button that brings a book in."""
    return f"Import {counted(number, 'chapter')}"


def guesses(number: int) -> str:
    """Return how many quotations should be looked at."""
    return f"{number:,} {'guess' if number == 1 else 'guesses'} to check: who speaks?"


def cover_of(title: str) -> str:
    """Return what a cover's picture shows, for those who do not see it."""
    return f"Cover of {title}"
