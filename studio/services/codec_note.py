"""A note of which codec a checkpoint has: what it decoded is found again without loading it.

Is: a file in the cache folder, which may be deleted at any time.
Is not: trusted by a delivery, which asks the engine.

- A checkpoint is known by its name and by when its files changed last: one that is replaced in its
  place has no note.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from studio import paths
from studio.settings import Settings


def codec_file(settings: Settings) -> Path:
    """Where the note of the checkpoint lies that the settings name."""
    starter = paths.STARTER_VOICES.parent
    folder = starter if settings.checkpoint == "starter" else Path(settings.checkpoint)
    changed: list[str] = []
    with suppress(OSError):
        changed = sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in folder.iterdir())
    name = hashlib.sha256(repr((settings.checkpoint, changed)).encode()).hexdigest()
    return paths.cache_folder(settings.projects) / "codecs" / f"{name}.txt"


def remembered_codec(path: Path) -> str:
    """The fingerprint that is noted; empty: none is."""
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="ascii").strip()
    return ""


def remember_codec(path: Path, codec: str) -> None:
    """Note a fingerprint, unless it is noted already."""
    if remembered_codec(path) == codec:
        return
    with suppress(OSError):  # without it the engine is loaded once more
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(codec, encoding="ascii")
