"""What a delivered file says about itself: title, author, chapters, and that a machine spoke it.

Is: values that are safe to write into any container: one line, no control characters, bounded.
Is not: a writer of tags (`studio.media`).

- The AI mark names the IPTC digital source type, which is what marking rules refer to, in words
  that are kept by every container: some of them have no field of their own for it.
"""

import unicodedata
from dataclasses import dataclass, field

MAX_TEXT = 500
"""Characters of a tag. Longer ones are cut: players show a line."""

SOURCE_TYPE = "trainedAlgorithmicMedia"
"""IPTC NewsCodes digital source type of media made by a trained model."""

# Marks that turn the reading direction of what follows, by which a title can show as another.
_TURNS_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """One line of text without control characters, lone surrogates or direction overrides.

    >>> plain("Act I\\n\\x00[CHAPTER] =;#")
    'Act I [CHAPTER] =;#'
    """
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    kept = (letter for letter in spaced if _is_kept(letter))
    return " ".join("".join(kept).split())[:MAX_TEXT]


def ai_mark(checkpoint: str) -> str:
    """The sentence by which people and machines know that a recording is AI-generated."""
    return (
        f"AI-generated speech (digitalSourceType={SOURCE_TYPE}), "
        f"made with Tableread, checkpoint {plain(checkpoint)}."
    )


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A named stretch of a file, in samples."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture: the content of a JPEG or PNG file and its size in pixels."""

    content: bytes
    codec: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Label:
    """The metadata of one file. Every text passes `plain` on the way out.

    Args:
        album: the book, where the file is a chapter of it.
        artist: who wrote it.
        narrator: who is heard; for a machine the names of its voices.
        track: number of the chapter, 0 for none; `tracks` is how many there are.
        mark: see `ai_mark`.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    narrator: str = ""
    date: str = ""
    language: str = ""
    description: str = ""
    copyright: str = ""
    track: int = 0
    tracks: int = 0
    mark: str = ""
    cover: Cover | None = None
    chapters: tuple[ChapterMark, ...] = field(default=())

    def tags(self) -> dict[str, str]:
        """Tags by the names that FFmpeg knows; empty ones are left out."""
        track = f"{self.track}/{self.tracks}" if self.track else ""
        tags = {
            "title": self.title, "artist": self.artist, "album": self.album,
            "album_artist": self.artist, "composer": self.narrator, "date": self.date,
            "language": self.language, "synopsis": self.description,
            "copyright": self.copyright, "track": track,
            "genre": "Speech", "comment": self.mark,
        }  # fmt: skip
        return {name: text for name, value in tags.items() if (text := plain(value))}


def _is_kept(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in _TURNS_DIRECTION
