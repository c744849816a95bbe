"""The codec: codes of audio, audio of codes, and what is recorded in between."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engine.checkpoint import load_codec_state, read_codec_pth
from engine.codecs.codec import Codec, load_codec
from engine.codecs.dac import DacCodec
from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.report import Finding, agree, close, not_applicable, same

ACTIVATIONS, AUDIO, SPLIT = 2e-4, 5e-5, 1e-5
PLACES = {
    "enc_out": "encoder.block",
    "downsampled": "quantizer.downsample",
    "pre_module_out": "quantizer.pre_module",
    "post_module_out": "quantizer.post_module",
    "upsampled": "quantizer.upsample",
}
"""Where in the codec a recorded activation comes out."""
STAGES = {"enc_block": "encoder.block", "dec_block": "decoder.model"}


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find cases with the indices of codes, and codecs that are there twice."""
    if folder.holds("codec.safetensors") and folder.holds("codec.pth"):
        yield Check("codec.pth", partial(_check_twin, folder))
    codecs: list[Codec] = []
    for case in folder.cases:
        if case.has("indices"):
            yield Check(case.name, partial(_check, folder, codecs, case))


def _check_twin(folder: CaseFolder) -> Iterable[Finding]:
    """Compare a pickled codec with its safetensors twin."""
    pickled = read_codec_pth(folder.path / "codec.pth")
    twin = load_codec_state(folder.path)
    yield agree("names", sorted(pickled.keys() ^ twin.keys()), [])
    different = [
        name for name in pickled.keys() & twin.keys() if not pickled[name].equal(twin[name])
    ]
    yield agree("values", different, [])


def _check(folder: CaseFolder, codecs: list[Codec], case: Case) -> Iterable[Finding]:
    if not codecs:  # loaded by the first case, for all
        codecs.append(load_codec(folder.path, folder.device))
    codec = codecs[0]
    codes = case["indices"].squeeze(0)
    with Recorder(codec) as recorder:
        if case.has("wav"):
            encoded = codec.encode(case["wav"])
            yield same("codes", encoded, codes)
            if case.has("indices_length"):
                yield same(
                    "number of frames", torch.tensor([encoded.shape[1]]), case["indices_length"]
                )
        given = codes.clone()
        audio = codec.decode(given)
        yield same("codes are left alone", given, codes)
    if case.has("audio"):
        yield close("audio", audio, case["audio"], AUDIO)
    yield from _check_activations(recorder, case)
    yield from _check_splits(codec, codes, audio)


def _check_activations(recorder: "Recorder", case: Case) -> Iterable[Finding]:
    for field in case.fields:
        if field in {"wav", "indices", "indices_length", "audio"}:
            continue
        ours = recorder.output(field)
        if ours is None:
            case[field]
            yield not_applicable(field, "this codec has no such place")
        else:
            yield close(field, ours, case[field], ACTIVATIONS)


def _check_splits(codec: Codec, codes: Tensor, audio: Tensor) -> Iterable[Finding]:
    """Compare streams of several piece lengths with the offline audio."""
    for size in (1, 7):
        stream = codec.stream()
        pieces = [stream.push(codes[:, i : i + size]) for i in range(0, codes.shape[1], size)]
        yield close(f"audio, {size} frames at a time", torch.cat(pieces), audio, SPLIT)
    half = codes.shape[1] // 2
    prefix = codec.decode(codes[:, :half])
    yield close("audio of the first half", prefix, audio[: len(prefix)], SPLIT)


class Recorder:
    """Collects what comes out of a codec's modules while it is entered."""

    def __init__(self, codec: Codec) -> None:
        self._modules = dict(codec.named_modules()) if isinstance(codec, DacCodec) else {}
        self._outputs: dict[str, list[Tensor]] = {}
        self._handles: list[Any] = []

    def __enter__(self) -> "Recorder":
        for name, module in self._modules.items():
            self._handles.append(module.register_forward_hook(self._hook(name)))
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _hook(self, name: str) -> Callable[[nn.Module, tuple[Any, ...], Any], None]:
        def record(_module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:  # noqa: ANN401
            if name == "quantizer.post_module":
                self._keep("z_q", inputs[0])
            self._keep(name, output)

        return record

    def _keep(self, name: str, value: object) -> None:
        if isinstance(value, Tensor):
            self._outputs.setdefault(name, []).append(value)

    def output(self, field: str) -> Tensor | None:
        """Return what is recorded under a case's name for it, all blocks joined: [C, T]."""
        name = PLACES.get(field, field)
        if match := re.fullmatch("(enc_block|dec_block)([0-9]+)", field):
            name = f"{STAGES[match[1]]}.{match[2]}"
        pieces = self._outputs.get(name)
        return None if pieces is None else torch.cat([piece[0] for piece in pieces], dim=-1)
