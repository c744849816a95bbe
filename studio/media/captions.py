"""Captions as SRT and VTT, by pysubs2.

Is: the words as they are. What would be markup to a format is escaped or kept, never dropped.
Is not: a place for styles.

- pysubs2 takes `{...}` and `\\N` in a text for its own markup; both are kept from it here.
- SRT has no comments, so the AI mark is in VTT only; the report has it for the whole delivery.
"""

import re
from collections.abc import Sequence
from typing import Literal

import pysubs2

from studio.core.caption import Caption

_JOINER = "\u2060"  # invisible; keeps apart what would be read as markup together
_TIME = re.compile(r"(?<=\d\d:\d\d)(?=:\d\d[.,]\d)|(?<=\d\d:\d\d)(?=[.,]\d\d)")


def captions_text(
    captions: Sequence[Caption], sample_rate: int, kind: Literal["srt", "vtt"], mark: str
) -> str:
    """A whole SRT or VTT file.

    Args:
        captions: in order, with times in samples.
        mark: the AI mark.
    """
    subtitles = pysubs2.SSAFile()
    several = len({caption.speaker for caption in captions}) > 1
    for caption in captions:
        text = f"{caption.speaker}: {caption.text}" if several else caption.text
        start, end = (at * 1000 // sample_rate for at in (caption.start, caption.end))
        event = pysubs2.SSAEvent(start=start, end=max(end, start + 1), text=_safe(text, kind))
        subtitles.append(event)
    content: str = subtitles.to_string(kind, keep_ssa_tags=True)
    if kind == "vtt":
        return content.replace("WEBVTT\n", f"WEBVTT\n\nNOTE {_safe(mark, kind)}\n", 1)
    return content


def _safe(text: str, kind: str) -> str:
    """One line that neither pysubs2 nor a player reads as anything but words."""
    line = " ".join(text.replace("\0", "").split())
    line = _TIME.sub(_JOINER, line)
    for letter in "hnN":
        line = line.replace(f"\\{letter}", f"\\{_JOINER}{letter}")
    if kind == "vtt":
        return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return line.replace("-->", f"--{_JOINER}>")
