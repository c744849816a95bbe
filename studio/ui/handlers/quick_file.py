"""The events of the finished performance: one file of it, at once and as it was performed."""

import gradio as gr

from studio import paths
from studio.services import Export
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import progress as markup
from studio.ui.words import text

MAX_SERVED = 16  # finished files kept for download; an older one is written anew when asked for
PROGRESS = gr.Progress()  # Gradio fills in the page's own where a parameter has one as default


class QuickFileEvents:
    """What happens when a performance is finished; holds the files already written."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._exports: dict[tuple[str, str, str], Export] = {}

    @plainly
    def deliver(
        self, finished: str, audio_format: str, slug: str, shown: gr.Progress = PROGRESS
    ) -> tuple[Update, ...]:
        """Write the finished performance and show where it is, and what else it can be."""
        if not finished:
            return "", gr.Radio(visible=False)
        export = self._export(finished, audio_format, shown)
        address = self._context.served.address(export.path)
        return markup.quick_file(export, address, slug), gr.Radio(visible=True)

    def _export(self, job_id: str, audio_format: str, shown: gr.Progress) -> Export:
        content = self._workspace.exports.content(job_id)
        name = job_id, audio_format, content
        if name not in self._exports:
            title = self._workspace.jobs.get(job_id).title
            folder = self._context.served.folder / f"{job_id}-{content[:16]}"
            folder.mkdir(exist_ok=True)
            self._forget_old_exports()
            self._exports[name] = self._workspace.exports.deliver(
                job_id, path=folder / f"{paths.slug(title)}.{audio_format}",
                on_progress=lambda done: shown(done, text.DELIVERING),
            )  # fmt: skip
        return self._exports[name]

    def _forget_old_exports(self) -> None:
        while len(self._exports) >= MAX_SERVED:
            oldest = self._exports.pop(next(iter(self._exports)))
            oldest.path.unlink(missing_ok=True)
