"""The takes of a project's turns for programs. Turns are named by number, from 1, or by id."""

from typing import Literal

from studio.services import SamplingChoice
from studio.ui.api.answers import Json, JsonList
from studio.ui.api.files import downloadable
from studio.ui.context import Context


class TakesApi:
    """The operations on takes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._takes = context.workspace.takes

    def status(self, project: str, chapter: int | None = None) -> JsonList:
        """Return how things stand with every turn: missing, queued, performing, done, attention, stale, soft-stale or locked.

        Args:
            project: its slug.
            chapter: only this one, counted from 1; null: all.
        """  # noqa: E501 - Gradio reads one line
        return self._takes.status(project, chapter)  # type: ignore[return-value]

    def history(self, project: str, turn: int | str) -> JsonList:
        """Return every take of a turn, rejected ones included.

        Args:
            project: its slug.
            turn: its number, counted from 1, or its id.
        """
        return self._takes.history(project, turn)  # type: ignore[return-value]

    def select(self, project: str, turn: int | str, take: int) -> JsonList:
        """Have a take heard, an older one or a rejected one; returns the turn's history.

        Args:
            project: its slug.
            turn: its number or id.
            take: its number, as takes_history tells it.
        """
        return self._takes.select(project, turn, take)  # type: ignore[return-value]

    def lock(self, project: str, turn: int | str, take: int) -> JsonList:
        """Select a take and keep it whatever is performed later; returns the turn's history.

        Args:
            project: its slug.
            turn: its number or id.
            take: its number.
        """
        return self._takes.lock(project, turn, take)  # type: ignore[return-value]

    def unlock(self, project: str, turn: int | str, take: int) -> JsonList:
        """Let a locked take be replaced again; returns the turn's history.

        Args:
            project: its slug.
            turn: its number or id.
            take: its number.
        """
        return self._takes.unlock(project, turn, take)  # type: ignore[return-value]

    def restore(self, project: str, turn: int | str) -> JsonList:
        """Have heard what was heard before the last choice; returns the turn's history.

        Args:
            project: its slug.
            turn: its number or id.
        """
        return self._takes.restore(project, turn)  # type: ignore[return-value]

    def again(
        self, project: str, turns: list[int | str],
        reach: Literal["turn", "chain", "chapter"] = "turn", candidates: int = 1, seed: int = 0,
        temperature: float | None = None, top_p: float | None = None,
    ) -> Json:  # fmt: skip
        """Perform turns once more; what was heard stays in the history, and locked takes stay.

        Args:
            project: its slug.
            turns: their numbers or ids.
            reach: chain and chapter perform from each turn on to the end of its chain or chapter.
            candidates: takes made of each part at the same time; the best is selected.
            seed: another seed gives another take.
            temperature: more is livelier and less certain; null: as the checkpoint recommends.
            top_p: how much of the probability is drawn from, up to 1; null: as recommended.
        """
        return self._takes.again(  # type: ignore[return-value]
            project,
            turns,
            reach=reach,
            candidates=candidates,
            seed=seed,
            sampling=SamplingChoice(temperature, top_p),
        )

    def sound(self, project: str, turn: int | str) -> Json:
        """Return what is heard of a turn, as a file to be downloaded.

        Args:
            project: its slug.
            turn: its number or id.
        """
        rate, audio = self._takes.sound(project, turn)
        return downloadable(self._context.served.sound_file(audio, rate))
