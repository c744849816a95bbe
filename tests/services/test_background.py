"""What takes long gives way, and only that does."""

import os
import sys
import threading

import pytest

from studio.services.background import NICENESS, give_way


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it for a thread")
def test_a_thread_gives_way_with_those_it_starts_and_no_other() -> None:
    before, seen = niceness(), []

    def work() -> None:
        give_way()
        more = threading.Thread(target=lambda: seen.append(niceness()))
        more.start()
        more.join()
        seen.append(niceness())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [min(19, before + NICENESS)] * 2
    assert niceness() == before


def test_elsewhere_nothing_gives_way(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    before = niceness()
    give_way()
    assert niceness() == before
