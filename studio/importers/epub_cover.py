"""The cover of an EPUB: the picture that its package names.

Is: bytes of a JPEG or PNG, as they stand in the book.
Is not: a judge of pictures, and no renderer: of a drawing (SVG) around a picture, the picture is
taken; a drawing without one is no cover here.

- A book without a cover, or with a damaged one, is still a book: there is no error.
"""

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress

from lxml import etree

from studio.errors import ImportFailed
from studio.importers.archive import BookArchive

DRAWING = "image/svg+xml"
_DATA = ("data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/png;base64,")


def cover_item(
    document: etree._Element, items: Mapping[str, etree._Element]
) -> etree._Element | None:
    """The manifest's entry of the cover: by its property (EPUB 3), or by `meta` (EPUB 2)."""
    for item in items.values():
        if "cover-image" in (item.get("properties") or "").split():
            return item
    for meta in document.findall(".//{*}meta"):
        if meta.get("name") == "cover" and (item := items.get(meta.get("content", ""))) is not None:
            is_picture = (item.get("media-type") or "").startswith("image/")
            return item if is_picture else None
    return None


def read_cover(archive: BookArchive, member: str, media_type: str) -> bytes:
    """The picture; empty where there is none that can be used."""
    with suppress(ImportFailed):
        if media_type != DRAWING:
            return archive.read(member)
        return _picture_in(archive.read_xml(member))
    return b""


def _picture_in(drawing: etree._Element) -> bytes:
    for image in drawing.iter("{*}image"):
        for name in ("href", "{http://www.w3.org/1999/xlink}href"):
            data = image.get(name, "")
            for beginning in _DATA:
                if data.startswith(beginning):
                    with suppress(binascii.Error, ValueError):
                        return base64.b64decode(data.removeprefix(beginning))
    return b""
