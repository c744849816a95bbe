"""Listening: a chapter is shown where it is delivered, drawn once, and heard as it is delivered."""

import base64
import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.errors import TakeUnknown
from studio.services import DeliveryOptions, ListeningDesk, PerformRequest, Workspace
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = """# One

Ann: One is here. [pause 800ms] And it goes on for a while.

Bob: Two is there.

***

Ann: After the break.

# Two

Bob: It ends well.
"""


def perform(workspace: Workspace, **changes: Any) -> None:
    project = workspace.projects.open("tea")
    request = PerformRequest(project.script, project=project.slug, **changes)
    assert workspace.jobs.wait(workspace.jobs.start(request), 60).state == "done"


@pytest.fixture
def tea(workspace: Workspace) -> Workspace:
    workspace.projects.create(SCRIPT, title="Tea")
    return workspace


def drawn(workspace: Workspace, number: int = 1) -> Any:
    """The chapter once everything that was performed of it is drawn."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        chapter = workspace.listening.chapter("tea", number)
        if not chapter.reading:
            return chapter
        time.sleep(0.01)
    raise AssertionError("it is never drawn")


def served(workspace: Workspace) -> tuple[ListeningDesk, list[np.ndarray]]:
    sounds: list[np.ndarray] = []

    def serve(audio: np.ndarray, rate: int) -> str:
        sounds.append(audio)
        return f"sound {len(sounds)} at {rate}"

    desk = ListeningDesk(workspace.listening, workspace.adjusting, workspace.takes, serve)
    return desk, sounds


def ids(workspace: Workspace) -> list[str]:
    return [turn.turn_id for turn in workspace.projects.turns("tea")]


def test_a_copy_is_heard_where_it_was_performed_elsewhere(tea: Workspace) -> None:
    perform(tea)
    copy = tea.projects.create(SCRIPT, title="Copy")
    chapter = tea.listening.chapter(copy.slug, 1)
    drawn(tea)
    assert [turn.state for turn in chapter.turns] == ["done"] * 3
    assert [turn.state for turn in chapter.turns] == [
        shown.state for shown in tea.states.of(copy.slug, 1).values()
    ]
    mine = [turn.turn_id for turn in tea.projects.turns(copy.slug)]
    theirs = tea.listening.sound("tea", ids(tea)[0])
    assert np.array_equal(tea.listening.sound(copy.slug, mine[0]), theirs)
    desk, _ = served(tea)
    accept = {"project": copy.slug, "do": "accept", "turn": mine[0], "lock": True}
    assert "error" not in desk.answer(accept)
    states = [turn.state for turn in tea.listening.chapter(copy.slug, 1).turns]
    assert states == ["locked", "done", "done"]


def test_what_is_not_performed_has_room_and_no_engine_is_loaded(tea: Workspace) -> None:
    chapter = tea.listening.chapter("tea", 1)
    assert [turn.state for turn in chapter.turns] == ["missing"] * 3
    assert all(turn.span.length > 0 and not turn.span.pieces for turn in chapter.turns)
    assert chapter.samples > sum(turn.span.length for turn in chapter.turns)
    assert tea.engine_info() is None


def test_the_timeline_is_the_delivery(tea: Workspace, tmp_path: Path) -> None:
    perform(tea)
    first, second, *_ = ids(tea)
    tea.adjusting.change("tea", first, "pause_after", 1.7)
    tea.adjusting.change("tea", second, "trim_tail", 0.06)
    options = DeliveryOptions(formats=("wav",), table=True, room_tone_db=None)
    delivery = tea.deliveries.deliver_project("tea", options, tmp_path)
    with (tmp_path / "turns.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    spans = [turn.span for number in (1, 2) for turn in drawn(tea, number).turns]
    for row, span in zip(rows, spans, strict=True):
        assert float(row["start"]) == pytest.approx(span.start / 16_000, abs=0.001)
        assert float(row["end"]) == pytest.approx((span.start + span.length) / 16_000, abs=0.001)
    assert soundfile.info(delivery.files[0].path).frames == drawn(tea, 1).samples


def test_a_turn_sounds_as_it_is_delivered(tea: Workspace, tmp_path: Path) -> None:
    perform(tea)
    first = ids(tea)[0]
    tea.adjusting.change("tea", first, "gain", -4.0)
    options = DeliveryOptions(formats=("wav",), room_tone_db=None, match_speakers=False)
    delivery = tea.deliveries.deliver_project("tea", options, tmp_path)
    whole, _ = soundfile.read(delivery.files[0].path, dtype="float32")
    span = drawn(tea).turns[0].span
    heard = tea.listening.sound("tea", first)
    assert heard.size == span.length
    assert np.abs(heard - whole[span.start : span.start + span.length]).max() < 1e-3


def test_drawings_outlive_the_engine_and_a_damaged_one_is_made_again(
    tea: Workspace, open_with: OpenWorkspace
) -> None:
    perform(tea)
    before = [turn.span for turn in drawn(tea).turns]
    folder = tea.settings.projects / "cache" / "peaks"
    tea.close()
    again = open_with(FakeEngine())
    assert [turn.span for turn in again.listening.chapter("tea", 1).turns] == before
    assert again.listening.sound("tea", ids(again)[0]).size == before[0].length
    assert again.engine_info() is None
    again.close()
    for path in folder.rglob("*.peaks"):
        path.write_bytes(b"damaged")
    assert [turn.span for turn in drawn(open_with(FakeEngine())).turns] == before


def test_the_states_of_turns(tea: Workspace, engine: FakeEngine) -> None:
    engine.faults = {"Two": ["limit"] * 3}
    perform(tea, chapter=1)
    third = ids(tea)[2]
    number = next(take.number for take in tea.takes.history("tea", third) if take.selected)
    tea.takes.lock("tea", third, number)
    states = [turn.state for turn in tea.listening.chapter("tea", 1).turns]
    assert states == ["done", "attention", "locked"]
    assert drawn(tea).turns[1].reason
    tea.projects.save("tea", SCRIPT.replace("One is here", "One was here"))
    changed = tea.listening.chapter("tea", 1).turns
    assert [turn.state for turn in changed] == ["stale", "attention", "locked"]
    assert [turn.stale for turn in changed] == [True, False, False]
    tea.projects.save("tea", SCRIPT.replace("After the break", "Behind the break"))
    kept = tea.listening.chapter("tea", 1).turns[2]
    assert (kept.state, kept.stale) == ("locked", True)
    assert tea.listening.chapter("tea", 99).number == 2


def test_a_turn_is_stale_once_its_speaker_has_another_voice(
    tea: Workspace, open_with: OpenWorkspace
) -> None:
    tea.casting.accept("tea")
    perform(tea, chapter=1)
    voice = next(line.voice for line in tea.casting.view("tea") if line.speaker == "Ann")
    other = next(one.name for one in tea.voices.list() if one.name != voice)
    tea.close()
    again = open_with(FakeEngine())
    for chosen, state in ((other, "stale"), (voice, "done")):
        again.casting.choose("tea", {"Ann": chosen})
        turns = again.listening.chapter("tea", 1).turns
        assert [turn.state for turn in turns] == [state, "done", state], chosen
        shown = again.states.of("tea", 1)
        ids_of = [turn.placed.turn.turn_id for turn in turns]
        assert [shown[turn_id].state for turn_id in ids_of] == [state, "done", state]


def test_a_page_is_told_only_what_has_changed(tea: Workspace) -> None:
    perform(tea)
    drawn(tea)
    desk, _ = served(tea)
    first, second, third, _ = ids(tea)
    ask = {"project": "tea", "do": "open", "chapter": 1}
    told = desk.answer(ask)
    assert [row["id"] for row in told["rows"]] == [first, second, third] and told["whole"]
    assert [chapter["turns"] for chapter in told["chapters"]] == [3, 1]
    again = desk.answer({**ask, "known": told["revision"]})
    assert (again["rows"], again["whole"]) == ([], False)
    changed = desk.answer(
        {"project": "tea", "do": "adjust", "turn": first, "name": "pause_after", "value": 2.0}
    )
    assert changed == {}
    after = desk.answer({**ask, "known": told["revision"]})
    assert [row["id"] for row in after["rows"]] == [first, second]  # its value, the silence behind
    assert after["rows"][1]["pause"] == 2.0
    assert after["seconds"] - told["seconds"] == pytest.approx(2.0 - 0.45, abs=0.001)


def test_a_page_draws_hears_flags_and_accepts(tea: Workspace) -> None:
    perform(tea, chapter=1)
    drawn(tea)
    desk, sounds = served(tea)
    first, *_, missing = ids(tea)
    told = desk.answer({"project": "tea", "do": "open", "chapter": 1})
    names = [piece[0] for row in told["rows"] for piece in row["pieces"]]
    peaks = desk.answer({"project": "tea", "do": "peaks", "names": names})
    shape = np.frombuffer(base64.b64decode(peaks["peaks"][names[0]]), np.uint8)
    assert 60 < shape.max() < 100  # the fake voice is a tone of 0.3
    heard = desk.answer({"project": "tea", "do": "sounds", "turns": [first, missing]})
    assert heard["sounds"] == {first: "sound 1 at 16000"}
    assert "not been performed" in heard["problems"][missing]
    assert np.abs(sounds[0]).max() > 0.2
    accept = {"project": "tea", "do": "accept", "turn": first}
    assert desk.answer({**accept, "lock": True}) == {}
    assert tea.listening.chapter("tea", 1).turns[0].state == "locked"
    desk.answer({**accept, "lock": False})
    assert tea.listening.chapter("tea", 1).turns[0].state == "done"


@pytest.mark.parametrize(
    "request_",
    [None, {}, {"do": "open"}, {"project": "tea", "do": "open", "chapter": 0},
     {"project": "tea", "do": "peaks", "names": ["../../x"]},
     {"project": "tea", "do": "sounds", "turns": ["a"] * 9},
     {"project": "tea", "do": "adjust", "turn": "a", "name": "gain", "value": "loud"},
     {"project": "tea", "do": "adjust", "turn": "a", "name": "gain", "value": 99.0},
     {"project": "gone", "do": "open", "chapter": 1}],
)  # fmt: skip
def test_what_a_page_may_not_ask_for_is_an_error(tea: Workspace, request_: object) -> None:
    desk, _ = served(tea)
    assert list(desk.answer(request_)) == ["error"]


def test_a_chapter_of_nothing_but_pauses_is_empty(workspace: Workspace) -> None:
    workspace.projects.create("# A\n\nAnn: Hello.\n\n# B\n\nAnn: [pause 1s]\n", title="Tea")
    chapter = workspace.listening.chapter("tea", 2)
    assert [turn.span for turn in chapter.turns] == [None]


def test_an_engine_that_cannot_be_loaded_is_said_once(
    tea: Workspace, open_with: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(tea, chapter=1)
    tea.close()
    again = open_with(FakeEngine())
    tries: list[object] = []

    def fails(*_: object) -> None:
        tries.append(_)
        raise TakeUnknown("no engine")

    monkeypatch.setattr(again.listening, "_decoder", fails)
    chapter = drawn(again)
    assert chapter.problem == "no engine"
    assert [bool(turn.span.pieces) for turn in chapter.turns] == [False] * 3
    assert len(tries) == 1
