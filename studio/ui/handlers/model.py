"""The events of the model's section: what performs is shown."""

from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import model as markup


class ModelEvents:
    """What happens on the model's section."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @plainly
    def show(self) -> Update:
        """Show which checkpoint performs."""
        workspace = self._context.workspace
        checkpoint = workspace.settings.checkpoint
        return markup.card(checkpoint, workspace.engine_info(), self._context.is_draft)
