"""What the command line and the browser may ask for.

Is: the one public face of the studio; each call converts nothing and shows nothing.
Is not: aware of gradio or of a terminal.

    with open_workspace(Settings()) as workspace:
        job_id = workspace.jobs.start(PerformRequest(text=..., cast={...}))
        workspace.jobs.wait(job_id)
        workspace.exports.deliver(job_id, "mp3")
"""

from engine import EngineInfo
from studio.core.about import About, about
from studio.core.checkpoints import License
from studio.core.clip import ClipEdit
from studio.core.delivery import DeliveryOptions, caption_names, delivery_names
from studio.core.download import DownloadProgress
from studio.core.file_names import chapter_name, check_pattern, usual_pattern
from studio.core.fitness import Fitness
from studio.core.label import Cover
from studio.core.model import Consent, Job, Voice
from studio.core.project import Project, ProjectSummary, StoredTurn, TurnTake
from studio.core.pronunciation import Entry
from studio.core.recording import Examination
from studio.core.report import FileReport, Line, Report, Verdict
from studio.core.report_page import loudness_plot
from studio.core.sampling import SamplingChoice
from studio.core.spoken_numbers import kinds_of
from studio.core.staleness import TurnState, TurnStatus
from studio.core.targets import Target, find_target, target_names
from studio.core.timeline import Pauses
from studio.media.cover import read_cover
from studio.media.recognizer import Recognizer, find_recognizer
from studio.media.write import AudioFormat, format_of
from studio.services.book_projects import BookProject, BookProjects
from studio.services.books import (
    BookChapter,
    BookPreview,
    ImportedScript,
    ImportOptions,
    Quotation,
    StageDirections,
    import_book,
    preview_book,
)
from studio.services.bundles import BundleReport, Bundles
from studio.services.casting import Casting, CastLine
from studio.services.checkup import CheckReport, check_workspace
from studio.services.completeness import ChapterGate, Completeness, OpenTurn
from studio.services.covers import Covers
from studio.services.deliveries import Deliveries, Delivery
from studio.services.delivery_runs import DeliveryRun, DeliveryRuns
from studio.services.delivery_work import DeliveredFile
from studio.services.editing import Edited, Editing, Frame, OpenedChapter
from studio.services.editing_requests import answer_request
from studio.services.exports import Exports
from studio.services.jobs import Jobs, PerformRequest
from studio.services.listening import ListenedChapter, ListenedTurn, Listening
from studio.services.listening_requests import ListeningDesk
from studio.services.models import LoadedModel, Models, ModelView
from studio.services.progress import Attention, Progress, TurnFinished
from studio.services.projects import Projects
from studio.services.pronunciations import Pronunciations
from studio.services.samples import SampleScript, begin_with_a_sample, sample_scripts
from studio.services.scripts import (
    ChapterView,
    ScriptView,
    SpeakerView,
    TurnView,
    chapter_views,
    read_script,
)
from studio.services.speech_check import SpeechCheck, TurnHeard
from studio.services.spoken import SpokenChange, SpokenView
from studio.services.take_requests import TakeSound, answer_take_request
from studio.services.takes import Again, Takes
from studio.services.turn_states import Problem, Shown, TurnStates
from studio.services.voice_removal import VoiceRemoval, describe_uses
from studio.services.voices import VoiceLibrary
from studio.services.workspace import Workspace, open_workspace
from studio.store.jobs import Export
from studio.store.voice_uses import VoiceUses

__all__ = [
    "About",
    "Again",
    "Attention",
    "AudioFormat",
    "BookChapter",
    "BookPreview",
    "BookProject",
    "BookProjects",
    "BundleReport",
    "Bundles",
    "CastLine",
    "Casting",
    "ChapterGate",
    "ChapterView",
    "CheckReport",
    "ClipEdit",
    "Completeness",
    "Consent",
    "Cover",
    "Covers",
    "DeliveredFile",
    "Deliveries",
    "Delivery",
    "DeliveryOptions",
    "DeliveryRun",
    "DeliveryRuns",
    "DownloadProgress",
    "Edited",
    "Editing",
    "EngineInfo",
    "Entry",
    "Examination",
    "Export",
    "Exports",
    "FileReport",
    "Fitness",
    "Frame",
    "ImportOptions",
    "ImportedScript",
    "Job",
    "Jobs",
    "License",
    "Line",
    "ListenedChapter",
    "ListenedTurn",
    "Listening",
    "ListeningDesk",
    "LoadedModel",
    "ModelView",
    "Models",
    "OpenTurn",
    "OpenedChapter",
    "Pauses",
    "PerformRequest",
    "Problem",
    "Progress",
    "Project",
    "ProjectSummary",
    "Projects",
    "Pronunciations",
    "Quotation",
    "Recognizer",
    "Report",
    "SampleScript",
    "SamplingChoice",
    "ScriptView",
    "Shown",
    "SpeakerView",
    "SpeechCheck",
    "SpokenChange",
    "SpokenView",
    "StageDirections",
    "StoredTurn",
    "TakeSound",
    "Takes",
    "Target",
    "TurnFinished",
    "TurnHeard",
    "TurnState",
    "TurnStates",
    "TurnStatus",
    "TurnTake",
    "TurnView",
    "Verdict",
    "Voice",
    "VoiceLibrary",
    "VoiceRemoval",
    "VoiceUses",
    "Workspace",
    "about",
    "answer_request",
    "answer_take_request",
    "begin_with_a_sample",
    "caption_names",
    "chapter_name",
    "chapter_views",
    "check_pattern",
    "check_workspace",
    "delivery_names",
    "describe_uses",
    "find_recognizer",
    "find_target",
    "format_of",
    "import_book",
    "kinds_of",
    "loudness_plot",
    "open_workspace",
    "preview_book",
    "read_cover",
    "read_script",
    "sample_scripts",
    "target_names",
    "usual_pattern",
]
