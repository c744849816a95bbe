"""What every part of the evaluation shares: teachers, model, codec and the recogniser.

Everything drawn comes from fixed seeds. Teachers' speech is kept, since several parts ask for
the same sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import Engine, Reference
from engine.training.corpus import Corpus
from engine.training.measures import SAMPLE_RATE, Edits, compare
from engine.training.performer import Line, Performer, Spoken, shipped_references
from engine.training.phones import PHONE_IDS
from engine.training.recogniser import Recogniser, collapse
from engine.training.sentences import REFERENCE_SENTENCES
from engine.training.teachers import Speech, Teachers
from engine.training.voices import Voice, all_voices, voices

Audio = NDArray[np.float32]


def reference_line(voice: Voice) -> Line:
    """What the reference of a voice says."""
    place = list(all_voices()).index(voice.slug)
    return Line(voice.slug, REFERENCE_SENTENCES[place % len(REFERENCE_SENTENCES)])


@dataclass
class Bench:
    """The instruments. Make one with ``Bench.open``.

    Args:
        model: the checkpoint under test.
        teachers: the synthesizers.
        recogniser: the phone recogniser.
        corpus: training speech, for the voices' statistics.
        data: the folder they lie in.
        quick: a few sentences instead of all.
        seed: added to the seed of every take.
    """

    model: Performer
    teachers: Teachers
    recogniser: Recogniser
    corpus: Corpus
    data: Path
    quick: bool = False
    seed: int = 0
    _speech: dict[tuple[str, str], Speech] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, checkpoint: str, data: Path, quick: bool, seed: int) -> "Bench":
        """Load the checkpoint from a name or folder, and the rest from the data folder.

        Voices that the checkpoint does not ship get a reference made here, the same way.
        """
        engine = Engine.load(checkpoint, device="cpu")
        folder = Path(checkpoint) if Path(checkpoint).is_dir() else Path("assets") / checkpoint
        bench = cls(
            Performer(engine, shipped_references(folder)),
            Teachers(data / "espeak"),
            Recogniser.load(data / "recogniser.pt"),
            Corpus(data / "lm"),
            data,
            quick,
            seed,
        )
        for voice in (*voices("headline"), *voices("unseen")):
            if voice.slug not in bench.model.references:
                bench.model.references[voice.slug] = bench.make_reference(voice)
        return bench

    def make_reference(self, voice: Voice) -> Reference:
        """A reference from the teacher's own speech."""
        line = reference_line(voice)
        audio = self.teacher(line).audio
        return Reference(text=line.text, codes=self.model.engine.encode(audio, SAMPLE_RATE))

    def some(self, rows: Sequence[str], count: int, quick: int) -> list[str]:
        """The first ``count`` rows, or ``quick`` of them."""
        return list(rows[: quick if self.quick else count])

    def teacher(self, line: Line) -> Speech:
        """The teacher's rendering of a line (without noise of its own: always the same draw)."""
        key = line.voice, line.text
        if key not in self._speech:
            rng = np.random.default_rng(len(line.text))
            self._speech[key] = self.teachers.synthesize(line.text, all_voices()[line.voice], rng)
        return self._speech[key]

    def through_codec(self, audio: Audio) -> Audio:
        """Encoded and decoded again."""
        engine = self.model.engine
        return engine.decode(engine.encode(audio, SAMPLE_RATE))

    def speak(self, lines: Sequence[Line]) -> list[Spoken]:
        """Let the model speak."""
        seeded = [Line(line.voice, line.text, self.seed + line.seed) for line in lines]
        return self.model.speak(seeded)

    def true_phones(self, line: Line) -> list[int]:
        """The phones of a line as its teacher says it."""
        return collapse([PHONE_IDS[phone.label] for phone in self.teacher(line).phones])

    def phone_edits(self, line: Line, audio: Audio) -> Edits:
        """Phone edits between what a line says and what is heard in ``audio``."""
        return compare(self.true_phones(line), self.recogniser.phones(audio))
