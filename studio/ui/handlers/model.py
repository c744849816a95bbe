"""The events of the model's section: what performs is shown, loaded, downloaded and chosen."""

import gradio as gr

from studio.services import ModelView
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import model as markup
from studio.ui.markup import shell


class ModelEvents:
    """What happens on the model's section.

    Every event answers with the same values: what performs now, the checkpoints, the download,
    its timer, whether loading is offered, and whose voices speak, at the foot and in the player.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._models = context.workspace.models

    @plainly
    def show(self) -> tuple[Update, ...]:
        """Show everything."""
        return self._everything()

    @plainly
    def load(self) -> tuple[Update, ...]:
        """Load the engine before it is needed."""
        self._context.workspace.engine_info(load=True)
        return self._everything()

    @plainly
    def use(self, event: gr.EventData) -> tuple[Update, ...]:
        """Have another checkpoint perform."""
        self._models.use(str(event.name))
        return self._everything()

    @plainly
    def download(self, event: gr.EventData) -> tuple[Update, ...]:
        """Begin a download, or go on with it; whoever ticked the box has accepted the license."""
        name = str(event.name)
        if event.accepted is True:
            self._models.accept(name)
        self._models.download(name)
        return self._everything()

    @plainly
    def stop(self, event: gr.EventData) -> tuple[Update, ...]:
        """Stop a download; what has arrived is kept."""
        self._models.cancel(str(event.name))
        return self._everything()

    @plainly
    def tick(self) -> tuple[Update, ...]:
        """Show how far the download is; when it has ended, everything."""
        model = self._hub()
        if model is None or model.download is None or not model.download.active:
            return self._everything()
        return gr.skip(), gr.skip(), markup.download(model), *(gr.skip() for _ in range(4))

    def _everything(self) -> tuple[Update, ...]:
        models = self._models.list()
        hub, draft = self._hub(), self._models.is_draft
        loaded = self._models.loaded()
        title = next(model.title for model in models if model.chosen)
        active = hub is not None and hub.download is not None and hub.download.active
        return (
            markup.loaded(title, loaded, draft), markup.checkpoints(models), markup.download(hub),
            gr.Timer(active=active), gr.Button(visible=loaded.info is None),
            shell.licenses(draft), gr.HTML(note=markup.draft_note(draft)),
        )  # fmt: skip

    def _hub(self) -> ModelView | None:
        return next((model for model in self._models.list() if model.kind == "hub"), None)
