"""What the app asks of Python's garbage collector before it serves."""

import gc

from studio.ui.app import COLLECT_AFTER, spare_the_garbage_collector


def test_what_was_built_to_stay_is_not_looked_at_again() -> None:
    before, kept = gc.get_threshold(), gc.get_freeze_count()
    try:
        spare_the_garbage_collector()
        assert gc.get_threshold() == COLLECT_AFTER
        assert gc.get_freeze_count() > kept
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
