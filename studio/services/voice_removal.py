"""The removal of a voice, with everything that was made of it.

Is: rows, delivered files inside the workspace, free pages of the database, and backups.
Is not: able to reach what was copied elsewhere; it says which files those are.

- Nothing is removed before what depends on it has been said (`VoiceInUse`).
- Backups that hold the voice are replaced by one that does not.
"""

from dataclasses import dataclass
from pathlib import Path

from studio import paths
from studio.errors import VoiceError, VoiceInUse
from studio.store.backup import back_up, backups
from studio.store.database import SCHEMA_VERSION, Database
from studio.store.voice_uses import VoiceUses, remove_voice_and_uses, voice_uses


@dataclass(frozen=True, slots=True)
class VoiceRemoval:
    """What was removed with a voice.

    Args:
        voice: its name.
        uses: what depended on it, and is gone.
        outside: delivered files that lie outside of the workspace and were left alone.
    """

    voice: str
    uses: VoiceUses
    outside: tuple[Path, ...]


def remove_with_uses(database: Database, name: str, *, confirmed: bool) -> VoiceRemoval:
    """Remove a voice and everything derived from it.

    Args:
        database: of the workspace.
        name: exact name of a voice of the user's own.
        confirmed: whether what depends on it is known and may go.

    Raises:
        VoiceInUse: something depends on it, and nobody has confirmed.
        VoiceError: it is being performed now.
        DiskFull: there is no room to rewrite the database; the voice is removed all the same.
    """
    uses = voice_uses(database, name)
    if uses.running:
        raise VoiceError(f"{name} is being performed. Cancel that first, or wait for its end.")
    if uses.anything and not confirmed:
        raise VoiceInUse(f"{name} is in use: {describe_uses(uses)}. All of it goes with the voice.")
    workspace = database.path.parent
    inside, outside = _sorted_files(uses.exports, workspace)
    remove_voice_and_uses(database, name)
    for path in inside:
        path.unlink(missing_ok=True)
    database.scrub()
    _renew_backups(database, paths.backups_folder(workspace))
    return VoiceRemoval(name, uses, outside)


def describe_uses(uses: VoiceUses) -> str:
    """What depends on a voice, in words."""
    counts = (
        (len(uses.projects), "project", f" ({', '.join(uses.projects)})"),
        (uses.takes, "take", ""),
        (len(uses.exports), "delivered file", ""),
    )
    found = [
        f"{count} {noun}{'' if count == 1 else 's'}{more}" for count, noun, more in counts if count
    ]
    return ", ".join(found) or "nothing depends on it"


def _sorted_files(
    files: tuple[Path, ...], workspace: Path
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Existing files inside and outside of the workspace; a link inside counts as outside."""
    root = workspace.resolve()
    there = [path for path in files if path.is_file()]
    inside = tuple(path for path in there if path.resolve().is_relative_to(root))
    return inside, tuple(path for path in there if path not in inside)


def _renew_backups(database: Database, folder: Path) -> None:
    old = backups(folder)
    if old:
        with database.raw() as connection:
            back_up(connection, folder, SCHEMA_VERSION)
        for path in old:
            path.unlink(missing_ok=True)
