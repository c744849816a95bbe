"""What was decided about checkpoints: which one performs, whose license was accepted, and when.

Is: one small JSON file beside the downloaded checkpoints, replaced as a whole.
Is not: in the database: a project or a bundle does not depend on it.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from studio.errors import ModelError

FILE = "models.json"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The decisions.

    Args:
        chosen: "starter", the name of a downloaded checkpoint, or the path of a folder.
        accepted: checkpoint -> when its license was accepted, ISO 8601.
    """

    chosen: str = "starter"
    accepted: dict[str, str] = field(default_factory=dict)


def read_record(folder: Path) -> ModelRecord:
    """Read the decisions; where there are none, the starter performs.

    Raises:
        ModelError: the file cannot be used.
    """
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return ModelRecord(str(content["chosen"]), dict(content["accepted"]))
    except FileNotFoundError:
        return ModelRecord()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"{path} cannot be read. Delete it, and choose the checkpoint again on the model page."
        ) from error


def write_record(folder: Path, record: ModelRecord) -> None:
    """Replace the decisions."""
    write_json(folder / FILE, asdict(record))


def write_json(path: Path, content: object) -> None:
    """Replace a small file, all or nothing.

    Raises:
        ModelError: it cannot be written.
    """
    temporary = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise ModelError(
            f"{path.name} cannot be written in {path.parent}: {error.strerror}. "
            "Free some space, or let Tableread write there."
        ) from error
