"""What is known of an engine while it is not loaded: what it said of itself the last time.

Is: a small file in the cache, which may be deleted at any time.
Is not: proof of anything; where the checkpoint has changed since, loading it says so.
"""

import hashlib
import json
import uuid
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from engine import EngineInfo, Sampling
from studio import paths
from studio.settings import Settings


def remember_engine(settings: Settings, info: EngineInfo) -> None:
    """Note what a loaded engine says about itself."""
    path = _path(settings)
    content = json.dumps(asdict(info))
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    with suppress(OSError):  # only a cache
        if path.exists() and path.read_text(encoding="utf-8") == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(path)


def remembered_engine(settings: Settings) -> EngineInfo | None:
    """What the engine of these settings said last; None: it has not been loaded here yet."""
    try:
        found = json.loads(_path(settings).read_text(encoding="utf-8"))
        return EngineInfo(
            **{
                **found,
                "codebook_sizes": tuple(found["codebook_sizes"]),
                "languages": tuple(found["languages"]),
                "default_sampling": Sampling(**found["default_sampling"]),
            }
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _path(settings: Settings) -> Path:
    name = hashlib.sha256(str(settings.checkpoint).encode()).hexdigest()[:16]
    return paths.cache_folder(settings.projects) / f"engine-{name}.json"
