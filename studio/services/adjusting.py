"""Adjusting turns: pauses, level, trims and flags of a project's turns.

Is: one value of one turn at a time, which None makes automatic again.
Is not: what applies them (`studio.core.adjustment`, for everything that is assembled).
"""

import threading

from studio.core.adjustment import AUTOMATIC, NAMES, Adjustment
from studio.errors import AdjustmentError, TakeUnknown
from studio.services.projects import Projects
from studio.store import adjustments as store
from studio.store.database import Database


class Adjusting:
    """The adjustments of the projects of a workspace. Thread-safe."""

    def __init__(self, database: Database, projects: Projects) -> None:
        self._database = database
        self._projects = projects
        self._lock = threading.Lock()

    def all(self, project: str) -> dict[str, Adjustment]:
        """Turn id -> adjustment, of the turns of a project that have any.

        Raises:
            ProjectError: there is no such project.
        """
        return store.adjustments_of(self._database, self._projects.open(project).project_id)

    def change(
        self, project: str, turn_id: str, name: str, value: float | None = None
    ) -> Adjustment:
        """Change one value of a turn; returns all values of it.

        Args:
            project: slug or id.
            name: "pause_after", "trim_head" and "trim_tail" are seconds, "gain" is decibels,
                "flagged" is whether.
            value: None: automatic again.

        Raises:
            ProjectError: there is no such project.
            TakeUnknown: there is no such turn.
            AdjustmentError: there is no such value, or it is beyond its bounds.
            ReadOnly: the workspace is open for reading only.
        """
        known = next((one for one in NAMES if one == name), None)
        if known is None:
            raise AdjustmentError(f"A turn has no {name}. It has: {', '.join(NAMES)}.")
        project_id = self._projects.open(project).project_id
        with self._lock:  # two windows may change two values of one turn
            before = store.adjustments_of(self._database, project_id).get(turn_id, AUTOMATIC)
            after = before.with_value(known, value)
            if not store.put_adjustment(self._database, project_id, turn_id, after):
                raise TakeUnknown(f"{project} has no turn {turn_id}.")
        return after
