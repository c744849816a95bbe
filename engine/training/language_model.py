"""Training of the starter's language model on conversations of synthesized speech.

`python -m engine.training.language_model STORE.npz… --checkpoint DIR --minutes M [--resume]` trains
the engine's own `DualAR` and writes `model.safetensors` and `config.json` beside the tokenizer and
codec in DIR. Everything it adds to the model exists during training only:

- guided attention: in two layers, head 0 looks at the character being spoken and head 1 at the next
  ones, taught from the synthesizers' timings (after Tachibana et al. 2018); before them, characters
  look at their speaker's tag and at the tag that rules them, and behind them, frames look at the
  reference of their speaker: so that who speaks and how is found where it is told;
- two phone classifiers on a middle layer, for the frame to come and the one after;
- corrupted input frames, so that the model recovers from its own mistakes and does not take voice
  and manner from the frames before, which tell them sooner than the reference and the tags do.

Matrices inside the blocks are trained with Muon, the rest with AdamW.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from engine.config import ModelConfig
from engine.dual_ar import DualAR
from engine.tokenizer import Tokenizer
from engine.training.batch import COLUMNS, Batch, batches
from engine.training.conversations import ConversationMaker, SpeechStore
from engine.training.phones import PHONES
from engine.training.tokenizer import vocabulary_size

PHONE_LAYER = 3  # the phone classifiers read this block's output
BLURRED_ROWS = (0.4, 0.25)  # of a batch, at first and later: turns lose voice, pitch and level
FAST_SHARE = 0.4  # of the frames are shown to the fast tower in a step
LONGEST = 1200  # positions of the longest conversations


def starter_config(n_codebooks: int, semantic: int, tokenizer: Tokenizer) -> dict[str, Any]:
    """The starter's `config.json`."""
    assert tokenizer.semantic_range is not None
    first, last = tokenizer.semantic_range
    common = {
        "rope_base": 10000,
        "norm_eps": 1e-6,
        "attention_qkv_bias": False,
        "attention_o_bias": False,
    }
    slow = {"dim": 256, "n_layer": 6, "n_head": 4, "n_local_heads": 4, "head_dim": 64}
    fast = {"dim": 160, "n_layer": 2, "n_head": 5, "n_local_heads": 5, "head_dim": 32}
    return {
        "architectures": ["FishQwen3OmniForCausalLM"],
        "model_type": "fish_qwen3_omni",
        "dtype": "float32",
        "eos_token_id": tokenizer.control_id("<|im_end|>"),
        "pad_token_id": tokenizer.control_id("<|pad|>"),
        "semantic_start_token_id": first,
        "semantic_end_token_id": last,
        "text_config": {
            "model_type": "fish_qwen3",
            "vocab_size": vocabulary_size(semantic),
            **common,
            **slow,
            "intermediate_size": 704,
            # beyond what is trained on: chains reserve room for the longest turn there might be
            "max_seq_len": 1792,
            "tie_word_embeddings": True,
            "attention_qk_norm": True,
        },
        "audio_decoder_config": {
            "model_type": "fish_qwen3_audio_decoder",
            "vocab_size": semantic,
            "num_codebooks": n_codebooks,
            "text_dim": slow["dim"],
            **common,
            **fast,
            "intermediate_size": 448,
            "max_seq_len": n_codebooks + 1,
            "tie_word_embeddings": False,
            "attention_qk_norm": False,
        },
    }


def initialize(model: DualAR) -> None:
    """Small embeddings, fan-in scaled matrices, quiet residual outputs."""
    depth = len(model.slow.layers)
    for name, weight in model.named_parameters():
        if weight.ndim < 2:
            continue
        scale = 0.02 if "embeddings" in name else 0.7 * weight.shape[1] ** -0.5
        if name.endswith(("wo.weight", "w2.weight")):
            scale /= (2 * depth) ** 0.5
        nn.init.normal_(weight, std=scale)


class Trainer:
    """Model, training-only heads and optimizers of one run."""

    def __init__(self, config: dict[str, Any], device: torch.device | str = "cpu") -> None:
        self.config, self.device = config, torch.device(device)
        self.model = DualAR(ModelConfig.read(config))
        initialize(self.model)
        self.model.to(self.device)
        dim = config["text_config"]["dim"]
        self.phones = nn.Linear(dim, 2 * len(PHONES)).to(self.device)
        self.chance = torch.Generator(self.device).manual_seed(0)
        self.first = self.model.config.semantic_start_token_id
        self.rows = torch.tensor(self.model.config.drawn_ids, device=self.device)
        inside = [p for n, p in self.model.named_parameters() if p.ndim == 2 and ".layers." in n]
        ids = {id(p) for p in inside}
        rest = [p for p in self.model.parameters() if id(p) not in ids]
        rest += list(self.phones.parameters())
        self.muon = torch.optim.Muon(
            inside, lr=2e-3, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"
        )
        self.adam = torch.optim.AdamW(rest, lr=2e-3, betas=(0.9, 0.98), weight_decay=0.0)
        self.parameters = [*inside, *rest]

    def losses(
        self, batch: Batch, guide: float, blur: float = 0.0, train: bool = True
    ) -> dict[str, Tensor]:
        """All losses of a batch, the sum under "total"; `blur` is the share of blurred rows."""
        blurred = self._random(len(batch.grid)) < blur
        grid = self._corrupted(batch, blurred) if train else batch.grid
        with self._half():
            hidden, guides, phone = self._run(grid, batch, blurred)
            mass = guides.mean()
            at = batch.loss[:, :-1] > 0
            weight = batch.loss[:, :-1][at]
            state = hidden[:, :-1][at]
            target = batch.grid[:, 0, 1:][at]
            logits = self.model.slow.logits(state, self.rows).float()
        label = torch.where(target == self.rows[-1], len(self.rows) - 1, target - self.first)
        each = F.cross_entropy(logits, label, reduction="none")
        is_frame = target != self.rows[-1]
        out = {
            "semantic": each[is_frame].mean(),
            "end": each[~is_frame].mean() if (~is_frame).any() else each.sum() * 0,
            "accuracy": (logits.argmax(1) == label)[is_frame].float().mean().detach(),
            "speaker": guides[0].detach(),
            "style": guides[1].detach(),
            "text": guides[2:-1].mean().detach(),
            "voice": guides[-1].detach(),
            "phone": phone,
        }
        codes = batch.grid[:, 1:, 1:].transpose(1, 2)[at][is_frame]
        fast_state = state[is_frame]
        if train:
            pick = self._random(len(codes)) < FAST_SHARE
            codes, fast_state = codes[pick], fast_state[pick]
        # the flash kernel is slow on sequences of eight
        with self._half(), sdpa_kernel(SDPBackend.MATH):
            fast = self.model.fast(fast_state, codes)[:, 1:]
        books = F.cross_entropy(
            fast.float().flatten(0, 1), codes[:, 1:].flatten(), reduction="none"
        )
        books = books.unflatten(0, codes[:, 1:].shape).mean(0)
        out["fast"] = books.mean()
        out["book1"], out["last"] = books[0].detach(), books[-1].detach()
        total = (each * weight).sum() / weight.sum()
        out["total"] = total + out["fast"] + guide * mass + 0.3 * phone
        return out

    def _half(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16)

    def _random(self, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=self.chance, device=self.device)

    def _corrupted(self, batch: Batch, blurred: Tensor) -> Tensor:
        """Exchange up to 15 % of the input frames of each row for frames from elsewhere.

        In blurred rows most frames of the turns are exchanged for frames of the same phone, too:
        they still say what was spoken last, but voice, pitch and level must be found in the
        reference and the tags. (The first code alone tells the pitch: hiding the others was not
        enough.)
        """
        columns = batch.grid.transpose(1, 2).clone()
        frames = F.pad(batch.frame[:, :-1], (1, 0))
        rows = len(columns)
        hit = frames & (self._random(*frames.shape) < 0.15 * self._random(rows, 1))
        source = columns[frames]
        columns[hit] = source[self._some(hit, len(source))]
        turns = F.pad(batch.voice_first[:, :-1] >= 0, (1, 0))
        share = (0.7 + 0.3 * self._random(rows, 1)) * blurred[:, None]
        hit = turns & (self._random(*frames.shape) < share)
        phone = F.pad(batch.phone[:, :-1], (1, 0))
        columns[hit] = source[self._alike(phone[frames], phone[hit])]
        return columns.transpose(1, 2)

    def _alike(self, phones: Tensor, wanted: Tensor) -> Tensor:
        """Draw for each wanted phone the index of one like it; all that are wanted occur."""
        count = phones.bincount(minlength=len(PHONES))
        place = (self._random(len(wanted)) * count[wanted]).long()
        return phones.argsort()[count.cumsum(0)[wanted] - count[wanted] + place]

    def _some(self, hit: Tensor, count: int) -> Tensor:
        """Draw an index below count for each hit."""
        return (self._random(int(hit.sum())) * count).long()

    def _run(self, grid: Tensor, batch: Batch, blurred: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The slow tower with its training-only losses: hidden, guides [7], phone."""
        slow = self.model.slow
        x = self.model.embed(grid)
        rope = slow.rope(torch.arange(grid.shape[2], device=self.device))
        guides, losses, phone = batch.guides(blurred), list[Tensor](), x.new_zeros(())
        for index, block in enumerate(slow.layers):
            if index in guides:
                losses += self._guide(block, x, rope, guides[index])
            x = block(x, rope)
            if index == PHONE_LAYER:
                phone = self._phone_loss(x, batch)
        return slow.norm(x), torch.stack(losses), phone

    def _guide(
        self, block: nn.Module, x: Tensor, rope: Tensor, heads: list[tuple[Tensor, Tensor]]
    ) -> list[Tensor]:
        """- log of the attention that each head spends where it should, one mean per head."""
        q, k, _ = block.attention.qkv(block.attention_norm(x), rope)  # type: ignore[operator,union-attr]
        column, results = torch.arange(x.shape[1], device=self.device), []
        for head, (low, high) in enumerate(heads):
            shares = [x.new_zeros(0)]
            for row in range(len(x)):
                at = (low[row] >= 0).nonzero()
                inside = (column >= low[row][at]) & (column <= high[row][at])
                score = (
                    q[row, head, at[:, 0]].float() @ k[row, head].float().T * q.shape[-1] ** -0.5
                )
                log_share = score.masked_fill(column > at, -torch.inf).log_softmax(1)
                shares.append(log_share.masked_fill(~inside, -torch.inf).logsumexp(1))
            results.append(-torch.cat(shares).sum() / max(1, sum(map(len, shares))))
        return results

    def _phone_loss(self, x: Tensor, batch: Batch) -> Tensor:
        now, soon = self.phones(x).float().chunk(2, -1)
        next_phone = F.pad(batch.phone[:, 1:], (0, 1), value=-1)
        return sum(  # type: ignore[return-value]
            F.cross_entropy(guess.flatten(0, 1), phone.flatten(), ignore_index=-1) / 2
            for guess, phone in ((now, batch.phone), (soon, next_phone))
        )

    def step(self, batch: Batch, rate: float, guide: float, blur: float) -> dict[str, float]:
        """One update at `rate` times the full learning rate."""
        for optimizer, full in ((self.muon, 2e-3), (self.adam, 2e-3)):
            for group in optimizer.param_groups:
                group["lr"] = full * rate
        out = self.losses(batch, guide, blur)
        out["total"].backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimizer in (self.muon, self.adam):
            optimizer.step()  # type: ignore[no-untyped-call,unused-ignore]
            optimizer.zero_grad(set_to_none=True)
        return {name: value.item() for name, value in out.items()}

    @torch.no_grad()
    def validate(self, batches: list[Batch]) -> dict[str, float]:
        """Mean losses on conversations that are never trained on."""
        rows = [self.losses(batch, 0.0, train=False) for batch in batches]
        return {name: float(np.mean([row[name].item() for row in rows])) for name in rows[0]}

    def save(self, folder: Path, done: float) -> None:
        """Write the checkpoint, and `training.pt` for resuming."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: value.cpu() for name, value in self.model.state_dict().items()}
        halves = {name: value.half() for name, value in weights.items()}
        save_file(halves, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(self.config, indent=1) + "\n")
        state = {
            "model": weights,
            "phones": self.phones.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
            "done": done,
        }
        torch.save(state, folder / "training.tmp")
        (folder / "training.tmp").rename(folder / "training.pt")

    def resume(self, path: Path) -> None:
        """Go on from a `training.pt`."""
        saved = torch.load(path, weights_only=True, map_location=self.device)
        self.model.load_state_dict(saved["model"])
        self.phones.load_state_dict(saved["phones"])
        self.muon.load_state_dict(saved["muon"])
        self.adam.load_state_dict(saved["adam"])


def learning_rate(share: float, warm: bool) -> float:
    """Share of the full rate: short warm-up, constant to 40 %, then linearly to 3 %."""
    start = 1.0 if warm else min(1.0, share / 0.01 + 0.05)
    return start * min(1.0, 0.03 + (1 - share) / 0.6 * 0.97)


def train(
    stores: list[Path], folder: Path, minutes: float, resume: bool, seed: int, columns: int
) -> None:
    """Train for `minutes` of wall time, on a GPU where there is one."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = Tokenizer(folder / "tokenizer.json")
    store = SpeechStore.load(*stores)
    held = SpeechStore([item for i, item in enumerate(store.items) if i % 150 == 0])
    store = SpeechStore([item for i, item in enumerate(store.items) if i % 150])
    n_codebooks = len(store.items[0].codes)
    assert tokenizer.semantic_range is not None
    semantic = tokenizer.semantic_range[1] - tokenizer.semantic_range[0] + 1
    trainer = Trainer(starter_config(n_codebooks, semantic, tokenizer), device)
    if resume:
        trainer.resume(folder / "training.pt")
    frames = sum(item.codes.shape[1] for item in store.items)
    size = sum(p.numel() for p in trainer.model.parameters()) / 1e6
    print(f"{len(store.items)} utterances, {frames / 21.53 / 3600:.1f} h, {size:.2f} M parameters")
    pad = tokenizer.control_id("<|pad|>")
    longest = [LONGEST if resume else 400]
    maker = ConversationMaker(store, tokenizer, n_codebooks)
    stream = (batch.to(device) for batch in batches(maker, pad, seed, longest, columns))
    check_maker = ConversationMaker(held, tokenizer, n_codebooks)
    checks = [next(batches(check_maker, pad, 7 + i, [700])).to(device) for i in range(4)]
    begin, step = time.monotonic(), 0
    while (share := (time.monotonic() - begin) / (60 * minutes)) < 1:
        if not resume:
            longest[0] = int(min(LONGEST, 400 + share / 0.2 * (LONGEST - 400)))
        guide, blur = (1.0, BLURRED_ROWS[0]) if share < 0.4 else (0.4, BLURRED_ROWS[1])
        out = trainer.step(next(stream), learning_rate(share, resume), guide, blur)
        step += 1
        if step % 20 == 0:
            values = " ".join(f"{name} {value:.3f}" for name, value in out.items())
            print(f"{step} {share:.3f} {values}", flush=True)
        if step % 200 == 0:
            values = " ".join(f"{k} {v:.3f}" for k, v in trainer.validate(checks).items())
            print(f"CHECK {step} {share:.3f} {values}", flush=True)
            trainer.save(folder, share)
    trainer.save(folder, 1.0)
    values = " ".join(f"{k} {v:.3f}" for k, v in trainer.validate(checks).items())
    print(f"CHECK {step} 1.000 {values}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stores", type=Path, nargs="+")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--columns", type=int, default=COLUMNS, help="positions in a step")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    train(
        options.stores,
        options.checkpoint,
        options.minutes,
        options.resume,
        options.seed,
        options.columns,
    )


if __name__ == "__main__":
    main()
