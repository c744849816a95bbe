"""What in a book is not performed: front and back matter, contents, notes, licenses.

Is: rules by what the book marks, and by titles in a few languages.
Is not: a deletion. Whoever asks gets a reason; the text stays in the book and can be taken back.
"""

import re

FRONT, BACK, CONTENTS, NOTES = "front matter", "back matter", "table of contents", "footnotes"
LICENSE = "license"

_BY_TYPE = {
    CONTENTS: {"toc", "landmarks", "loi", "lot", "page-list", "index", "doc-toc", "doc-index",
               "list-of-illustrations"},
    NOTES: {"footnotes", "endnotes", "rearnotes", "notes", "doc-endnotes"},
    FRONT: {"frontmatter", "cover", "titlepage", "title-page", "halftitlepage", "halftitle",
            "imprint", "copyright-page", "dedication", "epigraph", "imprimatur", "doc-dedication",
            "doc-cover", "doc-epigraph"},
    BACK: {"backmatter", "colophon", "bibliography", "glossary", "acknowledgments",
           "acknowledgements", "doc-colophon", "doc-bibliography", "doc-acknowledgments"},
}  # fmt: skip

_BY_TITLE = {
    CONTENTS: r"(?:the |table of )?contents|inhalt(?:sverzeichnis)?|table des matières|índice|"
              r"indice|inhoud|index|list of illustrations|illustrations",
    NOTES: r"(?:foot|end)?notes|fußnoten|anmerkungen|notes de bas de page|notas",
    FRONT: r"title ?page|half ?title.*|cover|copyright.*|imprint|impressum|dedication|"
           r"also by .*|by the same author|books by .*|praise for .*|dramatis person.*|"
           r"list of characters|(?:the )?persons (?:of|in) the play|(?:the )?scenes of the play",
    BACK: r"colophon|uncopyright|about the (?:author|publisher|type).*|acknowledge?ments?|"
          r"bibliography|glossary|transcriber.s notes?|other books .*|advertisements?",
    LICENSE: r".*project gutenberg.*licen[sc]e.*",
}  # fmt: skip
_TITLES = {reason: re.compile(pattern, re.IGNORECASE) for reason, pattern in _BY_TITLE.items()}


def reason_by_types(types: frozenset[str]) -> str:
    """Why a part with these types is left out; empty if it is not.

    >>> reason_by_types(frozenset({"frontmatter", "dedication"})), reason_by_types(frozenset())
    ('front matter', '')
    """
    if types & {"backmatter"} and not types & (_BY_TYPE[CONTENTS] | _BY_TYPE[NOTES]):
        return BACK
    return next((reason for reason, known in _BY_TYPE.items() if types & known), "")


def reason_by_title(title: str) -> str:
    """Why a part with this title is left out; empty if it is not.

    >>> reason_by_title("Table of Contents"), reason_by_title("Notes from the Underground")
    ('table of contents', '')
    """
    plain = title.strip(" .:[]()*_").replace("’", "'")
    return next((reason for reason, known in _TITLES.items() if known.fullmatch(plain)), "")
