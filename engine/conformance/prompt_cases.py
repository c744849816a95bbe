"""Requests and the prompts the reference makes of them, batch by batch."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.report import Finding, agree, same
from engine.conformance.upstream import (
    SpokenTurn,
    TrustingTokenizer,
    batch_texts,
    split_turns,
    whole_prompt,
)
from engine.prompt import (
    REFERENCE_OPENING,
    REFERENCE_SPEECH,
    PromptBuilder,
    Reference,
    speaker_tag,
)
from engine.tokenizer import Tokenizer

BATCH = r"batch([0-9]+)_prompt"


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find requests with their prompts."""
    for case in folder.cases:
        if case.has("batch0_prompt"):
            yield Check(case.name, partial(_check, folder, case))
        elif case.has("input_ids", "vq_mask"):
            yield Check(case.name, partial(_check_other_layout, folder, case))


def _builder(folder: CaseFolder, kind: type[Tokenizer] = TrustingTokenizer) -> PromptBuilder:
    numbers = folder.numbers
    return PromptBuilder(
        kind(folder.path / "tokenizer.json"),
        int(numbers["num_codebooks"]),
        (int(numbers["semantic_begin_id"]), int(numbers["semantic_end_id"])),
    )


def _references(case: Case, request: dict[str, Any]) -> list[Reference]:
    return [
        Reference(reference["text"], case[f"ref{i}_codes"])
        for i, reference in enumerate(request["references"])
    ]


def _check(folder: CaseFolder, case: Case) -> Iterable[Finding]:
    """Compare turns, batches and grids; every batch sees those before it."""
    request, tokenizer = case.numbers, Tokenizer(folder.path / "tokenizer.json")
    texts = batch_texts(request["text"], int(request["chunk_length"]))
    if "turns" in request:
        yield agree("turns", split_turns(request["text"]), request["turns"])
    if "batch_texts" in request:
        yield agree("texts of batches", texts, request["batch_texts"])
    yield agree("number of batches", len(texts), len(case.matching(BATCH)))
    builder = _builder(folder)  # trusts the text, as the reference does
    references, turns = _references(case, request), list[SpokenTurn]()
    for i, text in enumerate(texts):
        recorded = case[f"batch{i}_prompt"]
        yield same(f"prompt of batch {i}", whole_prompt(builder, text, references, turns), recorded)
        yield same(
            f"prompt of batch {i}, appended", _appended(builder, text, references, turns), recorded
        )
        if case.has(f"batch{i}_generated_codes"):
            turns.append(SpokenTurn(text, case[f"batch{i}_generated_codes"]))
    yield from _check_parts(tokenizer, request)
    careful = _builder(folder, Tokenizer)
    typed = tokenizer.control_ids.intersection(careful.text_columns(request["text"])[0].tolist())
    yield agree("control ids in it as user text", typed, set())


def _appended(
    builder: PromptBuilder, text: str, references: list[Reference], turns: list[SpokenTurn]
) -> Tensor:
    """Build the prompt the way a chain does: only new columns, piece by piece."""
    grid = builder.system_columns(references)
    for turn in turns:
        grid = torch.cat([grid, builder.user_turn_columns(turn.text)], dim=1)
        grid = torch.cat([grid, builder.assistant_header()], dim=1)
        for frame in range(turn.codes.shape[1]):
            column = builder.code_columns(turn.codes[:, frame : frame + 1])
            grid = torch.cat([grid, column], dim=1)
        grid = torch.cat([grid, builder.end_of_message()], dim=1)
    return torch.cat([grid, builder.user_turn_columns(text), builder.assistant_header()], dim=1)


def _check_parts(tokenizer: Tokenizer, request: dict[str, Any]) -> Iterable[Finding]:
    parts = [part for batch in request.get("batches", []) for part in batch.get("parts", [])]
    parts = [part for part in parts if "text" in part]
    ids = [tokenizer.encode_layout(part["text"]) for part in parts]
    yield agree(f"ids of {len(parts)} parts", ids, [part["ids"] for part in parts])


def _check_other_layout(folder: CaseFolder, case: Case) -> Iterable[Finding]:
    """Compare the layout of a second implementation, put together from our pieces.

    It has no system message without references, gives every text to speaker 0, and keeps the
    transcripts as parts of their own.
    """
    request = case.numbers
    builder = _builder(folder)
    pieces: list[Tensor] = []
    if references := _references(case, request):
        pieces += [builder.layout_columns("<|im_start|>system\n")]
        pieces += [builder.layout_columns(REFERENCE_OPENING)]
        pieces += [builder.text_columns(speaker_tag(0) + item.text) for item in references]
        pieces += [builder.layout_columns(REFERENCE_SPEECH)]
        pieces += [builder.code_columns(item.codes) for item in references]
        pieces += [builder.end_of_message()]
    pieces += [builder.user_turn_columns(request["text"], 0), builder.assistant_header()]
    grid = torch.cat(pieces, dim=1)
    yield same("ids of another layout", grid[0], case["input_ids"])
    audio = [piece[1:].any(dim=0) | (piece[0] >= builder.semantic_range[0]) for piece in pieces]
    yield same("where its frames are", torch.cat(audio), case["vq_mask"].bool())
