"""The whole way: reference audio to codes to prompt to turns to audio, over two other folders."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product

import torch
from torch import Tensor

from engine.codecs.codec import Codec, load_codec
from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.model_cases import Models
from engine.conformance.report import Finding, Verdict, agree, close, same
from engine.conformance.upstream import SpokenTurn, batch_texts, whole_prompt
from engine.errors import CheckpointError, EngineError
from engine.prompt import PromptBuilder, Reference
from engine.sampling import Sampling
from engine.tokenizer import Tokenizer

AUDIO = 5e-5


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find recordings of the whole way."""
    if {"reference_wav", "turn0.prompt"} <= folder.tensors.keys():
        yield Check("", partial(_check, folder))


def _check(folder: CaseFolder) -> Iterable[Finding]:
    """Run with the folders that are named, or else with those nearby that fit best."""
    nearby = folder.nearby()
    models = _preferred([near for near in nearby if near.holds_model], folder, "language_model")
    codecs = _preferred([near for near in nearby if near.holds_codec], folder, "codec")
    trials = (_try(folder, model, codec) for model, codec in product(models, codecs))
    best: list[Finding] = []
    for findings in trials:
        if not best or _misses(findings) < _misses(best):
            best = findings
        if not _misses(best):
            break
    return best


def _preferred(found: list[CaseFolder], folder: CaseFolder, key: str) -> list[CaseFolder]:
    """Return the folder of the name that `cases.json` gives; all of them if none has it."""
    if not found:
        what = key.replace("_", " ")
        raise CheckpointError(folder.path, f"has no {what} of this case in it or beside it")
    named = [near for near in found if near.path.name == folder.numbers.get(key)]
    return named or found


def _try(folder: CaseFolder, model: CaseFolder, codec: CaseFolder) -> list[Finding]:
    try:
        return list(_run(folder, model, codec))
    except EngineError as error:
        return [Finding("running", Verdict.MISS, note=f"{type(error).__name__}: {error}")]


def _misses(findings: list[Finding]) -> int:
    return sum(finding.verdict is Verdict.MISS for finding in findings)


def _run(folder: CaseFolder, model: CaseFolder, codec_folder: CaseFolder) -> Iterable[Finding]:
    models, codec = Models(model), load_codec(codec_folder.path, folder.device)
    tokenizer = Tokenizer(model.path / "tokenizer.json")
    builder = PromptBuilder.for_model(tokenizer, models.config)
    recorded, numbers = Case(folder, ""), folder.numbers
    codes = codec.encode(recorded["reference_wav"])
    yield same("reference_codes", codes, recorded["reference_codes"])
    references = [Reference(numbers["reference_text"], codes)]
    texts = batch_texts(numbers["text"], int(numbers["chunk_length"]))
    yield agree("texts of turns", texts, numbers["turn_texts"])
    turns, performed = list[SpokenTurn](), list[Tensor]()
    for i, text in enumerate(texts):
        case = Case(folder, f"turn{i}")
        prompt = whole_prompt(builder, text, references, turns)
        yield same(f"turn {i}: prompt", prompt, case["prompt"])
        performed.append(_perform(models, prompt, int(numbers["max_new_tokens"])))
        yield same(f"turn {i}: codes", performed[i], case["codes"])
        yield close(f"turn {i}: audio", codec.decode(performed[i]), case["audio"], AUDIO)
        turns.append(SpokenTurn(text, performed[i]))
    yield from _check_audio(codec, performed, recorded)


def _perform(models: Models, prompt: Tensor, limit: int) -> Tensor:
    """Perform greedily; the last column is dropped, as the reference does even at the limit."""
    columns = models.driver.perform(prompt, limit, Sampling(top_k=1), stop_at_end=True)
    return columns[1:, :-1]


def _check_audio(codec: Codec, turns: list[Tensor], recorded: Case) -> Iterable[Finding]:
    separately = torch.cat([codec.decode(codes) for codes in turns])
    yield close("audio of all turns", separately, recorded["audio_all_turns"], AUDIO)
    stream = codec.stream()
    together = torch.cat([stream.push(codes) for codes in turns])
    yield close(
        "audio, one stream over all turns", together, recorded["audio_of_all_codes_at_once"], AUDIO
    )
