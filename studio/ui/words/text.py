"""The strings of the page and of the sections that have no file of their own here."""

from studio.ui.words.editor_text import SHORTCUTS as SHORTCUTS_OF_EDITOR
from studio.ui.words.timeline_text import SHORTCUTS as SHORTCUTS_OF_TIMELINE

TITLE = "Tableread"
SECTIONS_LABEL = "Sections"
SECTIONS = {
    "projects": "Projects",
    "script": "Script",
    "cast": "Cast",
    "listen": "Listen",
    "voices": "Voices",
    "deliver": "Deliver",
    "model": "Model",
}
THEME = "Light or dark"
HELP = "Help and keyboard"
CLOSE = "Close"
CLOSE_PLAYER = "Close the player"
PREPARING = "preparing…"
HELP_STEPS_TITLE = "How it works"
HELP_STEPS = (
    ("script", "Write", "or paste a script; a book or a play is dropped under Projects."),
    ("cast", "Cast", "a voice for every speaker."),
    ("listen", "Perform and listen", "take by take, until every turn is right."),
    ("deliver", "Deliver", "audio files with chapters, captions and a report."),
)
HELP_FORMAT_TITLE = "How a script is written"
HELP_FORMAT = """\
# Chapter 1

Narrator: It is late, and the lamp has just gone out.

Anna: [whisper] Did you hear that? [pause 0.6s] Listen.

***

Tom: Three stars begin a new scene."""
HELP_FORMAT_HINT = (
    "A name and a colon begin a turn, brackets give a direction or a pause. "
    "A bracket that is to be spoken is written \\[so\\]."
)
SHORTCUTS = {
    "Everywhere": (
        ("1 … 7", "go to a section"),
        ("?", "this help"),
        ("Esc", "close what is open"),
    ),
    "In the script": SHORTCUTS_OF_EDITOR,
    "Listening": SHORTCUTS_OF_TIMELINE,
}

PROJECTS = "Projects"
NEW_PROJECT = "New project"
NEW_TITLE = "Untitled"
NEW_SCRIPT = "# Chapter 1\n"
PROJECT_ACTIONS = {
    "rename": "Rename",
    "duplicate": "Duplicate",
    "bundle": "Save as a bundle",
    "delete": "Delete",
}
UNDO = "Undo"
RESTORE = "Get it back"
DETAILS = "About"
MORE_DETAILS = "Title, author and more"
PROJECT_TITLE = "Title"
AUTHOR = "Author"
LANGUAGE = "Language"
NARRATOR = "Narrator"
NARRATOR_HINT = "the names of the voices"
YEAR = "Year"
ABOUT_BOOK = "What it is about"
COPYRIGHT = "Copyright"
PICTURE_TYPES = (".jpg", ".jpeg", ".png")
SET_COVER = "Choose a cover"
NO_COVER = "No cover yet: a JPEG or PNG picture, best square and at least 2400 pixels wide"
NO_PICTURE = "Choose a picture first."
REMOVE_COVER = "Remove"
SAVED = "Saved. It goes into the next delivery."
SAVE = "Save"
EMPTY_PROJECTS = (
    "No project yet. Begin with a sample, bring in a book or a play, or start from nothing."
)
NO_PROJECT = "No project is open. Choose one under Projects."
FILE_TYPES = (
    ".txt", ".md", ".html", ".fountain", ".epub", ".docx", ".pdf", ".csv", ".tsv", ".tableread",
)  # fmt: skip

LOAD = "Load the voice model now"
LOOKING = "Looking at what is installed and at this computer…"
DRAFT_ADVICE = (
    "The starter runs on any computer and is draft quality: it is understood and keeps its voices "
    "apart, and sounds like the synthesizers it learned from."
)

SAMPLE = "Start from a sample:"
UPLOAD = (
    "Drop a book or a script, or choose a file\n"
    "EPUB, DOCX, PDF, HTML, Fountain, Markdown, text, table, or a bundle"
)
SCRIPT = "Script"
CHAPTERS = "Chapters"
TURNS = "Turns"
ESTIMATING = "estimating…"
CHAPTER = "What to perform"
SEED = "Seed"
SEED_HINT = "The same number gives the same sound. Another one gives other takes."
OPTIONS = "Options"

EMPTY_CAST = "The speakers of your script appear here, each with a voice."
HEAR_LINE = "Hear a line"
FIND_VOICE = "Find a voice"
NO_SUCH_VOICE = "No voice is like that. Search for something else, or choose “all”."
ABOUT_VOICE = "Consent and transcript"
NO_CONSENT = "Nobody has stated yet that this voice may be cloned."
VOICE_ACTIONS = {"codes": "What the model hears", "rename": "Rename", "remove": "Remove"}
ADD_VOICE = "Add a voice"
RECORDING = "Recording, 10 to 30 seconds of one person"
VOICE_NAME = "Name"
TRANSCRIPT = "What is said in it"
RECOGNIZE = "Write down what is said"
VOICE_FILTERS = {
    "": "all",
    "female": "women",
    "male": "men",
    "user": "your own",
    "starter": "starter",
    "used": "in use",
}
TRANSCRIPT_INFO = "Word by word, as it is spoken."
DESCRIPTION = "Description"
CONSENT_WHO = "Who has agreed that this voice is cloned"
CONSENT_BASIS = "On what basis"
CONSENT = "I state that this is so. It is kept with the voice, with today’s date."
ADD = "Add the voice"
NEEDED = ("a recording", "a name", "what is said", "who has agreed", "on what basis", "your tick")
STILL_NEEDED = "Still needed:"
NOT_YET = "Not yet"
NO_RECORDING = "Upload a recording or make one first."
NOT_AGREED = "A voice needs consent: say who agreed and on what basis, and tick the box."
GOOD_RECORDING = "Level, noise and length are good."
REMOVE = "Remove all of it"
KEEP = "Keep it"

PERFORM = "Perform"
PERFORM_ALL = "Perform all chapters"
PAUSE = "Pause performing"
RESUME = "Go on"
CANCEL = "Cancel"
WAITING = "Waiting behind it"
QUICK_FILE = "Download it as it is"
QUICK_FILE_BETTER = "Made for listeners, with its loudness checked:"
FORMATS = (("MP3", "mp3"), ("FLAC", "flac"), ("WAV", "wav"))
FORMAT = "Format"
DOWNLOAD = "Download"
DELIVERING = "Writing the file"

DOWNLOAD_ALL = "Download all"
REPORT = "The report"
MEASURED = "What was measured"
LEFT_OUT = "Left out"

IMPORT_HEADING = "Ready to import"
IMPORT_DISMISS = "Cancel"
IMPORT_READING = "Reading the file…"
SHOW_GUESSES = "Show them"
STAGE_LABEL = "Stage directions"
STAGE_DIRECTIONS = {
    "drop": "left out",
    "narrator": "read by the narrator",
    "direction": "given to the performer where short",
}
DIALOGUE_LABEL = "Find out who speaks each quotation"
SPEAKERS = "Speakers"
OWN_SPEAKER = "is a speaker"
NOT_TAKEN = "not taken"
LEFT_OUT_HINT = "Tick what should be performed after all."
UNCERTAIN = "Uncertain speakers"
UNCERTAIN_HINT = "Say who speaks where the guess is wrong; the quotations around it learn from it."
WHO_SPEAKS = "Who speaks"
ATTENTION = "Needs attention"

PROGRAMS = "For programs"
PROGRAMS_HINT = (
    "Tableread has a named endpoint for every operation; `docs/api.md` lists them. Call them with "
    "`gradio_client`, or as MCP tools where Tableread was started with `--mcp`."
)

ERROR_TITLE = "That did not work"
UNEXPECTED = "Something went wrong inside Tableread. The log tells more under the number {id}."

GRADIO = "Built with Gradio"
GRADIO_ADDRESS = "https://gradio.app"
LICENSE_OURS = "Starter voices, draft quality. Tableread and its starter voices: Apache-2.0."
LICENSE_OTHER = (
    "This checkpoint has a license of its own. For Fish Audio S2 Pro: Built with Fish Audio; "
    "research and non-commercial use only, commercial use needs a separate license."
)
