"""Whatever is done to a project, a locked take stays and no take is ever lost."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from studio.errors import TakeLocked, TakeUnknown
from studio.services import PerformRequest, TurnState, open_workspace
from studio.settings import Settings
from tests.support.fake_engine import FakeEngine

TEXTS = ("One it is.", "Two they are. [pause 1s] And more.", "Three, and that is all.")
TURNS = st.integers(1, 3)


class Sessions(RuleBasedStateMachine):
    """A user at work: performs, edits, chooses, locks, and closes the studio now and then."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        soundfile.write(path / "voice.wav", 0.3 * np.sin(np.arange(16_000) / 9), 8000)
        self.settings = Settings(projects=path / "projects", voices=path / "voices", retries=1)
        self.engine = FakeEngine(faults={"Three": ["silent", "silent", "fine", "short"]})
        self.open()
        consent = ("Ann Smith", "a test")
        for name in ("Adam", "Bea"):
            self.workspace.voices.add(name, path / "voice.wav", f"I am {name}.", consent=consent)
        text = "\n".join(f"{'AB'[at % 2]}nn: {text}" for at, text in enumerate(TEXTS))
        self.workspace.projects.create(text, title="Tea", cast={"Ann": "Adam", "Bnn": "Bea"})
        self.ids = [turn.turn_id for turn in self.workspace.projects.turns("tea")]
        self.known: dict[int, tuple[str, int, str]] = {}
        self.locked: set[int] = set()

    def open(self) -> None:
        self.workspace = open_workspace(self.settings, engine_loader=lambda _: self.engine)  # type: ignore[arg-type, return-value]

    @rule()
    def perform(self) -> None:
        project = self.workspace.projects.open("tea")
        request = PerformRequest(project.script, project.cast, project="tea")
        assert self.workspace.jobs.wait(self.workspace.jobs.start(request), 30).state == "done"

    @rule(turn=TURNS, reach=st.sampled_from(["turn", "chain"]), candidates=st.integers(1, 3))
    def again(self, turn: int, reach: str, candidates: int) -> None:
        try:
            started = self.workspace.takes.again(
                "tea",
                [turn],
                reach=reach,
                candidates=candidates,  # type: ignore[arg-type]
            )
        except TakeLocked:
            return
        assert self.workspace.jobs.wait(started.job_id, 30).state == "done"

    @rule(turn=TURNS, word=st.sampled_from(["One", "Two", "Three", "Four [pause 1s]"]))
    def edit(self, turn: int, word: str) -> None:
        lines = self.workspace.projects.open("tea").script.splitlines()
        lines[turn - 1] = f"{lines[turn - 1].partition(':')[0]}: {word} {TEXTS[turn - 1]}"
        self.workspace.projects.save("tea", "\n".join(lines))

    @rule(turn=TURNS, at=st.integers(0, 9), action=st.sampled_from(["select", "lock", "unlock"]))
    def choose(self, turn: int, at: int, action: str) -> None:
        takes = self.workspace.takes.history("tea", turn)
        if not takes:
            return
        take = takes[at % len(takes)]
        try:
            getattr(self.workspace.takes, action)("tea", turn, take.number)
        except TakeLocked:
            assert any(other.chunk == take.chunk and other.locked for other in takes)
            return
        if action == "lock":
            self.locked.add(take.number)
        if action == "unlock":
            self.locked.discard(take.number)

    @rule(turn=TURNS)
    def restore(self, turn: int) -> None:
        with suppress(TakeUnknown, TakeLocked):
            self.workspace.takes.restore("tea", turn)

    @rule()
    def close_and_open(self) -> None:
        self.workspace.close()
        self.open()

    @invariant()
    def nothing_is_lost_and_what_is_locked_is_heard(self) -> None:
        if not hasattr(self, "workspace"):
            return
        found, locked = {}, set()
        for turn in self.ids:
            takes = self.workspace.takes.history("tea", turn)
            found.update({take.number: (take.key, take.seed, take.text) for take in takes})
            heard = [take for take in takes if take.selected]
            assert len({take.chunk for take in heard}) == len(heard)
            assert all(take.selected for take in takes if take.locked)
            locked |= {take.number for take in takes if take.locked}
        assert found.items() >= self.known.items()
        assert locked == self.locked
        self.known = found

    @invariant()
    def the_states_are_those_of_the_selected_takes(self) -> None:
        if not hasattr(self, "workspace"):
            return
        for status in self.workspace.takes.status("tea"):
            takes = self.workspace.takes.history("tea", status.turn_id)
            missing = status.state == TurnState.MISSING
            assert missing or any(take.selected for take in takes)
            assert (status.state == TurnState.LOCKED) <= status.locked

    def teardown(self) -> None:
        if hasattr(self, "workspace"):
            self.workspace.close()
            self.folder.cleanup()


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
