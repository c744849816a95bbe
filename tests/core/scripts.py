"""Scripts for tests: arbitrary ones for hypothesis, and ids that are easy to read."""

import itertools
from collections.abc import Callable

from hypothesis import strategies as st

from studio.core.identity import give_ids
from studio.core.model import NARRATOR, Chapter, Direction, Pause, Scene, Script, Turn, Words
from studio.core.script_text import parse_script

WORD = st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=8)
LINE = st.lists(WORD, min_size=1, max_size=6).map(" ".join).map(str.strip).filter(bool)
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
DIRECTION = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Z"), exclude_characters="[]"),
    min_size=1,
    max_size=12,
).map(Direction)
NAME = st.sampled_from(["Lane", "Lady Bracknell", "Guard 2", "Dr. No", NARRATOR])
PARTS = st.builds(
    lambda words, marks, more: (Words(f"{words} "), *marks, Words(f" {more}")),
    LINES,
    st.lists(DIRECTION | st.integers(1, 60_000).map(Pause), min_size=1, max_size=3),
    LINES,
) | LINES.map(lambda words: (Words(words),))
SCENE = st.lists(st.builds(Turn, NAME, PARTS), min_size=1, max_size=4).map(tuple).map(Scene)
SCENES = st.lists(SCENE, min_size=1, max_size=3).map(tuple)
SCRIPT = st.builds(
    lambda opening, chapters, notes: Script((Chapter("", opening), *chapters), notes),
    SCENES,
    st.lists(st.builds(Chapter, LINE.filter(lambda t: "\n" not in t), SCENES), max_size=3),
    st.sampled_from([(), (("title", "T"),)]),
)


def counting_ids(prefix: str = "t") -> Callable[[], str]:
    """Gives t0, t1, t2 and so on."""
    numbers = itertools.count()
    return lambda: f"{prefix}{next(numbers)}"


def read(text: str) -> Script:
    """A script whose turns are t0, t1, t2 and so on."""
    return give_ids(parse_script(text), counting_ids())


def ids(script: Script) -> list[str]:
    return [placed.turn.turn_id for placed in script.placed_turns()]
