"""A text file -> a script as it is, or a book of prose or of speeches.

Is: chapters by their headings (`CHAPTER I`), paragraphs by blank lines or by lines, a play by the
names with which its paragraphs begin (`core.plain_play`).
Is not: a reader of markup; stars and underscores are spoken as they stand.

- What looks like a script (front matter, a chapter heading, or lines with a speaker's name) is
  taken as one, its brackets included; a book of Project Gutenberg never is.
- What Project Gutenberg puts before and after a book is left out as its license.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from studio.core.book import Block, BlockKind, Book, Piece, Section
from studio.core.front_matter import FENCE
from studio.core.outer_matter import CONTENTS, FRONT, LICENSE, reason_by_title
from studio.core.plain_play import as_play
from studio.core.speaker_name import split_speaker
from studio.errors import ImportFailed
from studio.importers import limits

MAX_TITLE_PAGE_WORDS = 60
MAX_HEADING = 120
MIN_NAMED = 0.03
"""Lines with a speaker's name among those of a script; a few are found in any book."""

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_NUMBER = r"(?:\d{1,3}|[IVXLC]{1,7}|[A-Z][a-z]+(?:-[a-z]+)?|[A-Z]+(?:-[A-Z]+)?)"
_HEADING = re.compile(
    rf"(?:(?:chapter|act|part|book|letter|stave|canto|section)\s+(?:the\s+)?{_NUMBER}\b.{{0,80}}"
    r"|(?:first|second|third|fourth|fifth|last)\s+(?:act|part|book)\b.{0,80}"
    r"|(?:prologue|epilogue|preface|introduction|foreword|afterword|interlude)\b.{0,60}"
    r"|[IVXLC]{1,7}\.?|\d{1,3}\.?)",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"(?:[*•⁂~#—_-]\s*){1,9}")
_START = re.compile(r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG.*?\*\*\*", re.DOTALL)
_END = re.compile(r"\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG")


def read_text(path: Path, max_bytes: int = limits.MAX_TEXT_BYTES) -> tuple[str, tuple[str, ...]]:
    """The text of a file, line ends made `\\n`, and a note where its encoding is a guess.

    Raises:
        ImportFailed: it does not exist, is too large, or is no text.
    """
    if not path.is_file():
        raise ImportFailed(f"There is no file {path}.")
    if path.stat().st_size > max_bytes:
        raise ImportFailed(f"{path.name} is larger than any text that can be read here.")
    return _decode(path.read_bytes(), path.name)


def looks_like_script(text: str, ending: str = ".txt") -> bool:
    """Whether a text is in the studio's own format; in Markdown a heading says nothing."""
    lines = [line.strip() for line in text.split("\n")]
    if lines[0] == FENCE:
        return True
    if _START.search(text):
        return False
    named = sum(1 for line in lines if split_speaker(line))
    share = named / max(1, sum(map(bool, lines)))
    if ending == ".md":
        return named >= 2 and share >= 0.3
    return (named >= 2 and share >= MIN_NAMED) or any(re.match(r"#\s+\S", line) for line in lines)


def read_plain(path: Path) -> Book:
    """Read a text file that is no script.

    Raises:
        ImportFailed: it does not exist, is too large, or is no text.
    """
    text, notes = read_text(path)
    sections = []
    for part, reason in _without_license(text):
        if reason:
            sections.append(Section("", _blocks(part), reason))
        else:
            sections += _sections(as_play(_blocks(part)))
    return Book(path.stem, "", tuple(sections), text, notes)


def is_heading(text: str) -> bool:
    """Whether a paragraph is a chapter's heading: `CHAPTER I`, `IV.`, `Prologue`.

    >>> is_heading("CHAPTER I. The Road"), is_heading("I went home.")
    (True, False)
    """
    return len(text) < MAX_HEADING and bool(_HEADING.fullmatch(text.strip()))


def _decode(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in content[:4096] and not wide:
        raise ImportFailed(
            f"{name} is no text file. Save it as plain text, or choose another file."
        )
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
        notes = ("The file is not UTF-8; its letters are read as Windows-1252.",)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return text, notes


def _without_license(text: str) -> Iterator[tuple[str, str]]:
    """The text in up to three parts, each with the reason why it is left out, if it is."""
    start, end = _START.search(text), _END.search(text)
    first = start.end() if start else 0
    last = end.start() if end and end.start() > first else len(text)
    if text[:first].strip():
        yield text[:first], LICENSE
    yield text[first:last], ""
    if text[last:].strip():
        yield text[last:], LICENSE


def _blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs between blank lines; where there are none, every line is one."""
    lines = [line for line in text.split("\n") if line.strip()]
    paragraphs = _BLANK_LINES.split(text)
    is_wrapped = sum(map(len, lines)) <= 90 * len(lines)
    if not is_wrapped or len(lines) > 40 * len(paragraphs):
        paragraphs = lines
    return tuple(_block(paragraph) for paragraph in paragraphs if paragraph.strip())


def _block(paragraph: str) -> Block:
    plain = paragraph.strip()
    if _BREAK.fullmatch(plain) and not plain[:1].isalnum():
        return Block((Piece("note", paragraph),), "break")
    lines = plain.split("\n")
    if len(lines) > 1 and all(_HEADING.fullmatch(line.strip()) for line in lines):
        return Block((Piece("words", paragraph),), left_out=CONTENTS)
    kind: BlockKind = "heading" if is_heading(plain) and len(lines) <= 2 else "paragraph"
    return Block((Piece("words", paragraph),), kind, int(kind == "heading"))


def _sections(blocks: tuple[Block, ...]) -> list[Section]:
    """Cut at headings; headings in a row under `Contents` stay with it."""
    parts: list[list[Block]] = [[]]
    for block, following in zip_longest(blocks, blocks[1:]):
        is_heading = block.kind == "heading"
        in_contents = bool(parts[-1]) and reason_by_title(parts[-1][0].text) == CONTENTS
        listed = in_contents and following is not None and following.kind == "heading"
        follows = bool(parts[-1]) and parts[-1][-1].kind == "heading"
        begins = is_heading and not listed and (in_contents or not follows)
        if begins or reason_by_title(block.text):
            parts.append([])
        parts[-1].append(block)
    sections = [_section(part) for part in parts if part]
    return [_without_title_page(sections[0], len(sections)), *sections[1:]] if sections else []


def _section(blocks: list[Block]) -> Section:
    if blocks[0].kind != "heading":
        return Section("", tuple(blocks), reason_by_title(blocks[0].text))
    titles = []
    for block in blocks:
        if block.kind != "heading":
            break
        titles.append(" ".join(block.text.split()))
    return Section(": ".join(titles), tuple(blocks))


def _without_title_page(first: Section, count: int) -> Section:
    """A few words before the first heading are a title page."""
    words = sum(len(block.text.split()) for block in first.blocks)
    is_title_page = count > 1 and not first.title and words <= MAX_TITLE_PAGE_WORDS
    return replace(first, left_out=FRONT) if is_title_page and not first.left_out else first
