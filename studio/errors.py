"""Every error the studio raises on purpose.

Is: one small tree. The text of each is complete and plain (what happened, where, what to do), so
that the command line and the browser show it as it is.
Is not: a place for programming mistakes; those stay ``TypeError``, ``ValueError`` and the like.

    StudioError
    ├── ScriptError          a script's text cannot be read; knows line and column
    ├── EditError            an edit does not fit the script it is applied to
    │   └── EditConflict     the script was changed elsewhere since it was last seen
    ├── PatternError         a search pattern cannot be read, or takes too long
    ├── PronunciationError   an entry of the pronunciation dictionary cannot be used
    ├── CastError            a speaker or a voice is unknown
    ├── VoiceError           a voice cannot be added, used or removed
    │   ├── ConsentMissing   nobody has stated that it may be cloned
    │   └── VoiceInUse       projects, takes or files depend on it
    ├── AudioFileError       a file is no usable audio
    ├── ImportFailed         a book cannot be read
    ├── ProjectError         a project is unknown, in the trash, or cannot be changed like that
    ├── BundleError          a file is no bundle, damaged, hostile or of a newer version
    ├── TakeUnknown          a turn or a take of it is unknown
    ├── TakeLocked           a locked take is not replaced
    ├── StaleTakes           takes say something else than the script does now
    ├── AdjustmentError      an adjustment of a turn is beyond its bounds
    ├── JobError             a job is unknown or not in the state that the request needs
    ├── RecognizerMissing    no speech recognition is installed, or none that knows the language
    ├── ModelError           a checkpoint cannot be used, or not now
    │   ├── LicenseUnread    nobody has accepted its license
    │   └── DownloadFailed   it cannot be downloaded; what has arrived is kept
    ├── DeliveryError        an audio file cannot be written
    │   └── DeliveryStopped  the user stopped the delivery
    ├── DiskFull             no space, quota or device behind a write
    ├── WorkspaceError       the workspace cannot be used
    │   ├── WorkspaceBusy    another process writes to it
    │   ├── ReadOnly         it was opened for reading only
    │   └── Damaged          its database fails SQLite's own check
    └── EngineProblem        the engine refused or failed; carries its words
"""


class StudioError(Exception):
    """Base of everything below.

    Args:
        command: what helps in a terminal; the command line says it, the browser does not.
    """

    def __init__(self, message: str = "", *, command: str = "") -> None:
        super().__init__(message)
        self.command = command


class ScriptError(StudioError):
    """A script's text cannot be read.

    Args:
        line: 1-based line of the text.
        column: 1-based column, in characters.
        problem: what is wrong there.
        advice: what to write instead.
    """

    def __init__(self, line: int, column: int, problem: str, advice: str) -> None:
        super().__init__(f"Line {line}, column {column}: {problem} {advice}")
        self.line = line
        self.column = column
        self.problem = problem
        self.advice = advice


class EditError(StudioError):
    """An edit does not fit the script it is applied to; the script is as it was."""


class EditConflict(EditError):
    """The script was changed elsewhere since whoever edits it saw it last."""


class PatternError(StudioError):
    """A search pattern cannot be read, or takes too long on some text."""


class PronunciationError(StudioError):
    """An entry of the pronunciation dictionary cannot be used."""


class CastError(StudioError):
    """A speaker or a voice is unknown."""


class VoiceError(StudioError):
    """A voice cannot be added, used or removed."""


class ConsentMissing(VoiceError):
    """A voice may not be used before somebody has stated that it may be cloned."""


class VoiceInUse(VoiceError):
    """A voice is not removed before what depends on it has been said."""


class AudioFileError(StudioError):
    """A file is no audio, or not audio that can serve as a reference."""


class ImportFailed(StudioError):
    """A book cannot be read."""


class ProjectError(StudioError):
    """A project is unknown, in the trash, or cannot be changed like that."""


class BundleError(StudioError):
    """A file is no bundle, damaged, hostile or of a newer version."""


class TakeUnknown(StudioError):
    """A turn or a take of it is unknown."""


class TakeLocked(StudioError):
    """A locked take is not replaced."""


class StaleTakes(StudioError):
    """Takes say something else than the script does now, and nobody has allowed it."""


class AdjustmentError(StudioError):
    """An adjustment of a turn is beyond its bounds, or is none."""


class JobError(StudioError):
    """A job is unknown, or not in the state that the request needs."""


class RecognizerMissing(StudioError):
    """No speech recognition is installed, or none that knows the language."""


class ModelError(StudioError):
    """A checkpoint cannot be used, or not now."""


class LicenseUnread(ModelError):
    """A checkpoint is not downloaded before somebody has accepted its license."""


class DownloadFailed(ModelError):
    """A checkpoint cannot be downloaded; what has arrived is kept."""


class DeliveryError(StudioError):
    """An audio file cannot be written."""


class DeliveryStopped(DeliveryError):
    """The user stopped a delivery; files that were complete stay."""


class DiskFull(StudioError):
    """A write failed because the disk took no more."""


class WorkspaceError(StudioError):
    """The workspace cannot be used."""


class WorkspaceBusy(WorkspaceError):
    """Another process writes to the workspace."""


class ReadOnly(WorkspaceError):
    """The workspace was opened for reading only."""


class Damaged(WorkspaceError):
    """The workspace's database fails SQLite's own check."""


class EngineProblem(StudioError):
    """The engine refused a request or failed; the message carries its words."""
