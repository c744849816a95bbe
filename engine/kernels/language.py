"""Triton, where there is any, and when to use it.

Is: the one place that imports Triton. Everything else takes `tl`, `kernel` and `constexpr` from
here, so that files of kernels can be imported, and their references used, on every machine.
Is not: a requirement. Builds of torch for CUDA on Linux bring Triton along; others do without.

- With ``TRITON_INTERPRET=1`` in the environment Triton runs kernels in Python, on the CPU as well.
  Triton reads it once, when it is first imported.
"""

import functools
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"


def _import_triton() -> tuple[Any, Any]:
    if not INTERPRETED and torch.version.cuda is None:
        return None, None
    try:
        import triton
        import triton.language
    except ImportError:
        return None, None
    return triton, triton.language


triton, tl = _import_triton()
if TYPE_CHECKING:
    constexpr = Any
    Pointer = Any
    Tile = Any
elif tl is None:
    constexpr = Pointer = Tile = object
else:
    constexpr, Pointer, Tile = tl.constexpr, tl.pointer_type, tl.tensor
"""What a kernel's arguments are: compiled in, a tensor's memory, or a block of numbers.

Triton looks them up: they must be its own, and its interpreter knows `constexpr` by that name.
"""


def kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - as Triton has no types
    """Make a function a Triton kernel; without Triton it stays as it is and is never called."""
    return function if triton is None else triton.jit(function)


def use_triton(like: Tensor) -> bool:
    """Tell whether kernels shall run on tensors like this one."""
    if INTERPRETED and triton is not None:
        return True
    if like.is_cuda and triton is None:
        _say_that_triton_is_missing()
    return like.is_cuda and triton is not None


def block(size: int, least: int = 1) -> int:
    """Return the power of two that covers a size: Triton has no other blocks."""
    return max(least, 1 << (size - 1).bit_length())


@functools.cache
def _say_that_triton_is_missing() -> None:
    logging.getLogger(__name__).warning(
        "Triton is not installed: the engine works on this GPU with plain torch operations, "
        "which is several times slower. On Linux, `pip install triton` helps."
    )
