"""W2: hostile books end in time and in little memory, as text or as a typed refusal; and alone.

Is: whole files through the import, each in a process of its own, whose time, memory, files and
connections are looked at from outside.
Is not: what each importer says about them (`tests/importers`).
"""

import io
import socket
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.children import CANARY
from tests.faults.nursery import Nursery
from tests.faults.strace import attached
from tests.importers.make_epub import CONTAINER, make_epub, page
from tests.importers.test_formats import NAMESPACES
from tests.importers.test_pdf import stream, write_pdf

SECONDS, MEGABYTES = 10.0, 300.0
OPF = "epub/content.opf"


def with_package(package: str, **files: str) -> Callable[[Path], Path]:
    members = {OPF: package.encode(), **{name: text.encode() for name, text in files.items()}}
    return lambda folder: make_epub(folder / "a.epub", page("bodymatter", "x"), members=members)


def with_page(content: str) -> Callable[[Path], Path]:
    return lambda folder: make_epub(folder / "a.epub", page("bodymatter", content))


def with_entity(system: str) -> Callable[[Path], Path]:
    """The same trick in the package and in a page: what stands elsewhere, as if it stood here."""
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{system}">]>'
    package = (
        f"{declared}<package><title>&e;</title><manifest>"
        '<item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    text = f"{declared}<html><body><p>Before.</p><p>&e;</p></body></html>"
    return with_package(package, **{"epub/a.xhtml": text})


def leading_to(href: str) -> Callable[[Path], Path]:
    return with_package(
        f'<package><manifest><item id="a" href="{href}"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )


def named(name: str) -> Callable[[Path], Path]:
    """A zip with a member that wants to be unpacked somewhere else."""

    def build(folder: Path) -> Path:
        path = make_epub(folder / "a.epub", page("bodymatter", "<p>Honest text.</p>"))
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, CANARY)
        return path

    return build


def crowded(folder: Path) -> Path:
    path = folder / "a.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        for number in range(65_000):
            archive.writestr(f"{number}", b"")
    return path


def lying(folder: Path) -> Path:
    """A page of 60 MB that says in both of its headers that it has ten bytes."""
    path = make_epub(folder / "a.epub", "a" * 60 * 2**20)
    content = path.read_bytes()
    size = (60 * 2**20).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (10).to_bytes(4, "little")))
    return path


def nested(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(10 * 2**20))
    return make_epub(folder / "a.epub", members={OPF: inner.getvalue()})


def docx(body: str, declared: str = "") -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / "a.docx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            document = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
            archive.writestr("word/document.xml", declared + document)
        return path

    return build


def pdf_bomb(folder: Path) -> Path:
    """A stream inside a stream inside a stream, each a thousand times as long when unpacked."""
    packed = bytes(200 * 2**20)
    for _ in range(3):
        packed = zlib.compress(packed, 9)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[10 0 R]>>",
        4: b"<</Title()>>",
        10: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 11 0 R>>",
        11: stream(packed, "/Filter[/FlateDecode/FlateDecode/FlateDecode]"),
    }  # fmt: skip
    return write_pdf(folder / "a.pdf", objects)


def plain(name: str, text: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        return folder / name

    return build


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
BOOKS: dict[str, Callable[[Path], Path]] = {
    "bomb": lambda folder: make_epub(folder / "a.epub", "a" * 200 * 2**20),
    "lying sizes": lying,
    "65000 members": crowded,
    "nested zip": nested,
    "member above": named("../../above.txt"),
    "absolute member": named("/tmp/absolute.txt"),
    "laughs": with_package(f"<!DOCTYPE x [{LAUGHS}]><package><title>&l8;</title></package>"),
    "blowup": with_package(
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><package>{"&a;" * 50_000}</package>'
    ),
    "deep": with_page("<div>" * 100_000),
    "attributes": with_page("<a " + " ".join(f"x{n}='1'" for n in range(100_000)) + ">"),
    "docx laughs": docx("&l8;", f"<!DOCTYPE x [{LAUGHS}]>"),
    "docx bomb": docx("<w:p><w:r><w:t>" + "a" * 100 * 2**20 + "</w:t></w:r></w:p>"),
    "pdf bomb": pdf_bomb,
    "html deep": plain("a.html", "<div>" * 200_000 + "x"),
    "html attributes": plain("a.html", "<p " + "a='1' " * 300_000),
    "one line": plain("a.txt", "word " * 900_000),
    "marks": plain("a.txt", "a" + "\u0301" * 1_000_000),
    "nothing": plain("a.txt", "\x00" * 1_000_000),
    "table": plain("a.csv", '"' + "a," * 1_000_000),
    "fountain": plain("a.fountain", "(" * 500_000),
}
LONG = {
    "bomb", "lying sizes", "docx bomb", "65000 members", "fountain", "html attributes", "one line",
    "marks", "attributes", "pdf bomb",
}  # fmt: skip
CASES = [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in BOOKS]


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_book_ends_in_time_and_in_little_memory(
    nursery: Nursery, tmp_path: Path, name: str
) -> None:
    path = BOOKS[name](tmp_path)
    before = {item for item in tmp_path.rglob("*")}
    nursery.run("import_a_book", path, tmp_path / "notes")
    _, outcome, seconds, megabytes = (tmp_path / "notes").read_text().split()
    assert outcome in {"read", "ImportFailed", "ScriptError"}
    assert float(seconds) < SECONDS and float(megabytes) < MEGABYTES, (seconds, megabytes)
    assert {item for item in tmp_path.rglob("*")} == {*before, tmp_path / "notes"}


@pytest.mark.parametrize("way", ["file", "relative", "http", "href", "encoded href", "absolute"])
def test_no_other_file_is_opened_and_nobody_is_called(
    nursery: Nursery, tmp_path: Path, way: str
) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    inside = tmp_path / "inside"
    inside.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/canary"
        ways = {
            "file": with_entity(canary.as_uri()),
            "relative": with_entity("../canary.txt"),
            "http": with_entity(address),
            "href": leading_to("../../canary.txt"),
            "encoded href": leading_to("%2e%2e/%2e%2e/canary.txt"),
            "absolute": leading_to(str(canary)),
        }
        child = nursery.start("import_a_book", ways[way](inside), inside / "notes", hold=True)
        with attached(child, "-e", "trace=openat,connect", log=inside / "calls"):
            assert child.wait() == 0, nursery.log.read_text()
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()
    assert (inside / "notes").read_text().split()[1] != "secret"
    log = (inside / "calls").read_text()
    assert "connect(" not in log
    assert "".join(f"\\x{byte:02x}" for byte in b"canary.txt") not in log
