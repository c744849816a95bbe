"""Kernels: what lies between the matrix products of a frame, each as one pass over memory.

Is: functions on tensors. On a CUDA device they run in Triton; elsewhere, or where Triton is
missing, the same names do the same with plain torch operations, their references (said once on
CUDA).
Is not: aware of lanes' lives, pages' holders or models.

- None waits for the device, and what is launched follows from shapes alone, so that a CUDA graph
  can hold them.
- None lets one lane influence another: tiles and the order of sums are fixed.
"""

from engine.kernels.attention import paged_attention, paged_attention_reference
from engine.kernels.draw import (
    Lanes,
    draw_code,
    draw_code_reference,
    draw_id,
    draw_id_reference,
)
from engine.kernels.embedding import embed_columns, embed_columns_reference
from engine.kernels.gate import swiglu, swiglu_reference
from engine.kernels.norm import add_rms_norm, add_rms_norm_reference
from engine.kernels.rope import rope_and_write, rope_and_write_reference
from engine.kernels.small_attention import frame_attention, frame_attention_reference

__all__ = [
    "Lanes",
    "add_rms_norm",
    "add_rms_norm_reference",
    "draw_code",
    "draw_code_reference",
    "draw_id",
    "draw_id_reference",
    "embed_columns",
    "embed_columns_reference",
    "frame_attention",
    "frame_attention_reference",
    "paged_attention",
    "paged_attention_reference",
    "rope_and_write",
    "rope_and_write_reference",
    "swiglu",
    "swiglu_reference",
]
