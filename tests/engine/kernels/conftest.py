"""Kernels against their references: on a GPU, or in Triton's interpreter.

Triton decides for good when it is imported whether it interprets, so that takes a process of its
own with ``TRITON_INTERPRET=1``: `tests/engine/test_kernels.py` starts one.
"""

import os
from collections.abc import Iterator

import numpy as np
import pytest
import torch

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
if not INTERPRETED and not torch.cuda.is_available():
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def device() -> torch.device:
    return torch.device("cpu" if INTERPRETED else "cuda")


@pytest.fixture(params=[torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    return request.param


@pytest.fixture(scope="session", autouse=INTERPRETED)
def rounded_bf16() -> Iterator[None]:
    """Let Triton's interpreter do with bf16 what devices do: round to it, and multiply it.

    By itself it cuts numbers off, and takes the bits for integers in a matrix product. It may also
    fail to count with numbers of its own.
    """
    from triton import language as tl
    from triton.runtime import interpreter
    from triton.runtime.interpreter import InterpreterBuilder, TensorHandle

    cast = InterpreterBuilder.cast_impl

    def rounded(self: object, source: TensorHandle, target: tl.dtype) -> TensorHandle:
        kinds = (source.dtype.scalar, target.scalar)
        data = np.ascontiguousarray(source.data)
        if kinds == (tl.float32, tl.bfloat16):
            bits = torch.from_numpy(data).bfloat16().view(torch.int16).numpy().view(np.uint16)
        elif kinds == (tl.bfloat16, tl.float32):
            bits = torch.from_numpy(data.view(np.int16)).view(torch.bfloat16).float().numpy()
        else:
            return cast(self, source, target)
        return TensorHandle(bits.reshape(source.data.shape), target.scalar)

    patch_tensor = interpreter._patch_lang_tensor

    def with_index(tensor: type, scope: object) -> None:
        patch_tensor(tensor, scope)
        # Triton 3.6 gives numpy an array of one number, which numpy no longer takes for a number.
        scope.set_attr(tensor, "__index__", lambda self: int(self.handle.data.item()))

    multiply = InterpreterBuilder.create_dot

    def widened(self: object, a: TensorHandle, b: TensorHandle, *rest: object) -> TensorHandle:
        a, b = (rounded(self, x, tl.float32) if x.dtype == tl.bfloat16 else x for x in (a, b))
        return multiply(self, a, b, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InterpreterBuilder, "create_dot", widened)
        patch.setattr(interpreter, "_patch_lang_tensor", with_index)
        patch.setattr(InterpreterBuilder, "cast_impl", rounded)
        for name in ("create_fp_ext", "create_fp_trunc"):
            patch.setattr(InterpreterBuilder, name, rounded)
        yield


@pytest.fixture(autouse=True)
def same_numbers_every_time() -> None:
    torch.manual_seed(0)
