"""A `.tableread` bundle as a file: a zip that is complete, checked, and never unpacked to disk.

Is: writing one under its final name only when complete, reading one within bounds.
Is not: aware of the database.

- The same content gives the same bytes: order, dates and compression are fixed.
- Every name in a bundle is one of a few; whatever else a zip can say (paths, links, encryption,
  comments) is refused or ignored, and no name ever becomes a path.
"""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from studio.errors import BundleError, DiskFull
from studio.store.bundle_format import VERSION, BundleProject, FileFacts, Manifest

MAX_BUNDLE_BYTES = 512 * 2**20
"""Of the file, and of what it unpacks to: three hundred hours of takes."""
MAX_JSON_BYTES = 64 * 2**20
MAX_FILES = 200_000
_NAME = re.compile(r"\A(?:project\.json|script\.txt|blobs/[0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds. `blobs` are by their SHA-256."""

    project: BundleProject
    script: str
    blobs: Mapping[str, bytes]


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write a bundle; it appears under its name only when it is complete and on the disk.

    Raises:
        DiskFull: it cannot be written; an older file of that name is untouched.
    """
    files = {
        "project.json": bundle.project.model_dump_json().encode(),
        "script.txt": bundle.script.encode(),
        **{f"blobs/{sha256}": bundle.blobs[sha256] for sha256 in sorted(bundle.blobs)},
    }
    facts = {
        name: FileFacts(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    }
    manifest = Manifest(format="tableread", version=VERSION, files=facts)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for name, content in {"manifest.json": _json(manifest), **files}.items():
                    archive.writestr(_entry(name), content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiskFull(f"{path} cannot be written: {error.strerror}.") from error


def read_bundle(path: Path) -> Bundle:
    """Read a bundle completely and check every byte of it.

    Raises:
        BundleError: it is none, is damaged, hostile, or of a newer version.
    """
    try:
        if path.stat().st_size > MAX_BUNDLE_BYTES:
            raise BundleError(f"{path.name} is larger than any bundle.")
        with zipfile.ZipFile(path) as archive:
            return _read(path.name, archive)
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise BundleError(f"{path.name} is no bundle, or is damaged ({error}).") from error


def _read(name: str, archive: zipfile.ZipFile) -> Bundle:
    entries = _entries(name, archive)
    manifest = _manifest(name, _take(name, archive, entries, "manifest.json", MAX_JSON_BYTES))
    if set(entries) != {"manifest.json", *manifest.files}:
        raise BundleError(f"{name} is incomplete, or holds files that it does not name.")
    contents = {}
    for file, facts in manifest.files.items():
        content = _take(name, archive, entries, file, facts.size)
        if len(content) != facts.size or hashlib.sha256(content).hexdigest() != facts.sha256:
            raise BundleError(f"{name} is damaged: {file} is not what it was.")
        contents[file] = content
    try:
        project = BundleProject.model_validate_json(contents.pop("project.json"))
        script = contents.pop("script.txt").decode()
    except (KeyError, ValidationError, UnicodeDecodeError) as error:
        raise BundleError(f"{name} is no bundle that can be read: {_first(error)}.") from error
    blobs = {file.removeprefix("blobs/"): content for file, content in contents.items()}
    if set(blobs) != project.blobs() or any(
        hashlib.sha256(content).hexdigest() != sha256 for sha256, content in blobs.items()
    ):
        raise BundleError(f"{name} is damaged: its takes and its recordings do not belong to it.")
    return Bundle(project, script, blobs)


def _entries(name: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip by name, after everything that can be checked before unpacking."""
    found = archive.infolist()
    if len(found) > MAX_FILES or sum(entry.file_size for entry in found) > MAX_BUNDLE_BYTES:
        raise BundleError(f"{name} unpacks to more than any bundle holds.")
    for entry in found:
        if entry.filename != "manifest.json" and not _NAME.match(entry.filename):
            raise BundleError(f"{name} is no bundle: it holds a file with a foreign name.")
        if entry.flag_bits & 1 or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise BundleError(f"{name} is no bundle: it is encrypted or packed in a foreign way.")
    entries = {entry.filename: entry for entry in found}
    if len(entries) != len(found):
        raise BundleError(f"{name} is no bundle: it holds two files of one name.")
    return entries


def _take(
    name: str,
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    file: str,
    limit: int,
) -> bytes:
    if file not in entries:
        raise BundleError(f"{name} is no bundle, or is incomplete: {file} is missing.")
    with archive.open(entries[file]) as stream:
        # One byte more than allowed shows a lie in the declared size.
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise BundleError(f"{name} is damaged: {file} is longer than it says.")
    return content


def _manifest(name: str, content: bytes) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BundleError(f"{name} is no bundle: {_first(error)}.") from error
    if manifest.version > VERSION:
        raise BundleError(
            f"{name} was made by a newer Tableread (format {manifest.version}, this one knows "
            f"{VERSION}). Update this one."
        )
    return manifest


def _first(error: Exception) -> str:
    """The first thing that is wrong, in one line and without the content that is wrong."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part)[:40] for part in found["loc"])
        return f"{where}: {found['msg']}" if where else found["msg"]
    return str(error)


def _json(manifest: Manifest) -> bytes:
    return manifest.model_dump_json().encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry
