"""Every string of the model's section, and the phrases with numbers in them."""

from collections.abc import Sequence

from studio.services import DownloadProgress, EngineInfo, Fitness, LoadedModel, ModelView
from studio.ui.words import phrases

LOADED = "What performs now"
CHECKPOINTS = "Checkpoints"
IN_USE = "in use"
USE = "Use it"
STOP = "Stop"
ACCEPT = "I have read the license and accept it"
READ_LICENSE = "Read the license"
READ_PAGE = "About this model"
FOLDER = "A folder of mine"
FOLDER_HINT = "Its path on the computer that Tableread runs on"
FOLDER_USE = "Check and use it"
FOLDER_ADVICE = (
    "A checkpoint in the format of S2 Pro: config.json, tokenizer.json, safetensors and a codec. "
    "Its license is yours to know."
)
NOT_LOADED = "loads when you first perform or audition"
STARTER_LABEL = "starter voice, draft quality"
DOWNLOADING = "The download goes on when this page is closed."
NOT_MEASURED = "measured with the first performance"
UNKNOWN = "not known"
PROCESSOR = "the processor"
BITS = {"float32": "32-bit numbers", "bfloat16": "16-bit numbers", "float16": "16-bit numbers"}
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip


def size(n_bytes: float) -> str:
    """Return a size in bytes as people say it.

    >>> size(11_007_066_688), size(9_600_000)
    ('11.0 GB', '10 MB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e8 else f"{max(1, round(n_bytes / 1e6))} MB"


def parameters(number: int) -> str:
    """Return how large a model is.

    >>> parameters(4_561_852_416), parameters(6_915_008)
    ('4.6 billion parameters', '7 million parameters')
    """
    if number >= 1e9:
        return f"{number / 1e9:.1f} billion parameters"
    return f"{max(1, round(number / 1e6))} million parameters"


def speed(rtf: float) -> str:
    """Return a speed both ways.

    >>> speed(0.25), speed(8.0)
    ('4.0× real time (0.25 s of work for 1 s of sound)', '8.0 s of work for 1 s of sound')
    """
    if rtf > 1:
        return f"{rtf:.1f} s of work for 1 s of sound"
    return f"{1 / rtf:.1f}× real time ({rtf:.2g} s of work for 1 s of sound)"


def loaded_facts(loaded: LoadedModel) -> dict[str, str]:
    """Return what is known of what performs now, by name."""
    info = loaded.info
    facts = {"State": "loaded" if info else NOT_LOADED}
    if info:
        facts |= {
            "Runs on": runs_on(info, loaded.card),
            "Size": parameters(info.parameters),
            "Languages": languages(info.languages),
            "Sound": f"{info.sample_rate / 1000:g} kHz, mono",
            "Voices": voices_at_once(info.max_speakers),
        }
    memory = UNKNOWN if loaded.memory_bytes is None else f"{size(loaded.memory_bytes)} in all"
    if loaded.card_bytes is not None:
        memory += f", {size(loaded.card_bytes)} taken on the card"
    rtf = loaded.rtf
    return facts | {"Memory": memory, "Last speed": speed(rtf) if rtf else NOT_MEASURED}


def runs_on(info: EngineInfo, card: str) -> str:
    """Return where a checkpoint runs, and how its numbers are stored."""
    where = card or (PROCESSOR if info.device == "cpu" else info.device)
    return f"{where}, {BITS.get(info.precision, info.precision)}"


def languages(codes: Sequence[str]) -> str:
    """Return what a checkpoint is meant for.

    >>> languages(("en", "de", "cy")), languages(())
    ('English, German, cy', 'not known')
    """
    return ", ".join(LANGUAGES.get(code, code) for code in codes) or UNKNOWN


def voices_at_once(number: int) -> str:
    """Return how many voices a checkpoint keeps apart in one conversation.

    >>> voices_at_once(1), voices_at_once(4)
    ('one performed at a time', 'up to 4 performed together, hearing each other')
    """
    if number == 1:
        return "one performed at a time"
    return f"up to {number} performed together, hearing each other"


def facts(model: ModelView) -> str:
    """Return the facts of a checkpoint on one line."""
    found = [parameters(model.parameters)] if model.parameters else []
    if model.download_bytes and not model.installed:
        found.append(f"{size(model.download_bytes)} to download")
    if model.fitness:
        found.append(needs(model.fitness))
    return " · ".join(found)


def needs(fitness: Fitness) -> str:
    """Return the memory that is needed, and where."""
    where = "on the graphics card" if fitness.device == "cuda" else "of memory"
    return f"needs {size(fitness.memory_bytes)} {where}"


def accepted(moment: str) -> str:
    """Return that a license was accepted, and on which day."""
    return f"Accepted on {moment[:10]}."


def download(model: ModelView) -> str:
    """Return what the button says that begins or goes on with a download."""
    if model.download and model.download.resumable:
        left = max(0, model.download.total_bytes - model.download.n_bytes)
        return f"Go on with the download ({size(left)} left)"
    return f"Download {size(model.download_bytes)}"


def download_facts(progress: DownloadProgress) -> str:
    """Return how far a download is."""
    found = [f"{size(progress.n_bytes)} of {size(progress.total_bytes)}"]
    if progress.bytes_per_second:
        found.append(f"{progress.bytes_per_second / 1e6:.1f} MB/s")
    if progress.eta_seconds is not None:
        found.append(phrases.time_left(progress.eta_seconds))
    return " · ".join(found)
