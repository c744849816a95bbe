"""A checkpoint made of nothing: random weights on the device, and a tokenizer of bytes.

Is: model, codec and prompts of any dimensions, without a file of weights and without a download.
Is not: able to speak.

- Matrices are N(0, 0.02); norms, scales and gains are around one, so that no signal dies out.
- One byte of text is one token, so a text of n characters takes the n positions that about 4.5 n
  characters take with the published tokenizer.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine import Engine, Sampling
from engine.codecs.codec import Codec, build_codec
from engine.config import ModelConfig
from engine.dual_ar import DualAR
from engine.info import EngineInfo
from engine.length import FrameBounds
from engine.prompt import PromptBuilder
from engine.tokenizer import Tokenizer
from engine.training.tokenizer import LAYOUT, byte_level

SEED = 20_26
DEVIATION = 0.02
TEXT_BYTES_PER_TOKEN = 4.5
"""Of English with the published tokenizer."""


class ForcedEngine(Engine):
    """An engine whose turns are exactly as long as they are told to be.

    Attributes:
        forced_frames: of the turns asked for from now on.
    """

    forced_frames = 1

    def compose(self, text: str, speaker: int | None) -> tuple[Tensor, FrameBounds]:
        """See `Engine`; the bounds leave no choice, since the end is masked until the last."""
        columns, _ = super().compose(text, speaker)
        return columns, FrameBounds(self.forced_frames, self.forced_frames)


def random_model(config: ModelConfig, device: torch.device, dtype: torch.dtype) -> DualAR:
    """Return a language model of random weights, ready for inference."""
    with torch.device("meta"):
        model = DualAR(config)
    noise = torch.Generator(device).manual_seed(SEED)
    state = {
        name: _random(tensor, name, noise, device, dtype)
        for name, tensor in model.state_dict().items()
    }
    model.load_state_dict(state, assign=True)
    return model.to(device).eval().requires_grad_(False)


def random_codec(content: dict[str, Any], device: torch.device) -> Codec:
    """Return a codec of random weights; content is that of its configuration, {} is s2-pro's."""
    codec = build_codec({"family": "dac", "config": content})
    codec.load_tensors(codec_state(content), Path("random weights"))
    return codec.to(device)


def codec_state(content: dict[str, Any]) -> dict[str, Tensor]:
    """Return the random weights of such a codec under the names they have in a file."""
    noise = torch.Generator("cpu").manual_seed(SEED)
    return {
        name: _random(tensor, name, noise, torch.device("cpu"), torch.float32)
        for name, tensor in build_codec({"family": "dac", "config": content}).state_dict().items()
    }


def _random(
    tensor: Tensor, name: str, noise: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    # Norms, scales and biases have one dimension; a normed weight's gain is its "original0".
    is_gain = tensor.ndim == 1 or name.endswith(("original0", "alpha", "gamma"))
    mean = 1.0 if is_gain and not name.endswith("bias") else 0.0
    values = torch.empty(tensor.shape, device=device, dtype=dtype)
    return values.normal_(mean, DEVIATION, generator=noise)


def tokenizer_json(config: ModelConfig) -> dict[str, Any]:
    """Return the content of a `tokenizer.json` of bytes, with the ids the model expects."""
    ids = {"<|im_start|>": config.eos_token_id - 1, "<|im_end|>": config.eos_token_id}
    named = ("<|pad|>", "<|voice|>", *LAYOUT)
    ids |= {word: config.pad_token_id + i for i, word in enumerate(named)}
    first = config.semantic_start_token_id
    ids |= {f"<|semantic:{i}|>": first + i for i in range(config.n_semantic)}
    return byte_level([(i, word, True) for word, i in ids.items()], extra=ids)


def prompts_for(config: ModelConfig) -> PromptBuilder:
    """Return the prompt builder of a model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        path.write_text(json.dumps(tokenizer_json(config)), encoding="utf-8")
        return PromptBuilder.for_model(Tokenizer(path), config)


def describe(config: ModelConfig, codec: Codec, device: torch.device, positions: int) -> EngineInfo:
    """Return what an engine of random weights says about itself."""
    return EngineInfo(
        name="random weights",
        fingerprint="",
        codec_fingerprint="",
        sample_rate=codec.sample_rate,
        frame_rate=codec.frame_rate,
        frame_length=codec.frame_length,
        n_codebooks=codec.n_codebooks,
        codebook_sizes=codec.codebook_sizes,
        max_positions=min(positions, config.text.max_seq_len),
        languages=(),
        speed_class="full",
        device=str(device),
        default_sampling=Sampling(),
    )


def text_of(positions: int, number: int) -> str:
    """Return a text of that many tokens, another one for every number."""
    letters = "etaoinshrdlu"
    start = f"{number} "
    rest = (letters[(number * 7 + i * i) % len(letters)] for i in range(positions - len(start)))
    return start + "".join(rest)


def text_for_bytes(n_bytes: int, number: int) -> str:
    """Return a text of as many tokens as a real one of n_bytes has."""
    return text_of(max(1, round(n_bytes / TEXT_BYTES_PER_TOKEN)), number)
