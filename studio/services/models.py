"""The checkpoints of a workspace: which there are, which one performs, and how to get S2 Pro.

Is: what may be asked of checkpoints: list, accept a license, download, choose.
Is not: the engine (`studio.services.engine_host` owns that) or the download's thread.

- A checkpoint changes only while nothing is performed. Takes of the one before stay; where its
  codec was another they are stale, as `studio.core.staleness` tells.
- The license of a checkpoint is accepted by a person, once, and the moment is kept.
"""

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine import CheckpointFacts, EngineError, EngineInfo, inspect_checkpoint
from studio import paths
from studio.core.checkpoints import (
    S2_PRO,
    STARTER,
    STARTER_LICENSE,
    HubCheckpoint,
    License,
    ModelSize,
)
from studio.core.download import DownloadProgress
from studio.core.fitness import Fitness, fitness
from studio.errors import LicenseUnread, ModelError, ReadOnly
from studio.services.engine_host import EngineHost
from studio.services.jobs import Jobs
from studio.services.machine import look_at, process_bytes
from studio.services.model_download import ModelDownload
from studio.settings import Settings
from studio.store.database import Database, now
from studio.store.hub import HubRepository
from studio.store.model_record import read_record, write_record

HUB: str | None = None
"""Address of the Hub; None: $HF_ENDPOINT, or the public one."""
ModelKind = Literal["starter", "hub", "folder"]


@dataclass(frozen=True, slots=True)
class ModelView:
    """A checkpoint as it is shown.

    Args:
        name: by which it is chosen.
        kind: "starter" came with Tableread, "hub" can be downloaded, "folder" is the user's own.
        chosen: whether it performs.
        installed: whether it could.
        draft: whether what it says is labelled draft quality.
        accepted: when its license was accepted, ISO 8601; empty: not yet, or not asked for.
        fitness: how it suits this machine.
        download: None where there is nothing to download.
        problem: why it cannot be used.
    """

    name: str
    title: str
    kind: ModelKind
    chosen: bool
    installed: bool
    draft: bool
    license: License | None
    accepted: str
    parameters: int
    download_bytes: int
    fitness: Fitness | None
    download: DownloadProgress | None = None
    page: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What performs now.

    Args:
        checkpoint: its name or folder.
        info: what the engine says; None until it is loaded.
        memory_bytes: what this process has taken; None: not known.
        card: the graphics card it runs on; empty: none.
        card_bytes: memory taken on the card, by whomever.
        rtf: seconds of work for a second of sound in the last performance; None: none yet.
    """

    checkpoint: str
    info: EngineInfo | None
    memory_bytes: int | None
    card: str
    card_bytes: int | None
    rtf: float | None


class Models:
    """The checkpoints of a workspace. Thread-safe."""

    def __init__(
        self, database: Database, host: EngineHost, jobs: Jobs, settings: Settings
    ) -> None:
        self._database = database
        self._host = host
        self._jobs = jobs
        self._settings = settings
        self.folder = paths.models_folder(settings.projects)
        self._downloads = {
            checkpoint.name: ModelDownload(
                checkpoint, self.folder,
                HubRepository(checkpoint.repository, checkpoint.revision, HUB),
            )
            for checkpoint in (S2_PRO,)
        }  # fmt: skip
        host.switch(self._at_first())

    @property
    def checkpoint(self) -> str:
        """What performs: "starter", or the path of a folder."""
        return self._host.checkpoint

    @property
    def is_draft(self) -> bool:
        """Whether what is heard is the starter."""
        return self._host.checkpoint == STARTER

    def list(self) -> tuple[ModelView, ...]:
        """The starter, what can be downloaded, and the user's own folder if that is used."""
        views = (self._starter(), self._of_hub(S2_PRO))
        if any(view.chosen for view in views):
            return views
        return (*views, self._own(self.checkpoint))

    def find(self, name: str) -> ModelView:
        """A checkpoint by its name.

        Raises:
            ModelError: there is none.
        """
        found = next((view for view in self.list() if view.name == name), None)
        if found is None:
            names = ", ".join(view.name for view in self.list())
            raise ModelError(f"There is no checkpoint {name}. There are: {names}.")
        return found

    def loaded(self) -> LoadedModel:
        """What performs now, and what it takes."""
        info = self._host.info
        machine = look_at(self.folder, info.device if info else self._settings.device)
        card = machine.card if info and info.device.startswith("cuda") else None
        return LoadedModel(
            self.checkpoint, info, process_bytes(), card.name if card else "",
            card.memory - card.free if card else None, self._jobs.measured_rtf(),
        )  # fmt: skip

    def accept(self, name: str) -> str:
        """Note that a person accepts the license of a checkpoint; returns when.

        Raises:
            ModelError: there is no such checkpoint to be accepted.
        """
        self._download(name)
        record = read_record(self.folder)
        moment = record.accepted.get(name) or now()
        write_record(self.folder, replace(record, accepted={**record.accepted, name: moment}))
        return moment

    def download(self, name: str) -> DownloadProgress:
        """Begin a download, or go on with it; the server owns it from here on.

        Raises:
            ModelError: there is no such checkpoint to download.
            LicenseUnread: its license has not been accepted.
            ReadOnly: the workspace is open for reading only.
        """
        download = self._download(name)
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; nothing can be downloaded.")
        if name not in read_record(self.folder).accepted:
            raise LicenseUnread(
                f"{name} has a license of its own. Read it and accept it first.",
                command=f"python app.py models download {name} --accept-license",
            )
        download.start()
        return download.progress()

    def progress(self, name: str) -> DownloadProgress:
        """How far a download is."""
        return self._download(name).progress()

    def wait(self, name: str, timeout: float | None = None) -> DownloadProgress:
        """Wait until a download has ended, or for some seconds."""
        return self._download(name).wait(timeout)

    def cancel(self, name: str) -> DownloadProgress:
        """Stop a download; what has arrived is kept."""
        self._download(name).cancel()
        return self.wait(name, 2.0)

    def use(self, name: str) -> ModelView:
        """Have a checkpoint perform from now on, also after a restart.

        Args:
            name: "starter", a downloaded checkpoint, or the path of a folder.

        Raises:
            ModelError: something is performed, or the folder is no checkpoint.
            ReadOnly: the workspace is open for reading only.
        """
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; no checkpoint can be chosen.")
        name = name.strip()
        place = self._place(name)
        if self._jobs.busy():
            raise ModelError(
                "Something is being performed. Wait until it is done, or cancel it under Listen, "
                "and choose the checkpoint then."
            )
        inspect(place)
        self._host.switch(place)
        self._jobs.forget_ended()
        chosen = place if place == STARTER or name not in self._downloads else name
        write_record(self.folder, replace(read_record(self.folder), chosen=chosen))
        return next(view for view in self.list() if view.chosen)

    def close(self) -> None:
        """Stop what is being downloaded; it goes on when it is started again."""
        for download in self._downloads.values():
            download.close()

    def _at_first(self) -> str:
        """What performs when the workspace is opened: what was asked for, else what was chosen.

        Raises:
            ModelError: what was asked for is not installed.
        """
        asked, chosen = self._settings.checkpoint, read_record(self.folder).chosen
        if "checkpoint" in self._settings.model_fields_set:
            return self._place(asked) if asked in self._downloads else asked
        if chosen in self._downloads and not self._downloads[chosen].installed:
            return STARTER  # somebody has deleted it; the model page offers it again
        return self._place(chosen)

    def _place(self, name: str) -> str:
        """What the engine is asked to load."""
        if name == STARTER:
            return STARTER
        if name not in self._downloads:
            return str(Path(name).expanduser().absolute())
        if not self._downloads[name].installed:
            raise ModelError(f"{name} is not installed. Download it first, on the model page.")
        return str(self._downloads[name].folder)

    def _download(self, name: str) -> ModelDownload:
        try:
            return self._downloads[name]
        except KeyError:
            names = ", ".join(self._downloads)
            raise ModelError(f"{name} cannot be downloaded. What can: {names}.") from None

    def _fitness(self, size: ModelSize, download_bytes: int = 0) -> Fitness:
        machine = look_at(self.folder, self._settings.device)
        return fitness(size, machine, self._settings.max_lanes, download_bytes)

    @functools.cached_property
    def _starter_size(self) -> ModelSize:
        return size_of(inspect(STARTER))

    def _starter(self) -> ModelView:
        size = self._starter_size
        return ModelView(
            STARTER, "Starter", "starter", self.checkpoint == STARTER, True, True, STARTER_LICENSE,
            "", size.parameters, 0, self._fitness(size),
        )  # fmt: skip

    def _of_hub(self, known: HubCheckpoint) -> ModelView:
        download = self._downloads[known.name]
        return ModelView(
            known.name, known.title, "hub", self.checkpoint == str(download.folder),
            download.installed, False, known.license,
            read_record(self.folder).accepted.get(known.name, ""), known.size.parameters,
            known.download_bytes, self._fitness(known.size, download.missing_bytes),
            download.progress(), known.page,
        )  # fmt: skip

    def _own(self, place: str) -> ModelView:
        try:
            size, problem = size_of(inspect(place)), ""
        except ModelError as error:
            size, problem = None, str(error)
        return ModelView(
            place, Path(place).name, "folder", True, not problem, False, None, "",
            size.parameters if size else 0, 0, self._fitness(size) if size else None,
            problem=problem,
        )  # fmt: skip


def inspect(place: str) -> CheckpointFacts:
    """Make sure that a checkpoint can be loaded.

    Raises:
        ModelError: it cannot; says why.
    """
    try:
        return inspect_checkpoint(place)
    except EngineError as error:
        problem = " ".join(str(error).split())
        raise ModelError(f"This folder cannot be used: {problem}.") from error


def size_of(facts: CheckpointFacts) -> ModelSize:
    """What memory and speed of a checkpoint follow from."""
    return ModelSize(
        facts.parameters, facts.read_per_frame, facts.kv_per_position, facts.codec_bytes,
        facts.max_positions,
    )  # fmt: skip
