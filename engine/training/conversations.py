"""Training samples: conversations in the prompt layout, with targets for guided attention.

A `SpeechStore` holds what the language model learns from: text ids, codes, times and phones of
every utterance of a corpus. A `ConversationMaker` draws conversations from it: reference voices in
the system message, then turns. The columns are exactly those `engine.prompt` makes (tested).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.codecs.codec import Codec, load_codec
from engine.prompt import (
    ASSISTANT_START,
    INSTRUCTION,
    MESSAGE_END,
    REFERENCE_OPENING,
    REFERENCE_SPEECH,
    speaker_tag,
)
from engine.tokenizer import Tokenizer
from engine.training.corpus import Corpus, Utterance
from engine.training.tokenizer import TAGS, TextAligner, tag_id
from engine.training.voices import all_voices

Ints = npt.NDArray[np.int64]
MAX_COLUMNS = 1280  # the starter's max_seq_len
SPEAKERS = (0.5, 0.3, 0.12, 0.08)  # shares of conversations with one speaker, two, …
STYLE_IDS = frozenset(tag_id(tag) for tag in TAGS if tag != "pause")
SENTENCE_ENDS = frozenset(map(ord, ".!?"))


@dataclass(frozen=True)
class Spoken:
    """One utterance as the language model sees it.

    Attributes:
        ids: token ids of its text, int [n].
        times: when each token is spoken, in frames, float [n], rising.
        codes: int [n_codebooks, F].
        phones: phone id at the middle of each frame, int [F].
        voice: name of the voice.
        plain: no tag in the text, so it can be a reference.
    """

    ids: Ints
    times: npt.NDArray[np.float32]
    codes: npt.NDArray[np.uint16]
    phones: npt.NDArray[np.int16]
    voice: str
    plain: bool


class SpeechStore:
    """All utterances, grouped by voice; saved as one `.npz` of flat arrays."""

    def __init__(self, items: list[Spoken]) -> None:
        self.items = items
        self.by_voice: dict[str, list[int]] = {}
        self.references: dict[str, list[int]] = {}
        for index, item in enumerate(items):
            self.by_voice.setdefault(item.voice, []).append(index)
            if item.plain and 30 <= item.codes.shape[1] <= 90:
                self.references.setdefault(item.voice, []).append(index)

    def save(self, path: Path) -> None:
        """Write everything to one file."""
        items = self.items
        np.savez(
            path,
            ids=np.concatenate([item.ids for item in items]).astype(np.int16),
            times=np.concatenate([item.times for item in items]).astype(np.float16),
            lengths=np.array([len(item.ids) for item in items]),
            codes=np.concatenate([item.codes for item in items], 1),
            phones=np.concatenate([item.phones for item in items]).astype(np.uint8),
            frames=np.array([item.codes.shape[1] for item in items]),
            voices=np.array([item.voice for item in items]),
            plain=np.array([item.plain for item in items]),
        )

    @classmethod
    def load(cls, *paths: Path) -> "SpeechStore":
        """Read one or more saved stores as one."""
        items: list[Spoken] = []
        for path in paths:
            with np.load(path) as saved:
                data = {name: saved[name] for name in saved.files}
            text = np.cumsum(data["lengths"])[:-1]
            sound = np.cumsum(data["frames"])[:-1]
            items += map(
                Spoken,
                np.split(data["ids"].astype(np.int64), text),
                np.split(data["times"].astype(np.float32), text),
                np.split(data["codes"], sound, 1),
                np.split(data["phones"].astype(np.int16), sound),
                data["voices"].tolist(),
                data["plain"].tolist(),
            )
        return cls(items)


@dataclass
class Sample:
    """One conversation.

    Attributes:
        grid: int [1 + n_codebooks, T].
        loss: float [T], weight of predicting column t + 1 at t.
        frame: bool [T], column t + 1 is an audio frame.
        center: int [T], the text column spoken in column t + 1, or -1.
        first, last: int [T], the columns of that text, both included.
        phone: int [T], phone of column t + 1, or -1.
        speaker: int [T], for columns of a text: the column of its speaker tag, or -1.
        style: int [T], for columns of a text: the column of the tag that rules them, or -1.
        voice_first, voice_last: int [T], if column t + 1 is a turn's frame: the columns of its
            speaker's reference frames, both included, or -1.
    """

    grid: Ints
    loss: npt.NDArray[np.float32]
    frame: npt.NDArray[np.bool_]
    center: Ints
    first: Ints
    last: Ints
    phone: Ints
    speaker: Ints
    style: Ints
    voice_first: Ints
    voice_last: Ints


class _Writer:
    """Grows a sample column by column."""

    def __init__(self, n_codebooks: int, semantic_start: int) -> None:
        self.rows = 1 + n_codebooks
        self.semantic_start = semantic_start
        self.length = 0
        self.columns: list[Ints] = []
        # first frame column, utterance, text column, speaker; the references come first
        self.marks: list[tuple[int, Spoken, int, int]] = []
        self.references: dict[int, tuple[int, int]] = {}  # speaker -> columns of its frames
        self.ends: list[int] = []

    def text(self, ids: list[int] | Ints) -> int:
        """Append text columns; returns the first one's index."""
        grid = np.zeros((self.rows, len(ids)), np.int64)
        grid[0] = ids
        return self._append(grid)

    def frames(self, spoken: Spoken, text_at: int, speaker: int) -> None:
        """Append the frames of an utterance whose text starts at column `text_at`."""
        codes = spoken.codes.astype(np.int64)
        start = self._append(np.concatenate([codes[:1] + self.semantic_start, codes]))
        self.marks.append((start, spoken, text_at, speaker))

    def reference(self, spoken: Spoken, text_at: int, speaker: int) -> None:
        """Append the frames of a speaker's reference."""
        self.references[speaker] = self.length, self.length + spoken.codes.shape[1] - 1
        self.frames(spoken, text_at, speaker)

    def _append(self, grid: Ints) -> int:
        start = self.length
        self.columns.append(grid)
        self.length += grid.shape[1]
        return start

    def sample(self) -> Sample:
        """Finish: shift everything so that column t tells about column t + 1."""
        size = self.length
        loss, frame = np.zeros(size, np.float32), np.zeros(size, np.bool_)
        names = ("center", "first", "last", "phone", "speaker", "style")
        at = {name: np.full(size, -1, np.int64) for name in (*names, "voice_first", "voice_last")}
        for start, spoken, text_at, speaker in self.marks:
            count, length = spoken.codes.shape[1], len(spoken.ids)
            rows, text = slice(start - 1, start - 1 + count), slice(text_at, text_at + length)
            loss[rows], frame[rows], at["phone"][rows] = 1, True, spoken.phones
            now = np.searchsorted(spoken.times, np.arange(count) + 0.5, "right") - 1
            at["center"][rows] = text_at + now.clip(0, length - 1)
            at["first"][rows], at["last"][rows] = text_at, text_at + length - 1
            ruled = ruling_tags(spoken.ids)
            at["style"][text] = np.where(ruled >= 0, text_at + ruled, -1)
            loss[rows] += ruled[now.clip(0, length - 1)] >= 0  # few frames are spoken by a tag
            if speaker in self.references:
                at["speaker"][text] = text_at - 1
                low, high = self.references[speaker]
                if start != low:
                    at["voice_first"][rows], at["voice_last"][rows] = low, high
        loss[self.ends] = 2
        return Sample(np.concatenate(self.columns, 1), loss, frame, **at)


def emphasis(voice: str) -> float:
    """How much more often than others a voice leads; flite's are the harder ones to learn."""
    known = all_voices().get(voice)
    if known is None or known.role != "headline":
        return 1.0
    return 4.0 if known.synth == "flite" else 2.0


def ruling_tags(ids: Ints) -> Ints:
    """For each token of a text, the index of the style tag that rules it, or -1: int [n].

    A tag rules to the end of its sentence; where that is uncertain (after "Mr."), it is taken to
    end too early.
    """
    now, previous, ruled = -1, -1, np.full(len(ids), -1, np.int64)
    for index, token in enumerate(ids.tolist()):
        if token in STYLE_IDS:
            now = index
        elif token == ord(" ") and previous in SENTENCE_ENDS:
            now = -1
        if index != now:
            ruled[index] = now
        if chr(min(token, 256)) not in "\"')":
            previous = token
    return ruled


class ConversationMaker:
    """Draws conversations; deterministic for a given generator."""

    def __init__(self, store: SpeechStore, tokenizer: Tokenizer, n_codebooks: int) -> None:
        assert tokenizer.semantic_range is not None
        self.store, self.n_codebooks = store, n_codebooks
        self.semantic_start = tokenizer.semantic_range[0]
        encode = tokenizer.encode_layout
        self.system = encode("<|im_start|>system\n")
        self.user = encode("<|im_start|>user\n")
        self.plain_system = encode(INSTRUCTION)
        self.opening, self.speech = encode(REFERENCE_OPENING), encode(REFERENCE_SPEECH)
        self.assistant, self.end = encode(ASSISTANT_START), encode(MESSAGE_END)
        self.tags = [encode(speaker_tag(i)) for i in range(8)]
        self.newline = tokenizer.encode_text("\n")
        chance = np.array(
            [
                item.codes.shape[1] ** 0.5 * emphasis(item.voice) * (1 if item.plain else 3)
                for item in store.items
            ]
        )
        self.chance = chance / chance.sum()

    def draw(self, rng: np.random.Generator, longest: int) -> Sample:
        """One conversation of at most about `longest` columns."""
        speakers = 1 + int(rng.choice(len(SPEAKERS), p=SPEAKERS))
        lead = self.store.items[int(rng.choice(len(self.chance), p=self.chance))]
        voices = [lead.voice]
        while len(voices) < min(speakers, len(self.store.references)):
            other = self.store.items[int(rng.choice(len(self.chance), p=self.chance))].voice
            if other not in voices and other in self.store.references:
                voices.append(other)
        rng.shuffle(voices)
        if lead.voice not in self.store.references or rng.random() < 0.03:
            voices = [lead.voice]
            references: list[Spoken] = []
        else:
            references = [self._pick(self.store.references[voice], rng) for voice in voices]
        turns = [(voices.index(lead.voice), lead)]
        budget = longest - 40 - sum(r.codes.shape[1] + len(r.ids) + 2 for r in references)
        budget = int(budget * rng.uniform(0.3, 1))
        while (budget := budget - len(turns[-1][1].ids) - turns[-1][1].codes.shape[1] - 12) > 60:
            speaker = int(rng.integers(len(voices)))
            turns.append((speaker, self._pick(self.store.by_voice[voices[speaker]], rng)))
        if budget < 0 and len(turns) > 1:
            turns.pop()
        sample = self.write(references, turns)
        return sample if sample.grid.shape[1] <= MAX_COLUMNS else self.draw(rng, longest)

    def _pick(self, indices: list[int], rng: np.random.Generator) -> Spoken:
        return self.store.items[indices[int(rng.integers(len(indices)))]]

    def write(self, references: list[Spoken], turns: list[tuple[int, Spoken]]) -> Sample:
        """Lay out a conversation; every turn is finished."""
        writer = _Writer(self.n_codebooks, self.semantic_start)
        writer.text(self.system)
        if references:
            writer.text(self.opening)
            starts = []
            for speaker, reference in enumerate(references):
                if speaker:
                    writer.text(self.newline)
                writer.text(self.tags[speaker])
                starts.append(writer.text(reference.ids))
            writer.text(self.speech)
            for speaker, (start, reference) in enumerate(zip(starts, references, strict=True)):
                writer.reference(reference, start, speaker)
        else:
            writer.text(self.plain_system)
        writer.text(self.end)
        for speaker, turn in turns:
            writer.text(self.user)
            if references:
                writer.text(self.tags[speaker])
            start = writer.text(turn.ids)
            writer.text(self.end)
            writer.text(self.assistant)
            writer.frames(turn, start, speaker)
            writer.ends.append(writer.length - 1)
            writer.text(self.end)
        return writer.sample()


def phone_track(
    utterance: Utterance, seconds: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.int16]:
    """Phone id at each of the given times, int16 [len(seconds)]."""
    index = np.searchsorted(utterance.phone_starts, seconds, "right") - 1
    return np.asarray(utterance.phone_ids[index.clip(0)], np.int16)


def encode_utterance(utterance: Utterance, codec: Codec, aligner: TextAligner) -> Spoken:
    """Make the language model's view of one utterance (audio at the codec's rate)."""
    ids, starts = aligner.encode(utterance.text)
    codes = codec.encode(torch.from_numpy(utterance.audio)).numpy().astype(np.uint16)
    middles = (np.arange(codes.shape[1]) + 0.5) / codec.frame_rate
    times = np.maximum.accumulate(utterance.char_times[starts]) * codec.frame_rate
    return Spoken(
        np.array(ids),
        times.astype(np.float32),
        codes,
        phone_track(utterance, middles),
        utterance.voice,
        plain=not utterance.tags,
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Encode a corpus for the language model.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("checkpoint", type=Path, help="folder with codec and tokenizer")
    parser.add_argument("out", type=Path, help="the .npz to write")
    parser.add_argument("--first", type=int, default=0, help="first utterance")
    parser.add_argument("--last", type=int, help="the one behind the last")
    options = parser.parse_args()
    corpus, codec = Corpus(options.corpus), load_codec(options.checkpoint)
    aligner = TextAligner(options.checkpoint / "tokenizer.json")
    items = []
    for index in range(len(corpus))[options.first : options.last]:
        items.append(encode_utterance(corpus[index], codec, aligner))
        if len(items) % 2000 == 0:
            print(f"{len(items)} utterances", flush=True)
    SpeechStore(items).save(options.out)
    print(f"{len(items)} utterances from {options.first}", flush=True)


if __name__ == "__main__":
    main()
