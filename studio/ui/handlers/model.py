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
        return self._card(load=False)

    @plainly
    def load(self) -> Update:
        """Load the engine before it is needed."""
        return self._card(load=True)

    def _card(self, *, load: bool) -> str:
        workspace = self._context.workspace
        info = workspace.engine_info(load=load)
        return markup.card(workspace.models.checkpoint, info, self._context.is_draft)
