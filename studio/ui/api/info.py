"""What a program should know before it asks for anything else."""

from studio.services import (
    caption_names,
    delivery_names,
    find_target,
    sample_scripts,
    target_names,
)
from studio.ui.api.answers import Json
from studio.ui.context import Context


class InfoApi:
    """What can be asked for."""

    def __init__(self, context: Context) -> None:
        self._workspace = context.workspace

    def show(self) -> Json:
        """Return the delivery formats and targets, sample scripts, and what performs."""
        return {
            "checkpoint": self._workspace.models.checkpoint,
            "draft_quality": self._workspace.models.is_draft,
            "read_only": self._workspace.read_only,
            "formats": delivery_names(),
            "captions": caption_names(),
            "targets": {name: find_target(name).description for name in target_names()},
            "samples": [sample.title for sample in sample_scripts()],
        }
