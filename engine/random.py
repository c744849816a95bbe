"""Random numbers that depend on what they are for, not on what was drawn before.

Is: Philox4x32-10 on torch integers, keyed by a seed and counted by (frame, draw, index). The same
numbers come out on every device, in any batch, in any order.
Is not: torch's generator, whose one running state would let a neighbor in the batch change a take.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

import torch
from torch import Tensor

_WORD = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10


def philox(
    counter: tuple[Tensor, Tensor, Tensor, Tensor], key: tuple[int, int] | tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Scramble counters.

    Args:
        counter: four words, int64 tensors of values below 2**32, of shapes that broadcast.
        key: two words below 2**32; as int64 tensors they broadcast with the counters.

    Returns:
        Four random words per counter, as int64.
    """
    (a, b, c, d), (k0, k1) = counter, key
    for _ in range(_ROUNDS):
        # The products may pass 2**63; wrapping keeps all 64 bits and the masks undo the sign.
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = (
            ((q >> 32) & _WORD) ^ b ^ k0,
            q & _WORD,
            ((p >> 32) & _WORD) ^ d ^ k1,
            p & _WORD,
        )
        k0, k1 = (k0 + _KEY_STEPS[0]) & _WORD, (k1 + _KEY_STEPS[1]) & _WORD
    return a, b, c, d


def uniforms(
    seed: int, first_frame: int, n_frames: int, n_draws: int, width: int, device: torch.device
) -> Tensor:
    """Return uniform numbers for the draws of successive frames.

    Args:
        seed: any integer; 64 bits of it count.
        first_frame: number of the first frame.
        n_frames: how many frames.
        n_draws: draws in a frame.
        width: entries a draw chooses among.
        device: where the numbers are needed.

    Returns:
        float32 [n_frames, n_draws, width], strictly between 0 and 1.
    """
    blocks = torch.arange((width + 3) // 4, device=device)
    draws = torch.arange(n_draws, device=device)[:, None]
    frames = torch.arange(first_frame, first_frame + n_frames, device=device)[:, None, None]
    key = (seed & _WORD, (seed >> 32) & _WORD)
    return _fractions(philox((blocks, draws, frames, torch.zeros_like(blocks)), key), width)


def lane_uniforms(seed: Tensor, frame: Tensor, draw: int, width: int) -> Tensor:
    """Return uniform numbers for one draw of each lane: entries of what `uniforms` returns.

    Args:
        seed: of each lane, int64 [L].
        frame: number of each lane's frame, int [L].
        draw: number of the draw in the frame.
        width: entries the draw chooses among.

    Returns:
        float32 [L, width], strictly between 0 and 1.
    """
    blocks = torch.arange((width + 3) // 4, device=seed.device)
    frames = frame.long()[:, None]
    key = ((seed & _WORD)[:, None], ((seed >> 32) & _WORD)[:, None])
    words = philox((blocks, torch.full_like(blocks, draw), frames, torch.zeros_like(blocks)), key)
    return _fractions(words, width)


def _fractions(words: tuple[Tensor, Tensor, Tensor, Tensor], width: int) -> Tensor:
    # 23 bits and a half: the largest is 1 - 2**-24, the last number below 1 that float32 knows.
    return ((torch.stack(words, -1) >> 9) + 0.5).mul_(2.0**-23).flatten(-2)[..., :width]
