"""Strings and their ids, and whether a tokenizer belongs to the model beside it."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from engine.config import read_config
from engine.conformance.folder import CaseFolder, Check
from engine.conformance.report import Finding, agree
from engine.prompt import check_agreement
from engine.tokenizer import Tokenizer


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find a tokenizer with strings recorded for it, or with a model."""
    if not folder.holds("tokenizer.json"):
        return
    if strings := _strings(folder):
        yield Check("tokenizer", partial(_check_strings, folder, strings))
    if folder.holds("config.json"):
        yield Check("tokenizer", partial(_check_agreement, folder))


def _strings(folder: CaseFolder) -> list[dict[str, Any]]:
    lists = (folder.numbers.get(key) for key in ("tokenizer_checks", "cases"))
    return next((found for found in lists if isinstance(found, list)), [])


def _check_strings(folder: CaseFolder, strings: list[dict[str, Any]]) -> Iterable[Finding]:
    tokenizer = Tokenizer(folder.path / "tokenizer.json")
    texts = [string["text"] for string in strings]
    ids = [tokenizer.encode_layout(text) for text in texts]
    yield agree(f"ids of {len(strings)} strings", ids, [string["ids"] for string in strings])
    decoded = [(tokenizer.decode(string["ids"]), string.get("decoded")) for string in strings]
    yield agree(
        "strings of their ids",
        [ours for ours, recorded in decoded if recorded is not None],
        [recorded for _, recorded in decoded if recorded is not None],
    )
    typed = [id_ for text in texts for id_ in tokenizer.encode_text(text)]
    yield agree(
        "control ids in them as user text", tokenizer.control_ids.intersection(typed), set()
    )


def _check_agreement(folder: CaseFolder) -> Iterable[Finding]:
    check_agreement(
        Tokenizer(folder.path / "tokenizer.json"), read_config(folder.path / "config.json")
    )
    yield agree("belongs to config.json", True, True)
