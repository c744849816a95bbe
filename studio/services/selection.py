"""Which takes are heard of a plan, as things stand: the one answer for every delivery.

Is: a snapshot; who works with it for hours works with one and the same choice.
Is not: the takes themselves, and it chooses nothing anew.
"""

from studio.core.plan import Place, Plan
from studio.core.staleness import TakeFacts
from studio.store.database import Database
from studio.store.takes import used_facts
from studio.store.turn_takes import selected_takes


def heard_takes(
    database: Database,
    plan: Plan,
    project_id: str = "",
    *,
    or_by_key: bool = False,
    chapter: int | None = None,
) -> dict[Place, TakeFacts]:
    """The take of each chunk that has one, in script order.

    A turn of a project has its selected take; a chunk without one has the take of its content key.

    Args:
        or_by_key: so has a chunk whose selected take says something else and is not locked, for
            the performance of a script that may have been edited since.
        chapter: of the plan, where it has only one: fewer takes are looked at.
    """
    selected = selected_takes(database, project_id, chapter) if project_id else {}
    chunks = list(plan.chunks())
    heard: dict[Place, TakeFacts] = {}
    for chunk in chunks:
        take = selected.get((chunk.turn_id, chunk.part))
        if take is not None and (not or_by_key or take.locked or take.says(chunk)):
            heard[chunk.place] = take
    by_key = used_facts(database, [chunk.key for chunk in chunks if chunk.place not in heard])
    found = {chunk.place: heard.get(chunk.place) or by_key.get(chunk.key) for chunk in chunks}
    return {place: take for place, take in found.items() if take is not None}
