"""Deliveries: a project or a finished job as files for listeners, mastered, measured and reported.

Is: the order of the steps: gate, survey, write, measure, report. Memory does not grow with the
length of the book.
Is not: the steps themselves (`assembly`, `chapter_writer`, `side_files`, `studio.media.measure`).

- What cannot be delivered is refused before anything is written (`studio.services.source`).
- Each file appears when it is complete. A delivery that is stopped or fails leaves the files that
  were complete, and under every other name what was there before.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from studio import paths
from studio.core.about import about
from studio.core.chapters import ChapterPart
from studio.core.delivery import DeliveryOptions
from studio.core.file_names import refuse_doubles
from studio.core.project import Project
from studio.core.report import FileReport, Report, curve_for, judge
from studio.core.report_page import report_page
from studio.core.speaker_levels import SpeakerLevels
from studio.core.targets import find_target
from studio.errors import DiskFull
from studio.media.measure import measure
from studio.media.publish import publish_text
from studio.services.assembly import SurveyedChapter, survey
from studio.services.casting import gains_of, pauses_of
from studio.services.chapter_writer import write_audio
from studio.services.covers import cover_of
from studio.services.delivery_work import (
    ASSEMBLING,
    MEASURING,
    READING,
    WRITING,
    DeliveredFile,
    Names,
    OnChapter,
    OnDelivery,
    Pace,
    Work,
)
from studio.services.engine_host import EngineHost
from studio.services.side_files import write_side_files
from studio.services.source import Source, Sources
from studio.services.take_audio import TakeAudio
from studio.settings import Settings
from studio.store.database import Database, now
from studio.store.projects import find_project

AUDIO_KINDS = {"wav", "flac", "mp3", "m4b"}
# Bytes a sample takes on the disk, generously, and in the spool of the chapter being made.
_FILE_BYTES = {"wav": 2.0, "flac": 1.6, "mp3": 0.6, "m4b": 0.4}
_SPOOL_BYTES = 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered.

    Args:
        job_id: of the job; empty for a project as it is now.
        folder: where all files are.
        files: audio, stems, captions and tables, in the order in which they were written.
        report: what was measured; also in `report.json` and `report.html` there.
    """

    job_id: str
    folder: Path
    files: tuple[DeliveredFile, ...]
    report: Report

    @property
    def report_json(self) -> Path:
        """The report for programs."""
        return self.folder / "report.json"

    @property
    def report_page(self) -> Path:
        """The report for people."""
        return self.folder / "report.html"


class Deliveries:
    """Delivers the projects and jobs of a workspace. Thread-safe."""

    def __init__(
        self, database: Database, host: EngineHost, sources: Sources, settings: Settings
    ) -> None:
        self._database = database
        self._host = host
        self._sources = sources
        self._settings = settings

    def deliver(
        self,
        job_id: str,
        options: DeliveryOptions | None = None,
        folder: Path | None = None,
        on_progress: OnDelivery | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Delivery:
        """Deliver a finished job.

        Args:
            job_id: of a job whose every turn is performed.
            options: formats, target, pauses, metadata.
            folder: where to; None: a folder of the workspace's exports.
            on_progress: told the share that is done, 0 to 1, and what is being done.
            cancelled: asked often whether to stop.

        Raises:
            JobError: there is no such job, or turns of it are missing; they are named.
            DeliveryStopped: `cancelled` said so.
            DiskFull: the disk took no more, or will not.
            DeliveryError: a file cannot be written.
        """
        source = self._sources.job(job_id)
        return self._deliver(source, options, folder, Pace(on_progress, cancelled))

    def deliver_project(
        self,
        project: str,
        options: DeliveryOptions | None = None,
        folder: Path | None = None,
        on_progress: OnDelivery | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        chapters: Sequence[int] = (),
        stale: bool = False,
        on_chapter: OnChapter | None = None,
    ) -> Delivery:
        """Deliver a project as it is now: its script, its cast, the takes that are selected.

        Args:
            project: slug or id.
            chapters: only these, counted from 1; none: all.
            stale: allow takes that say something else than the script does now.
            on_chapter: told the chapter that is worked on from here.

        Raises:
            ProjectError: there is no such project.
            JobError: turns have no take; they are named.
            StaleTakes: takes say something else than the script; their turns are named.
            Further errors as `deliver`.
        """
        source = self._sources.project(project, chapters, stale=stale)
        return self._deliver(source, options, folder, Pace(on_progress, cancelled, on_chapter))

    def _deliver(
        self, source: Source, options: DeliveryOptions | None, folder: Path | None, pace: Pace
    ) -> Delivery:
        work = self._prepare(source, options or DeliveryOptions(), folder, pace)
        refuse_full_disk(work)
        scratch = paths.cache_folder(self._settings.projects)
        files = (*write_audio(work, scratch), *write_side_files(work))
        delivery = Delivery(source.job_id, work.names.folder, files, _report(work, files))
        content = json.dumps(delivery.report.as_json(), indent=1, ensure_ascii=False)
        publish_text(delivery.report_json, f"{content}\n")
        publish_text(delivery.report_page, report_page(delivery.report))
        work.takes.sweep()
        return delivery

    def _prepare(
        self, source: Source, options: DeliveryOptions, folder: Path | None, pace: Pace
    ) -> Work:
        """Everything that is known before the first file is opened."""
        options = self._with_project(options, source)
        target = find_target(options.target)
        takes = TakeAudio(self._database, self._host, self._settings, source.heard, options.edits)
        per_take = READING + ASSEMBLING + WRITING + MEASURING * len(options.formats)
        parts = source.parts()
        pace.expect(sum(len(part.chunks) for part in parts) * per_take)
        pauses = pauses_of(self._project(source), options.pauses_for(target))
        levels = SpeakerLevels(takes.sample_rate)
        names = _names(source, options, folder or self._folder(source))
        refuse_doubles(names.stem(part) for part in parts)
        step = pace.counting(READING, "reading takes")
        chapters = []
        for part in parts:
            pace.enter(part.number)
            chapters.append(survey(part, takes, pauses, levels, step))
        gap = pauses.chapter - pauses.head - pauses.tail
        _place_in_book(chapters, max(0, gap) * takes.sample_rate // 1000)
        gains = _gains(options, levels)
        return Work(source, options, target, names, takes, pace, tuple(chapters), gains)

    def _folder(self, source: Source) -> Path:
        return paths.exports_folder(self._settings.projects) / source.name

    def _project(self, source: Source) -> Project | None:
        return find_project(self._database, source.project_id) if source.project_id else None

    def _with_project(self, options: DeliveryOptions, source: Source) -> DeliveryOptions:
        """What the project says wherever nothing was asked for."""
        project = self._project(source)
        if project is None:
            return options
        gains = {**gains_of(project), **options.gains_db}
        cover = options.cover or cover_of(self._settings.projects, project)
        words = {**asdict(about(project)), "author": project.author, "language": project.language}
        said = {name: getattr(options, name) or word for name, word in words.items()}
        return replace(options, gains_db=gains, cover=cover, **said)


def refuse_full_disk(work: Work) -> None:
    """Say that the disk will be full before hours are spent on finding out.

    Raises:
        DiskFull: it will be.
    """
    folder = next(path for path in (work.names.folder, *work.names.folder.parents) if path.exists())
    sizes = sum(_FILE_BYTES[kind] for kind in dict.fromkeys(work.options.formats))
    stems = len(work.gains_db) * _FILE_BYTES["flac"] if work.options.stems else 0.0
    longest = max(chapter.samples for chapter in work.chapters)
    needed = int(work.book_samples * (sizes + stems) + longest * _SPOOL_BYTES)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"The delivery needs about {needed / 1e6:.0f} MB and the disk that holds {folder} has "
            f"{free / 1e6:.0f} MB left. Free some space; all takes are kept."
        )


def _names(source: Source, options: DeliveryOptions, folder: Path) -> Names:
    numbered = len(source.script.chapters) > 1
    author = options.author or source.script.author
    return Names(folder, options.title or source.title, numbered, author, options.naming)


def _place_in_book(chapters: list[SurveyedChapter], gap: int) -> None:
    position = 0
    for chapter in chapters:
        chapter.book_start = position
        position += chapter.samples + gap


def _gains(options: DeliveryOptions, levels: SpeakerLevels) -> dict[str, float]:
    matched = levels.gains_db() if options.match_speakers else {}
    speakers = {*matched, *options.gains_db}
    return {name: matched.get(name, 0.0) + options.gains_db.get(name, 0.0) for name in speakers}


def _report(work: Work, files: tuple[DeliveredFile, ...]) -> Report:
    reports = tuple(_file_report(work, file) for file in files if file.kind in AUDIO_KINDS)
    title = work.options.title or work.source.title
    return Report(title, work.target.name, now(), work.mark, reports)


def _file_report(work: Work, file: DeliveredFile) -> FileReport:
    chapters = [chapter for chapter in work.chapters if file.chapter in (None, chapter.part.number)]
    spans: dict[int, tuple[float, float]] = {}
    for chapter in chapters:
        offset = chapter.book_start if file.chapter is None else 0
        for turn, (start, end) in chapter.spans.items():
            spans[turn + 1] = ((offset + start) / work.rate, (offset + end) / work.rate)
    work.pace.enter(chapters[0].part.number)
    measured = measure(file.path, spans)
    chunks = sum(len(chapter.part.chunks) for chapter in chapters)
    work.pace.count(MEASURING * chunks, "measuring")
    attention = tuple(turn + 1 for chapter in chapters for turn in chapter.attention)
    stale, soft_stale = work.source.notes(tuple(turn - 1 for turn in spans))
    curve, unit = curve_for(measured, work.target)
    return FileReport(
        file.path.name, _title(work, chapters, file), len(spans),
        judge(measured, work.target, len(spans)), attention, curve, measured.curve_step, unit,
        tuple(turn + 1 for turn in stale), tuple(turn + 1 for turn in soft_stale),
    )  # fmt: skip


def _title(work: Work, chapters: list[SurveyedChapter], file: DeliveredFile) -> str:
    if file.chapter is None:
        return work.book_label().title
    part: ChapterPart = chapters[0].part
    return work.chapter_label(part).title
