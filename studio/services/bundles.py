"""Bundles: a project as one file, complete by itself, and back.

Is: which voices travel with a project, and what a project is called where it arrives.
Is not: the format (`studio.store.bundle_format`, docs/workspace.md).
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

from studio.core.casting import default_cast
from studio.core.label import Cover
from studio.core.model import Script
from studio.core.project import Project, chapter_titles
from studio.core.pronunciation import compile_entry
from studio.core.script_text import parse_script
from studio.errors import BundleError, DeliveryError, PronunciationError, ReadOnly, ScriptError
from studio.media.cover import check_cover
from studio.services.covers import cover_name, cover_of, keep_cover
from studio.services.projects import Projects
from studio.services.spoken import heard_entries
from studio.services.voices import VoiceLibrary
from studio.store.bundle_file import Bundle, read_bundle, write_bundle
from studio.store.bundle_rows import Arrival, bundle_into_rows, project_as_bundle, project_ids
from studio.store.database import Database

SUFFIX = ".tableread"


@dataclass(frozen=True, slots=True)
class BundleReport:
    """A bundle that was written or brought in.

    Args:
        renamed: voices that have another name here than in the bundle.
    """

    path: Path
    project: str
    title: str
    turns: int
    takes: int
    voices: int
    size_bytes: int
    renamed: dict[str, str]


class Bundles:
    """Bundles of the projects of a workspace. Thread-safe."""

    suffix = SUFFIX

    def __init__(self, database: Database, projects: Projects, voices: VoiceLibrary) -> None:
        self._database = database
        self._projects = projects
        self._voices = voices
        self._workspace = database.path.parent

    def export(self, reference: str, path: Path | None = None) -> BundleReport:
        """Write a project as a bundle, which appears only when complete.

        Args:
            reference: slug or id of the project.
            path: where to; None: the slug, in the current folder.

        Raises:
            ProjectError: there is no such project.
            DiskFull: the file cannot be written.
        """
        project = self._projects.open(reference)
        path = path or Path(project.slug + SUFFIX)
        script = self._projects.script(project)
        bundle = project_as_bundle(
            self._database, project.project_id, self._heard(project, script),
            heard_entries(self._database, script, project),
            cover.content if (cover := cover_of(self._workspace, project)) else None,
        )  # fmt: skip
        write_bundle(path, bundle)
        return _report(path, bundle, project.slug, {})

    def bring_in(self, path: Path) -> BundleReport:
        """Add the project of a bundle, with its voices and takes.

        Raises:
            BundleError: it is no bundle, damaged, hostile, or of a newer version; nothing is kept.
            ReadOnly: the workspace is open for reading only.
        """
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; nothing can be brought in.")
        bundle = read_bundle(path)
        content = bundle.project
        chapters = _chapters(path.name, bundle)
        _check_entries(path.name, bundle)
        cover = _cover(path.name, bundle)
        known = project_ids(self._database)
        arrival = Arrival(
            bundle,
            content.project_id if content.project_id not in known else uuid.uuid4().hex,
            self._projects.free_slug(content.slug),
            chapters,
            cover_name(cover) if cover else None,
        )
        renamed = bundle_into_rows(self._database, arrival)
        if cover:
            keep_cover(self._workspace, arrival.slug, cover)
        return _report(path, bundle, arrival.slug, renamed)

    def _heard(self, project: Project, script: Script) -> set[str]:
        """The voices that speak in a project, chosen or by default."""
        voices = {voice.name: voice for voice in self._voices.list()}
        chosen = {speaker: v for speaker, v in project.cast.items() if v in voices}
        if not voices:
            return set()
        cast = default_cast(script, tuple(voices.values()), chosen)
        return {*project.cast.values(), *cast.values()}


def _chapters(name: str, bundle: Bundle) -> tuple[str, ...]:
    """The chapters of a bundle's script, whose turns must be the turns that the bundle names."""
    try:
        script = parse_script(bundle.script, draft=True)
    except ScriptError as error:
        raise BundleError(f"{name} is damaged: its script cannot be read. {error}") from error
    project = bundle.project
    positions = [turn.position for turn in project.turns if turn.position is not None]
    ids = [turn.turn_id for turn in project.turns]
    places = {(link.turn_id, link.chunk) for link in project.links if link.selected}
    selected = sum(link.selected for link in project.links)
    links = {(link.turn_id, link.chunk, link.take) for link in project.links}
    fits = (
        positions == list(range(sum(1 for _ in script.placed_turns())))
        and len(set(ids)) == len(ids)
        and len(places) == selected
        and len(links) == len(project.links)
        and {link.turn_id for link in project.links} <= set(ids)
        and {found.turn_id for found in project.adjustments} <= set(ids)
        and len({found.turn_id for found in project.adjustments}) == len(project.adjustments)
        and all(link.take < len(project.takes) for link in project.links)
        and len({(take.key, take.attempt) for take in project.takes}) == len(project.takes)
    )
    if not fits:
        raise BundleError(f"{name} is damaged: its turns and takes do not belong to its script.")
    return chapter_titles(script)


def _check_entries(name: str, bundle: Bundle) -> None:
    try:
        for entry in bundle.project.pronunciations:
            compile_entry(entry.as_entry())
    except PronunciationError as error:
        raise BundleError(f"{name} is damaged: its dictionary cannot be used. {error}") from error


def _cover(name: str, bundle: Bundle) -> Cover | None:
    if bundle.project.cover is None:
        return None
    try:
        return check_cover("its cover", bundle.blobs[bundle.project.cover])
    except DeliveryError as error:
        raise BundleError(f"{name} is damaged. {error}") from error


def _report(path: Path, bundle: Bundle, slug: str, renamed: dict[str, str]) -> BundleReport:
    project = bundle.project
    return BundleReport(
        path, slug, project.title,
        turns=sum(turn.position is not None for turn in project.turns),
        takes=len(project.takes), voices=len(project.voices),
        size_bytes=path.stat().st_size, renamed=renamed,
    )  # fmt: skip
