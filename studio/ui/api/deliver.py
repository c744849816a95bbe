"""Deliveries for programs: begun, asked how far they are, and their files downloaded."""

import uuid
from typing import Any, Literal

from studio.services import DeliveryOptions, DeliveryRun
from studio.ui.api.answers import Json, JsonList
from studio.ui.api.files import downloadable
from studio.ui.context import Context

MAX_WAIT_SECONDS = 60.0


class DeliverApi:
    """The operations on deliveries."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._projects = context.workspace.projects
        self._runs = context.workspace.delivery_runs

    def gate(self, project: str) -> JsonList:
        """Return every chapter with the turns that stand in the way of its delivery.

        Args:
            project: its slug.
        """
        return self._context.workspace.completeness.chapters(project)  # type: ignore[return-value]

    def start(
        self, project: str, formats: list[str], target: str = "none",
        chapters: list[int] | None = None, captions: list[Literal["srt", "vtt"]] | None = None,
        table: bool = False, stems: bool = False, narrator: str = "", stale: bool = False,
    ) -> Json:  # fmt: skip
        """Begin to write a project's files, mastered and measured; returns how far it is.

        Args:
            project: its slug.
            formats: of wav, flac, mp3, one file for each chapter, and m4b, the whole book.
            target: none, acx, podcast or another that info_show lists.
            chapters: their numbers, from 1; null: all.
            captions: of srt and vtt.
            table: also a CSV of turns with their times.
            stems: also each speaker alone, as FLAC.
            narrator: metadata.
            stale: allow takes that say something else than the script does now.
        """
        found = self._projects.open(project)
        options = DeliveryOptions(
            tuple(formats), target, captions=tuple(captions or ()), table=table, stems=stems,
            narrator=narrator, title=found.title, author=found.author,
        )  # fmt: skip
        folder = self._context.served.folder / "deliveries" / uuid.uuid4().hex
        run = self._runs.start(
            found.project_id, options, folder, chapters=tuple(chapters or ()), stale=stale
        )
        return self._told(run)

    def wait(self, project: str, seconds: float = 30.0) -> Json:
        """Wait until the delivery of a project has ended, or for some seconds; returns how far it is, and its files and report once it is done.

        Args:
            project: its slug.
            seconds: at most 60; 0 answers at once.
        """  # noqa: E501 - Gradio reads one line
        found = self._projects.open(project)
        seconds = min(max(seconds, 0.0), MAX_WAIT_SECONDS)
        return self._told(self._runs.wait(found.project_id, seconds))

    def cancel(self, project: str) -> Json:
        """Stop the delivery of a project.

        Args:
            project: its slug.
        """
        self._runs.cancel(self._projects.open(project).project_id)
        return self.wait(project, 5.0)

    def _told(self, run: DeliveryRun | None) -> Json:
        if run is None:
            return {"state": "none"}
        answer: dict[str, Any] = {
            "state": run.state, "share": run.share, "doing": run.doing, "error": run.error,
            "seconds_left": run.seconds_left, "files": [], "report": None,
        }  # fmt: skip
        if run.delivery is not None:
            answer["files"] = [
                {"kind": file.kind, "chapter": file.chapter, "file": downloadable(file.path)}
                for file in run.delivery.files
            ]
            answer["report"] = run.delivery.report.as_json()
        return answer
