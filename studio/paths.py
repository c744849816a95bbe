"""Where the project's own files lie, and names that are safe as file names.

Is: the only place that knows the layout on disk.
Is not: a check that anything exists.
"""

import re
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
SAMPLES = ASSETS / "samples"
STARTER_VOICES = ASSETS / "starter" / "voices"
PROJECTS = ROOT / "projects"

MAX_SLUG = 60


def database_file(projects: Path) -> Path:
    """The workspace database."""
    return projects / "studio.db"


def lock_file(projects: Path) -> Path:
    """The file whose lock the one writing process holds."""
    return projects / ".lock"


def backups_folder(projects: Path) -> Path:
    """Whole copies of the database, the newest seven."""
    return projects / "backups"


def project_folder(projects: Path, slug: str) -> Path:
    """What belongs to one project on the disk: imported source, cover, deliveries."""
    return projects / slug


def exports_folder(projects: Path) -> Path:
    """Where deliveries go that were not given a path."""
    return projects / "exports"


def cache_folder(projects: Path) -> Path:
    """What can be made again: decoded takes. May be deleted at any time."""
    return projects / "cache"


def models_folder(projects: Path) -> Path:
    """Downloaded checkpoints, a folder each, and what was decided about them."""
    return projects / "models"


def slug(text: str) -> str:
    """A short file name made of lower-case letters, digits and hyphens; never empty.

    >>> slug("Act I: The Arrival"), slug("…")
    ('act-i-the-arrival', 'untitled')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:MAX_SLUG].strip("-") or "untitled"
