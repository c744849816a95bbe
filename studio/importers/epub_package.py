"""What an EPUB says about itself: title, author, reading order, table of contents, page types.

Is: the package file, the EPUB 3 navigation page, the EPUB 2 `toc.ncx` and `guide`.
Is not: dependent on any of them but the package; damaged navigation is as good as none.
"""

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from studio.core.tidy import clean
from studio.errors import ImportFailed
from studio.importers.archive import BookArchive
from studio.importers.epub_cover import cover_item

_CONTAINER = "META-INF/container.xml"
_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(slots=True)
class Package:
    """The facts.

    Args:
        members: the pages in reading order.
        labels: member -> anchor (empty: its beginning) -> label in the table of contents.
        types: member -> what the landmarks or the guide call it.
        cover: member and media type of the cover; empty: there is none.
        language: such as `en-GB`; empty: it is not said.
    """

    title: str
    author: str
    members: tuple[str, ...]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    types: dict[str, frozenset[str]] = field(default_factory=dict)
    cover: tuple[str, str] = ("", "")
    language: str = ""


def read_package(archive: BookArchive) -> Package:
    """Read the package file and the navigation.

    Raises:
        ImportFailed: there is no package file, or it is damaged.
    """
    root_files = archive.read_xml(_CONTAINER).findall(".//{*}rootfile")
    if not root_files:
        raise ImportFailed(
            f"{archive.name} is no EPUB: it names no package file. Save it again as EPUB, "
            "or choose another file."
        )
    package_file = root_files[0].get("full-path", "")
    document = archive.read_xml(package_file)
    items = {item.get("id", ""): item for item in document.findall(".//{*}item")}
    places = {key: _place(package_file, item.get("href", "")) for key, item in items.items()}
    spine = [ref.get("idref", "") for ref in document.findall(".//{*}itemref")]
    package = Package(
        clean(document.findtext(".//{*}title") or ""),
        clean(document.findtext(".//{*}creator") or ""),
        tuple(dict.fromkeys(places[key][0] for key in spine if key in places)),
        language=clean(document.findtext(".//{*}language") or ""),
    )
    if (cover := cover_item(document, items)) is not None:
        package.cover = places[cover.get("id", "")][0], cover.get("media-type", "")
    _read_guide(document, package_file, package)
    for key, item in items.items():
        properties = (item.get("properties") or "").split()
        if "nav" in properties:
            _read_navigation(archive, places[key][0], package)
            _name(package, places[key][0], "toc")
    if not package.labels:
        for key, item in items.items():
            if item.get("media-type") == "application/x-dtbncx+xml":
                _read_ncx(archive, places[key][0], package)
    return package


def _place(base: str, href: str) -> tuple[str, str]:
    """A link as member and anchor, relative to the member it stands in."""
    path, _, anchor = href.partition("#")
    folder = posixpath.dirname(base)
    return posixpath.normpath(posixpath.join(folder, unquote(path))), unquote(anchor)


def _read_navigation(archive: BookArchive, member: str, package: Package) -> None:
    page = _read_lenient(archive, member)
    if page is None:
        return
    for nav in page.iter("{*}nav"):
        kinds = (nav.get(_TYPE) or "").split()
        for link in nav.iter("{*}a"):
            target = _place(member, link.get("href", ""))
            if "toc" in kinds:
                _label(package, target, "".join(link.itertext()))
            elif "landmarks" in kinds:
                _name(package, target[0], link.get(_TYPE) or "")


def _read_ncx(archive: BookArchive, member: str, package: Package) -> None:
    contents = _read_lenient(archive, member)
    if contents is None:
        return
    for point in contents.iter("{*}navPoint"):
        link = point.find("{*}content")
        if link is not None:
            target = _place(member, link.get("src", ""))
            _label(package, target, point.findtext("{*}navLabel/{*}text") or "")


def _read_guide(document: etree._Element, package_file: str, package: Package) -> None:
    for reference in document.findall(".//{*}guide/{*}reference"):
        member, _ = _place(package_file, reference.get("href", ""))
        _name(package, member, reference.get("type", ""))


def _read_lenient(archive: BookArchive, member: str) -> etree._Element | None:
    try:
        return archive.read_xml(member)
    except ImportFailed:
        return None


def _label(package: Package, target: tuple[str, str], label: str) -> None:
    member, anchor = target
    if member in package.members:
        package.labels.setdefault(member, {}).setdefault(anchor, clean(label))


def _name(package: Package, member: str, kind: str) -> None:
    """Landmarks name where the body begins, not what a page is; only the rest is of use."""
    kinds = frozenset(kind.split()) - {"bodymatter", "text", "start"}
    package.types[member] = package.types.get(member, frozenset()) | kinds
