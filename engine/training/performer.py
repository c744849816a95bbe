"""The model as its users have it: voices and texts through the engine's public face.

Several sentences run side by side in the engine's lanes; each has a chain of its own, so none
hears another.
"""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import Chain, Engine, Performance, Prefix, Reference, Take

Audio = NDArray[np.float32]


@dataclass(frozen=True)
class Line:
    """A text for a voice (slug), and the seed of its take."""

    voice: str
    text: str
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Spoken:
    """What the model made of a line."""

    line: Line
    take: Take
    audio: Audio


class Performer:
    """Speaks lines in voices given by references."""

    def __init__(self, engine: Engine, references: Mapping[str, Reference]) -> None:
        self.engine, self.references = engine, dict(references)
        self._prefixes: dict[str, Prefix] = {}

    @property
    def sample_rate(self) -> int:
        """Of the audio."""
        return self.engine.info.sample_rate

    def prefix(self, voice: str) -> Prefix:
        """The prefix with a voice as its only speaker, computed once."""
        if voice not in self._prefixes:
            self._prefixes[voice] = self.engine.prefix([self.references[voice]])
        return self._prefixes[voice]

    def speak(self, lines: Sequence[Line], lanes: int = 8) -> list[Spoken]:
        """Speak lines independently of each other; results in their order.

        Raises:
            EngineError: a line cannot be spoken.
        """
        waiting, results = deque(enumerate(lines)), dict[int, Spoken]()
        running: dict[int, tuple[Chain, Performance]] = {}
        while waiting or running:
            while waiting and len(running) < lanes:
                index, line = waiting.popleft()
                chain = self.engine.chain(self.prefix(line.voice))
                running[index] = chain, chain.perform(line.text, speaker=0, seed=line.seed)
            self.engine.step()
            for index in [i for i, (_, request) in running.items() if request.done]:
                chain, request = running.pop(index)
                take = request.result()[0]
                chain.close()
                results[index] = Spoken(lines[index], take, self.engine.decode(take.codes))
        return [results[index] for index in range(len(lines))]

    def converse(self, voices: Sequence[str], lines: Sequence[Line]) -> list[Spoken]:
        """Speak lines one after the other in one chain, each with the earlier ones in context."""
        spoken = []
        with self.engine.prefix([self.references[voice] for voice in voices]) as prefix:
            chain = self.engine.chain(prefix)
            for line in lines:
                speaker = voices.index(line.voice)
                take = chain.perform(line.text, speaker=speaker, seed=line.seed).result()[0]
                chain.accept(take)
                spoken.append(Spoken(line, take, self.engine.decode(take.codes)))
            chain.close()
        return spoken


def shipped_references(folder: Path) -> dict[str, Reference]:
    """References of the voices in a checkpoint's ``voices`` folder, by their teacher's slug."""
    found = {}
    for path in sorted((folder / "voices").glob("*.json")):
        voice = json.loads(path.read_text(encoding="utf-8"))
        reference = voice["references"][0]
        codes = np.array(reference["codes"], np.uint16)
        found[voice["teacher"]] = Reference(text=reference["transcript"], codes=codes)
    return found
