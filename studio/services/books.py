"""Books and plays from files, as scripts.

Is: the choice of an importer by the file's name. Is not: a reader of any format.
"""

from pathlib import Path

from studio.errors import ImportFailed
from studio.importers.draft import ImportedScript, StageDirections
from studio.importers.epub_play import import_epub
from studio.importers.plain import import_plain


def import_book(
    path: Path, *, chapter: int | None = None, stage_directions: StageDirections = "drop"
) -> ImportedScript:
    """Bring a file in as a script.

    Args:
        path: an EPUB, or a text file (a script is taken as it is, other text is the narrator's).
        chapter: only this chapter or act, counted from 1.
        stage_directions: what becomes of a play's stage directions: left out, read by the
            narrator, or given to the performer where they are short.

    Raises:
        ImportFailed: the file cannot be read as what its name says.
        ScriptError: a script has a mistake.
    """
    match path.suffix.lower():
        case ".epub":
            return import_epub(path, chapter, stage_directions)
        case ".txt" | ".md" | ".text" | "":
            return import_plain(path, chapter)
        case suffix:
            raise ImportFailed(f"{path.name}: {suffix} files are not known. Use .epub or .txt.")


__all__ = ["ImportedScript", "StageDirections", "import_book"]
