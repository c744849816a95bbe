"""What every mode works with: the device as measured, random weights, engines over them.

Is: built once, shared by all modes; each mode makes the engine it needs.
Is not: a mode.
"""

import gc
from dataclasses import dataclass

import numpy as np
import torch

from engine import Reference
from engine.bench import floors, hardware, synthetic
from engine.bench.figures import Target
from engine.bench.floors import Widths
from engine.bench.hardware import Probe
from engine.bench.sizes import Sizes
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import Deadline, now
from engine.codecs.codec import Codec
from engine.dual_ar import DualAR
from engine.kv_cache import pages_for
from engine.performance import Codes
from engine.prompt import PromptBuilder

SPARE_PAGES = 3
"""Per conversation: pages that are shared, copied or half used."""


@dataclass(slots=True)
class Rig:
    """Make one with `Rig.build`.

    Attributes:
        build_seconds: time to make weights and prompts.
    """

    device: torch.device
    sizes: Sizes
    model: DualAR
    prompts: PromptBuilder
    codec: Codec
    probe: Probe
    widths: Widths
    build_seconds: float
    texts: int = 0

    @classmethod
    def build(cls, sizes: Sizes, device: torch.device, deadline: Deadline) -> "Rig":
        """Measure the device and make the weights."""
        dtype = torch.float32 if device.type == "cpu" else getattr(torch, sizes.config.dtype)
        probe = hardware.probe(device, dtype, sizes.probe_bytes, sizes.probe_edge, deadline)
        start = now(device)
        model = synthetic.random_model(sizes.config, device, dtype)
        codec = synthetic.random_codec(sizes.codec, device)
        prompts = synthetic.prompts_for(sizes.config)
        widths = Widths(dtype.itemsize, dtype.itemsize, dtype.itemsize)
        return cls(device, sizes, model, prompts, codec, probe, widths, now(device) - start)

    @property
    def frame_seconds(self) -> float:
        """Length of a frame of audio."""
        return 1 / self.codec.frame_rate

    def engine(
        self,
        lanes: int,
        positions: int,
        *,
        chains: int = 0,
        mean_positions: int = 0,
        reproducible: bool = True,
    ) -> ForcedEngine:
        """Return an engine with memory for its conversations.

        Args:
            lanes: that may run at the same time.
            positions: the most a conversation may have.
            chains: conversations; as many as lanes if not given.
            mean_positions: what they have on average; the most if not given.
            reproducible: codes do not depend on how many lanes run.
        """
        if self.device.type == "cuda":
            gc.collect()  # an engine and its chains point at each other; their pages must go first
            torch.cuda.empty_cache()
        info = synthetic.describe(self.sizes.config, self.codec, self.device, positions)
        pages = pages_for(mean_positions or info.max_positions) + SPARE_PAGES
        n_pages = ((chains or lanes) + 1) * pages
        paged = self.device.type == "cuda"
        return ForcedEngine(
            self.model, self.prompts, self.codec, info, lanes, n_pages,
            paged=paged, reproducible=reproducible,
        )  # fmt: skip

    def reference(self, number: int) -> Reference:
        """Return a voice; another one for every number."""
        frames = self.sizes.reference_frames
        codes = self.random_codes(frames, number)
        return Reference(text=synthetic.text_of(max(4, frames // 7), number), codes=codes)

    def random_codes(self, frames: int, seed: int) -> Codes:
        """Return codes of noise, uint16 [n_codebooks, frames]."""
        sizes = np.array(self.codec.codebook_sizes)[:, None]
        numbers = np.random.default_rng(seed).integers(0, sizes, (len(sizes), frames))
        return numbers.astype(np.uint16)

    def text(self, positions: int) -> str:
        """Return a text nobody has had yet."""
        self.texts += 1
        return synthetic.text_of(positions, self.texts)

    def frame_floor(self, lanes: int, positions: float) -> float:
        """Return the least seconds for a frame of every lane."""
        return floors.frame_seconds(
            self.sizes.config, self.probe.card, lanes, positions, self.widths
        )

    def target(self, must: float, aim: float) -> Target | None:
        """Return a target if it applies: s2-pro on a card."""
        return Target(must, aim) if self.sizes.published and self.device.type == "cuda" else None
