"""Dense keys and values to attend to, one workspace per running lane.

Is: the cache of the two towers while they run. A lane copies its pages in when it starts and its
new positions out when it ends, so that no step gathers pages or touches positions of others.
Is not: the place where keys and values live on (see `engine.kv_cache`).

- Each lane attends by itself to exactly its own positions: no padding, no mask, and the result does
  not depend on who else is in the batch.
- The fast tower uses one workspace for the frames of all lanes and starts it afresh each frame.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.config import TowerConfig


class Workspace:
    """Keys and values of the first `length` positions, with room for more.

    Args:
        config: of the tower.
        capacity: positions there is room for.
        batch: conversations that advance together.
        like: a tensor with the device and type to use.
    """

    def __init__(self, config: TowerConfig, capacity: int, batch: int, like: Tensor) -> None:
        heads, width = config.n_local_heads, config.head_dim
        self.dense = like.new_empty(config.n_layer, 2, batch, heads, capacity, width)
        self.length = 0
        self._layers = [(layer[0], layer[1]) for layer in self.dense.unbind(0)]

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """See `engine.dual_ar.Cache`; the caller advances once all layers have run."""
        keys, values = self._layers[layer]
        end = self.length + q.shape[2]
        keys[:, :, self.length : end] = k
        values[:, :, self.length : end] = v
        return attend(q, keys[:, :, :end], values[:, :, :end])


class Workspaces:
    """The workspaces of several lanes as one cache; row i of a batch belongs to lane i."""

    def __init__(self, lanes: Sequence[Workspace]) -> None:
        self._lanes = lanes

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """See `engine.dual_ar.Cache`."""
        seen = [
            lane.attend(layer, q[i : i + 1], k[i : i + 1], v[i : i + 1])
            for i, lane in enumerate(self._lanes)
        ]
        return torch.cat(seen)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attend from the last T of L positions.

    Args:
        q: [B, H, T, E].
        k: [B, K, L, E].
        v: [B, K, L, E].

    Returns:
        [B, H, T, E].
    """
    n_queries, n_keys = q.shape[2], k.shape[2]
    if n_queries == 1:
        # The query heads of a key head become its queries: nothing is repeated, nothing masked.
        groups = q.view(q.shape[0], k.shape[1], -1, q.shape[3])
        return F.scaled_dot_product_attention(groups, k, v).view(q.shape)
    seen = torch.ones(n_queries, n_keys, dtype=torch.bool, device=q.device)
    mask = seen.tril(n_keys - n_queries)
    return F.scaled_dot_product_attention(q, k, v, mask, enable_gqa=q.shape[1] != k.shape[1])
