"""A corpus of synthetic speech on disk: written in shards, read by index.

``python -m engine.training.corpus OUT --hours-espeak X --hours-flite Y --jobs N --seed S``

A shard is three files: ``NAME.i16`` (samples int16 little endian, utterances end to end),
``NAME.npz`` (phones and character times, end to end) and ``NAME.json`` (texts, voices,
lengths), written last: a shard exists when its json does. Shards depend only on the seed and
their number, so any number of jobs writes the same corpus, and an interrupted run goes on.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.training.phones import PHONE_IDS
from engine.training.styles import tags_in
from engine.training.teachers import SAMPLE_RATE, EmptySpeech, Speech, Teachers
from engine.training.texts import TextSource
from engine.training.voices import Voice, voices

SHARD_SECONDS = 600.0
MAX_SECONDS = 16.0
_HEADLINE_SHARE = {"espeak": 0.42, "flite": 0.6}
_FLITE_WEIGHTS = {"rms": 1.6}


@dataclass(frozen=True)
class Utterance:
    """One spoken text.

    Args:
        audio: float32 [L] at 22050 Hz.
        text: what the model is given, tags included.
        voice: slug of the voice.
        phone_ids: uint8 [P], ids of ``PHONES``; they cover the audio.
        phone_starts: float32 [P], seconds; each phone ends where the next one starts.
        phone_chars: int16 [P], the character each phone belongs to.
        char_times: float32 [n_chars], seconds; monotone.
    """

    audio: NDArray[np.float32]
    text: str
    voice: str
    phone_ids: NDArray[np.uint8]
    phone_starts: NDArray[np.float32]
    phone_chars: NDArray[np.int16]
    char_times: NDArray[np.float32]

    @property
    def tags(self) -> list[str]:
        """Names of the tags in the text."""
        return tags_in(self.text)


class Corpus:
    """Reads a folder of shards; ``corpus[i]`` is an Utterance. ``refresh`` finds new shards."""

    def __init__(self, folder: str | Path) -> None:
        """Open what is complete in ``folder``."""
        self.folder = Path(folder)
        self._shards: dict[str, _Shard] = {}
        self._rows: list[tuple[_Shard, int]] = []
        self.refresh()

    def refresh(self) -> int:
        """Add shards completed since; returns the number of utterances."""
        for path in sorted(self.folder.glob("*.json")):
            if path.stem not in self._shards:
                shard = self._shards[path.stem] = _Shard(path)
                self._rows += [(shard, i) for i in range(len(shard.texts))]
        return len(self._rows)

    def __len__(self) -> int:
        """Number of utterances."""
        return len(self._rows)

    def __getitem__(self, index: int) -> Utterance:
        """Read one utterance (audio from a memory map)."""
        shard, row = self._rows[index]
        return shard.read(row)

    @property
    def texts(self) -> list[str]:
        """Texts of all utterances."""
        return [shard.texts[row] for shard, row in self._rows]

    @property
    def voices(self) -> list[str]:
        """Voice of each utterance."""
        return [shard.voices[row] for shard, row in self._rows]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Length of each utterance."""
        return np.array([shard.samples[row] / SAMPLE_RATE for shard, row in self._rows])


class _Shard:
    """One shard's index in memory and its audio as a memory map."""

    def __init__(self, path: Path) -> None:
        index = json.loads(path.read_text())
        self.texts: list[str] = index["texts"]
        self.voices: list[str] = index["voices"]
        self.samples: list[int] = index["samples"]
        self._audio_at = _offsets(self.samples)
        self._phones_at = _offsets(index["phones"])
        self._chars_at = _offsets([len(text) for text in self.texts])
        with np.load(path.with_suffix(".npz")) as arrays:
            self._arrays = {name: arrays[name] for name in arrays.files}
        self._audio = np.memmap(path.with_suffix(".i16"), np.dtype("<i2"), "r")

    def read(self, row: int) -> Utterance:
        audio = self._audio[self._audio_at[row] : self._audio_at[row + 1]]
        phones = slice(self._phones_at[row], self._phones_at[row + 1])
        chars = slice(self._chars_at[row], self._chars_at[row + 1])
        return Utterance(
            audio.astype(np.float32) / np.float32(32768),
            self.texts[row],
            self.voices[row],
            self._arrays["phone_ids"][phones],
            self._arrays["phone_starts"][phones],
            self._arrays["phone_chars"][phones],
            self._arrays["char_times"][chars],
        )


def _offsets(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@dataclass(frozen=True)
class ShardPlan:
    """What one shard holds; enough to make it anywhere."""

    folder: Path
    number: int
    synth: str
    seed: int
    seconds: float = SHARD_SECONDS

    @property
    def path(self) -> Path:
        """The shard's index file."""
        return self.folder / f"{self.number:04d}-{self.synth}.json"


def plan_shards(folder: Path, hours: dict[str, float], seed: int) -> list[ShardPlan]:
    """Shards of both teachers, interleaved so that every beginning of the list is a mix."""
    places = []
    for synth, amount in hours.items():
        count = round(amount * 3600 / SHARD_SECONDS)
        places += [((i + 0.5) / count, synth) for i in range(count)]
    return [
        ShardPlan(folder, number, synth, seed) for number, (_, synth) in enumerate(sorted(places))
    ]


def make_shard(plan: ShardPlan, teachers: Teachers) -> float:
    """Synthesize and write one shard, unless it exists. Returns its seconds of speech."""
    if plan.path.exists():
        return 0.0
    rng = np.random.default_rng([plan.seed, plan.number, plan.synth == "flite"])
    source, rows, total = TextSource(rng), [], 0.0
    while total < plan.seconds:
        voice, text = draw_voice(plan.synth, rng), source.text()
        try:
            speech = teachers.synthesize(text, voice, rng)
        except EmptySpeech:
            continue
        seconds = len(speech.audio) / SAMPLE_RATE
        if seconds <= MAX_SECONDS:
            rows.append((text, voice.slug, speech))
            total += seconds
    _write_shard(plan.path, rows)
    return total


def draw_voice(synth: str, rng: np.random.Generator) -> Voice:
    """A seen voice of a teacher: a headline voice with its teacher's share, else background."""
    role = "headline" if rng.random() < _HEADLINE_SHARE[synth] else "background"
    rows = [
        v for v in voices("headline" if role == "headline" else "background") if v.synth == synth
    ]
    weights = np.array([_FLITE_WEIGHTS.get(v.slug, 1.0) for v in rows])
    return rows[int(rng.choice(len(rows), p=weights / weights.sum()))]


def _write_shard(path: Path, rows: Sequence[tuple[str, str, Speech]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    phones = [phone for _, _, speech in rows for phone in speech.phones]
    audio = np.concatenate([speech.audio for _, _, speech in rows])
    (np.clip(audio, -1, 1) * 32767).round().astype("<i2").tofile(path.with_suffix(".i16"))
    np.savez(
        path.with_suffix(".npz"),
        phone_ids=np.array([PHONE_IDS[p.label] for p in phones], np.uint8),
        phone_starts=np.array([p.start for p in phones], np.float32),
        phone_chars=np.array([p.char_index for p in phones], np.int16),
        char_times=np.concatenate([speech.char_times for _, _, speech in rows]),
    )
    index = {
        "texts": [text for text, _, _ in rows],
        "voices": [voice for _, voice, _ in rows],
        "samples": [len(speech.audio) for _, _, speech in rows],
        "phones": [len(speech.phones) for _, _, speech in rows],
    }
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(index))
    temporary.replace(path)


def _job(plan: ShardPlan) -> float:
    """Make one shard in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return make_shard(plan, Teachers(Path(folder)))


def write_corpus(plans: Sequence[ShardPlan], jobs: int) -> None:
    """Make all shards, printing progress. Every shard has a fresh process: see ``preload``."""
    begin, done = time.monotonic(), 0.0
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["engine.training.preload"])
    with context.Pool(jobs, maxtasksperchild=1) as pool:
        for count, seconds in enumerate(pool.imap_unordered(_job, plans), 1):
            done += seconds
            print(
                f"{count}/{len(plans)} shards, {done / 3600:.2f} h of speech, "
                f"{time.monotonic() - begin:.0f} s",
                flush=True,
            )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write a corpus of synthetic speech.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--hours-espeak", type=float, default=30.0)
    parser.add_argument("--hours-flite", type=float, default=10.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    hours = {"espeak": options.hours_espeak, "flite": options.hours_flite}
    write_corpus(plan_shards(options.out, hours, options.seed), options.jobs)


if __name__ == "__main__":
    main()
