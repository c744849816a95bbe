"""Streaming: any split of frames gives the offline audio, and memory does not grow with length."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch.utils._python_dispatch import TorchDispatchMode

import engine.codecs.codec
import engine.codecs.dac.model
from engine.codecs.codec import load_codec

FOLDER = Path(__file__).parents[1] / "golden" / "codec_tiny"
TENSORS = load_file(FOLDER / "cases.safetensors")
CODEC = load_codec(FOLDER)
CODES = TENSORS["a.indices"][0]  # 131 frames, far longer than the window of 16
AUDIO = CODEC.decode(CODES)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 130), unique=True, max_size=8).map(sorted))
def test_any_split_of_the_frames_gives_the_same_audio(cuts):
    stream = CODEC.stream()
    pieces = [stream.push(part) for part in CODES.tensor_split(cuts, dim=1)]
    torch.testing.assert_close(torch.cat(pieces), AUDIO, atol=1e-5, rtol=0)


def test_frame_by_frame():
    stream = CODEC.stream()
    pieces = torch.cat([stream.push(CODES[:, i : i + 1]) for i in range(40)])
    torch.testing.assert_close(pieces, AUDIO[: len(pieces)], atol=1e-5, rtol=0)


def test_streams_side_by_side_do_not_mix():
    one, two = CODEC.stream(), CODEC.stream()
    first = [one.push(CODES[:, :5]), two.push(CODES[:, 50:60])][0]
    torch.testing.assert_close(first, AUDIO[: len(first)], atol=1e-5, rtol=0)
    second = one.push(CODES[:, 5:9])
    expected = AUDIO[len(first) : len(first) + len(second)]
    torch.testing.assert_close(second, expected, atol=1e-5, rtol=0)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 140), st.integers(1, 20_000))
def test_blocks_of_encode_do_not_matter(block_frames, length):
    audio = TENSORS["a.wav"][:length]
    expected = CODEC.encode(audio)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.codecs.codec, "BLOCK_SAMPLES", block_frames * CODEC.frame_length)
        assert torch.equal(CODEC.encode(audio), expected)


class LargestTensor(TorchDispatchMode):
    """Notes the elements of the largest tensor that any operation makes."""

    def __init__(self):
        super().__init__()
        self.elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, list | tuple) else [result]:
            if isinstance(tensor, torch.Tensor) and not func.is_view:
                self.elements = max(self.elements, tensor.numel())
        return result


def largest(work, argument) -> int:
    with LargestTensor() as mode:
        work(argument)
    return mode.elements


def test_memory_does_not_grow_with_the_length(monkeypatch):
    samples = 16 * CODEC.frame_length
    monkeypatch.setattr(engine.codecs.codec, "BLOCK_SAMPLES", samples)
    assert largest(CODEC.decode, CODES[:, :32]) == largest(CODEC.decode, CODES[:, :96])
    audio = torch.cat([TENSORS["a.wav"]] * 4)[: 2 * 256 * CODEC.frame_length]
    windows = 256 * CODEC.frame_length  # twice what the encoder's attention sees
    assert largest(CODEC.encode, audio[:windows]) == largest(CODEC.encode, audio)


def test_what_a_stream_remembers_is_bounded():
    stream = CODEC.stream()

    def remembered() -> int:
        return sum(tail.untyped_storage().nbytes() for tail in stream.memory.tails.values())

    sizes = []
    for start in range(0, 120, 20):
        stream.push(CODES[:, start : start + 20])
        sizes.append(remembered())
    assert set(sizes) == {sizes[0]}


def test_clips_that_began_at_different_times_go_on_together():
    """Their attention windows reach back differently far; the short one meets its beginning."""
    clips = [CODES.roll(7 * i, 1) for i in range(3)]
    alone = [CODEC.decode(clip) for clip in clips]
    streams, made = [CODEC.stream() for _ in clips], [list[torch.Tensor]() for _ in clips]
    pushed = [0, 0, 0]
    for sizes in [(5, 0, 0), (3, 4, 0), (6, 6, 6), (1, 9, 2), (4, 4, 4)]:
        rows = [i for i, size in enumerate(sizes) if size]
        pieces = [clips[i][:, pushed[i] : pushed[i] + sizes[i]] for i in rows]
        for i, audio in zip(
            rows, CODEC.push_together([streams[i] for i in rows], pieces), strict=True
        ):
            made[i].append(audio)
            pushed[i] += sizes[i]
    for i, audio in enumerate(made):
        joined = torch.cat(audio)
        torch.testing.assert_close(joined, alone[i][: len(joined)], atol=2e-5, rtol=0)


def test_no_streams_make_no_audio():
    assert CODEC.push_together([], []) == []
