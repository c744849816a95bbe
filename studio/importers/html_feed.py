"""HTML given to a parser bit by bit, within bounds; and the plain text of a page.

Is: what keeps pages that are made to be slow from taking more than seconds.
Is not: an interpretation of tags; `flat_text` knows only which elements are never seen.
"""

import re
import time
from html.parser import HTMLParser

from studio.errors import ImportFailed
from studio.importers import limits

_DATA_URI = re.compile(r"""(=\s*["']?data:)[^"'>\s]*""")
SILENT = frozenset({"head", "script", "style", "svg", "template", "title"})


class Deadline:
    """The processor time that the pages of one book may take together."""

    def __init__(self) -> None:
        self._end = time.thread_time() + limits.MAX_PARSE_SECONDS

    def check(self, name: str) -> None:
        """Raise ImportFailed when it has passed."""
        if time.thread_time() > self._end:
            raise ImportFailed(
                f"{name} takes longer to read than any real book; it may be made to be slow."
            )


def feed(parser: HTMLParser, text: str, name: str, deadline: Deadline) -> None:
    """Parse a text, and stop where a tag never ends or the time is up.

    Raises:
        ImportFailed: naming the file.
    """
    text = _DATA_URI.sub(r"\1", text)
    for start in range(0, len(text), limits.FEED_CHARACTERS):
        parser.feed(text[start : start + limits.FEED_CHARACTERS])
        deadline.check(name)
        if len(parser.rawdata) > limits.MAX_TAG_CHARACTERS:
            raise ImportFailed(f"{name} holds a tag that does not end.")
    if len(parser.rawdata) > limits.FEED_CHARACTERS:
        raise ImportFailed(f"{name} ends within a tag.")
    parser.close()


def flat_text(text: str, name: str, deadline: Deadline) -> str:
    """All text of a page that is seen, tags forgotten."""
    reader = _FlatText()
    feed(reader, text, name, deadline)
    return "".join(reader.pieces)


class _FlatText(HTMLParser):
    """Keeps all data outside of elements that are never seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._hidden = 0
        self._hidden += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)
