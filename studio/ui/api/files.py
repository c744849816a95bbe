"""Files of the endpoints: in only by an upload, out only from the served folder.

Is: the check that a path which somebody sends is a file that somebody uploaded.
Is not: a way to any other file of this computer.
"""

from pathlib import Path
from typing import Any

from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from studio.errors import StudioError


def uploaded(file: FileData) -> Path:
    """Return where an uploaded file lies.

    Raises:
        StudioError: the path is none of an upload.
    """
    folder = Path(get_upload_folder()).resolve()
    path = Path(file.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise StudioError(
            "This is no uploaded file. Upload it first: with gradio_client, pass handle_file(path)."
        )
    return path


def downloadable(path: Path) -> dict[str, Any]:
    """Return a file of the served folder as clients download it."""
    return FileData(path=str(path), orig_name=path.name, size=path.stat().st_size).model_dump()
