"""Compiles every kernel for a GPU that need not be there, at s2-pro's sizes and at odd ones.

The interpreter is more lenient than the compiler. This is a program, since Triton must not be
interpreting: ``python tests/engine/kernels/compiling.py 90`` for compute capability 9.0.
"""

import sys

import torch

torch.version.cuda = torch.version.cuda or "none"  # else a CPU build would not ask for Triton

import triton  # noqa: E402
from triton.backends.compiler import GPUTarget  # noqa: E402
from triton.runtime import driver  # noqa: E402
from triton.runtime.jit import JITFunction  # noqa: E402

from engine import kernels  # noqa: E402


class NoDevice:
    """What Triton asks a driver before it compiles."""

    def __init__(self, capability: int) -> None:
        self._target = GPUTarget("cuda", capability, 32)

    def get_current_target(self) -> GPUTarget:
        return self._target

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int) -> int:
        return 0


def compile_instead_of_running(capability: int, compiled: list[str]) -> None:
    """Let launches of kernels end after the compiler, which has turned out machine code."""
    run = JITFunction.run

    def compile_only(self: JITFunction, *args: object, **options: object) -> None:
        program = run(self, *args, **{**options, "warmup": True})
        assert program.asm["cubin"]
        compiled.append(f"{self.fn.__name__}: {program.metadata.shared} bytes of shared memory")

    driver.set_active(NoDevice(capability))
    JITFunction.run = compile_only
    for name, module in list(sys.modules.items()):
        if name.startswith("engine.kernels.") and hasattr(module, "use_triton"):
            module.use_triton = lambda like: True


def call_all(
    dtype: torch.dtype, dim: int, heads: tuple[int, int, int], size: int, pages: int
) -> None:
    """Call every function once or twice, on two lanes."""
    n_head, n_local, width = heads
    n_codes, first_positions = 10, ((0, 2), (1, 1), (5, 1))

    def zeros(*shape: int, kind: torch.dtype = dtype) -> torch.Tensor:
        return torch.zeros(shape, dtype=kind)

    x, ints, table = zeros(2, dim), zeros(2, kind=torch.int32), zeros(size, dim)
    kernels.add_rms_norm(x, x, x[0], 1e-6)
    kernels.add_rms_norm(x, None, x[0], 1e-6)
    kernels.swiglu(zeros(2, 4 * dim))
    columns = zeros(2, 1 + n_codes, kind=torch.int64)
    kernels.embed_columns(columns, table, zeros(n_codes * 8, dim), 0, size - 1)
    projection, rope = (n_head + 2 * n_local) * width, torch.zeros(256, width // 2, 2)
    kv, page_table = zeros(4, 3, 2, n_local, 128, width)[:, 1], zeros(2, pages, kind=torch.int32)
    for norms in (None, (zeros(width), zeros(width))):
        q = kernels.rope_and_write(
            zeros(2, projection), norms, 1e-6, rope, ints, kv, page_table, n_head
        )
        cache = zeros(2, 2, n_local, n_codes, width)
        for first, steps in first_positions:
            qkv = zeros(2, steps, projection)
            kernels.frame_attention(qkv, norms, 1e-6, rope, cache, first, n_head)
    kernels.paged_attention(q, kv, page_table, ints)
    rules = torch.ones(2, 3)
    seeds, window = zeros(2, kind=torch.int64), zeros(2, 10, kind=torch.int64)
    lanes = kernels.Lanes(seeds, ints, ints, ints, rules, rules, ints, window)
    rest = (lanes, columns, zeros(2, kind=torch.bool))
    for noise in (None, torch.ones(2, 1 + n_codes, size + 1)):
        kernels.draw_id(zeros(2, size + 1), *rest, size, table, zeros(2, 2, dim)[:, 1], noise)
        for p in (1, 4):
            kernels.draw_code(zeros(2, size), *rest, p, table, x, noise)


def main() -> None:
    compiled: list[str] = []
    compile_instead_of_running(int(sys.argv[1]), compiled)
    call_all(torch.bfloat16, 2560, (32, 8, 128), 4096, 32)
    call_all(torch.float32, 48, (6, 3, 24), 130, 1)
    print("\n".join(compiled))
    print(f"{len(compiled)} programs compiled by Triton {triton.__version__}")


if __name__ == "__main__":
    main()
