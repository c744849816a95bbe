"""Checkpoints for programs."""

from studio.ui.api.answers import Json, JsonList
from studio.ui.context import Context

MAX_WAIT_SECONDS = 60.0


class ModelsApi:
    """The operations on checkpoints."""

    def __init__(self, context: Context) -> None:
        self._workspace = context.workspace
        self._models = context.workspace.models

    def list(self) -> JsonList:
        """List the checkpoints: license, size, whether it is installed, and how it suits this machine."""  # noqa: E501 - Gradio reads one line
        return self._models.list()  # type: ignore[return-value]

    def loaded(self, load: bool = False) -> Json:
        """Return what performs now: checkpoint, device, memory, speed of the last performance.

        Args:
            load: load the engine first if it is not.
        """
        if load:
            self._workspace.engine_info(load=True)
        return self._models.loaded()  # type: ignore[return-value]

    def download(self, name: str, license_accepted: bool = False) -> Json:
        """Begin to download a checkpoint, or go on with it; models_wait tells how far it is.

        Args:
            name: as models_list tells it.
            license_accepted: whether a person has read its license and accepts it.
        """
        if license_accepted:
            self._models.accept(name)
        return self._models.download(name)  # type: ignore[return-value]

    def wait(self, name: str, seconds: float = 30.0) -> Json:
        """Wait until a download has ended, or for some seconds; returns how far it is.

        Args:
            name: of the checkpoint.
            seconds: at most 60; 0 answers at once.
        """
        return self._models.wait(name, min(max(seconds, 0.0), MAX_WAIT_SECONDS))  # type: ignore[return-value]

    def cancel(self, name: str) -> Json:
        """Stop a download; what has arrived is kept.

        Args:
            name: of the checkpoint.
        """
        return self._models.cancel(name)  # type: ignore[return-value]

    def use(self, name: str) -> Json:
        """Have an installed checkpoint perform from now on; takes of one with another codec become stale.

        Args:
            name: starter, or as models_list tells it.
        """  # noqa: E501 - Gradio reads one line
        self._models.find(name)  # a folder is chosen by whoever sits at this computer
        return self._models.use(name)  # type: ignore[return-value]
