"""Covers: set, taken from books, delivered, copied, in bundles; what is no picture is refused."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import av
import pytest

from studio.errors import BundleError, DeliveryError
from studio.services import DeliveryOptions, PerformRequest, Workspace
from tests.importers.make_epub import make_epub, play_page, row
from tests.services.conftest import OpenWorkspace
from tests.services.test_bundles import rewritten
from tests.support.fake_engine import FakeEngine
from tests.support.pictures import picture

TEXT = "---\ntitle: Tea\n---\nAnn: Hello there."


@pytest.fixture
def tea(workspace: Workspace) -> str:
    return workspace.projects.create(TEXT, cast={"Ann": "Adam"}).slug


def book_with(tmp_path: Path, item: str, member: str, content: bytes, meta: str = "") -> Path:
    """An EPUB of a play with one more entry in its manifest."""
    page = play_page("Act I", row("Lane", "Yes, sir."), row("Miss Prism", "No."))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Play</dc:title>'
        f"<dc:language>en-GB</dc:language>{meta}</metadata><manifest>"
        f'<item id="p0" href="text/page%200.xhtml"/>{item}</manifest>'
        '<spine><itemref idref="p0"/></spine></package>'
    )
    members = {"epub/content.opf": package.encode(), f"epub/{member}": content}
    return make_epub(tmp_path / "play.epub", page, members=members)


def test_a_cover_is_set_replaced_and_taken_away(
    workspace: Workspace, tea: str, tmp_path: Path
) -> None:
    assert workspace.covers.file(tea) is None
    (tmp_path / "a.jpeg").write_bytes(picture())
    path = workspace.covers.set(tea, tmp_path / "a.jpeg")
    assert path.name == "cover.jpg" and path.parent == workspace.settings.projects / "tea"
    assert workspace.projects.open(tea).cover == "cover.jpg"
    new = workspace.covers.put(tea, picture("png"))
    assert (new.name, path.exists()) == ("cover.png", False)
    copy = workspace.projects.duplicate(tea).slug
    workspace.covers.remove(tea)
    assert workspace.covers.file(tea) is None and not new.exists()
    kept = workspace.covers.file(copy)
    assert kept is not None and kept.read_bytes() == picture("png")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff cut", picture()[:60]])
def test_what_is_no_picture_is_refused_and_the_old_cover_stays(
    workspace: Workspace, tea: str, content: bytes
) -> None:
    path = workspace.covers.put(tea, picture())
    with pytest.raises(DeliveryError, match=r"no JPEG or PNG|damaged"):
        workspace.covers.put(tea, content)
    assert path.read_bytes() == picture()


def test_deliveries_of_a_project_have_its_cover(
    workspace: Workspace, tea: str, tmp_path: Path
) -> None:
    workspace.covers.put(tea, picture())
    job_id = workspace.jobs.start(PerformRequest(TEXT, {"Ann": "Adam"}, project=tea))
    assert workspace.jobs.wait(job_id, 30).state == "done"
    options = DeliveryOptions(formats=("mp3", "m4b"))
    for file in workspace.deliveries.deliver(job_id, options, tmp_path / "out").files:
        with av.open(str(file.path)) as opened:
            [stream] = opened.streams.video
            assert (stream.codec_context.width, stream.codec_context.height) == (32, 48)


def test_a_cover_travels_in_a_bundle_and_a_false_one_is_refused(
    workspace: Workspace, tea: str, tmp_path: Path, open_with: OpenWorkspace
) -> None:
    path = workspace.covers.put(tea, picture())
    bundle = tmp_path / "tea.tableread"
    workspace.bundles.export(tea, bundle)
    elsewhere = open_with(FakeEngine(), "elsewhere")
    elsewhere.bundles.bring_in(bundle)
    there = elsewhere.covers.file(tea)
    assert there is not None and there.read_bytes() == path.read_bytes()

    def deface(files: dict[str, bytes]) -> None:
        good, bad = sha256(picture()).hexdigest(), sha256(b"no picture").hexdigest()
        del files[f"blobs/{good}"]
        files[f"blobs/{bad}"] = b"no picture"
        files["project.json"] = files["project.json"].replace(good.encode(), bad.encode())

    with pytest.raises(BundleError, match="no JPEG or PNG"):
        elsewhere.bundles.bring_in(rewritten(bundle, deface))
    assert [project.slug for project in elsewhere.projects.list()] == ["tea"]


def test_a_book_becomes_a_project_with_cast_cover_and_language(
    workspace: Workspace, tmp_path: Path
) -> None:
    item = '<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>'
    made = workspace.books.bring_in(book_with(tmp_path, item, "c.jpg", picture()))
    assert made.cover and made.project.slug == "a-play" and made.project.language == "en-GB"
    assert made.project.cast == {"Lane": "Adam", "Miss Prism": "Bea"}
    assert workspace.covers.file("a-play") is not None
    folder = workspace.projects.folder(made.project)
    assert (folder / "source.epub").read_bytes() == (tmp_path / "play.epub").read_bytes()
    assert any("stage direction" in note for note in made.notes)


def drawing(link: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><image {link}/></svg>'.encode()


DATA = "data:image/png;base64,"


@pytest.mark.parametrize(
    ("item", "member", "content", "meta", "taken"),
    [
        ('<item id="c" href="c.png" media-type="image/png"/>', "c.png", picture("png"),
         '<meta name="cover" content="c"/>', True),
        ('<item id="c" href="c.svg" media-type="image/svg+xml" properties="cover-image"/>', "c.svg",
         drawing(f'href="{DATA}{b64encode(picture("png")).decode()}"'), "",
         True),
        ('<item id="c" href="c.svg" media-type="image/svg+xml" properties="cover-image"/>', "c.svg",
         drawing('href="file:///etc/passwd"'), "", False),
        ('<item id="c" href="c.svg" media-type="image/svg+xml" properties="cover-image"/>', "c.svg",
         b"<svg", "", False),
        ('<item id="c" href="gone.jpg" media-type="image/jpeg" properties="cover-image"/>', "x",
         b"", "", False),
        ('<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>', "c.jpg",
         b"no picture", "", False),
        ('<item id="c" href="c.html" media-type="text/html"/>', "c.html", b"<p/>",
         '<meta name="cover" content="c"/>', False),
    ],
)  # fmt: skip
def test_the_cover_of_a_book_is_found_and_a_bad_one_does_no_harm(
    workspace: Workspace, tmp_path: Path, item: str, member: str, content: bytes, meta: str,
    taken: bool,
) -> None:  # fmt: skip
    made = workspace.books.bring_in(book_with(tmp_path, item, member, content, meta))
    assert made.cover is taken
    assert (workspace.covers.file(made.project.slug) is not None) is taken
