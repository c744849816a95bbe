"""``python -m engine.training.evaluate``: everything that is claimed of the starter, measured.

Uses the engine's public face, so it measures what users get; sentences never trained on; and the
application's own checks by name (``--judge``), since the engine does not know the application.
Writes one JSON file with all numbers, and prints the ones that have a target.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

import torch

from engine.training.bench import Bench
from engine.training.endurance import Judge, stops_and_skips
from engine.training.intelligibility import phone_errors, word_errors
from engine.training.likeness import (
    conversation,
    seen_voices,
    speaker_choice,
    unseen_voices,
    voice_space,
)
from engine.training.obedience import tag_activation
from engine.training.performer import Line, Spoken
from engine.training.sentences import SENTENCES

T = TypeVar("T")

DEFAULT_DATA = Path("build/starter")
DEFAULT_JUDGE = "studio.core.checks:check_take"


@dataclass(frozen=True)
class Target:
    """A number that the starter must reach, and the one that is aimed at.

    Args:
        name: as in the report.
        read: finds the number in the results.
        must: the least (or most, if ``lower``) that is accepted.
        aim: what a larger run is expected to reach.
        lower: whether smaller is better.
    """

    name: str
    read: Callable[[dict[str, Any]], float]
    must: float
    aim: float
    lower: bool = False

    def verdict(self, value: float) -> str:
        """``aim``, ``must`` or ``miss``."""
        sign = -1.0 if self.lower else 1.0
        if sign * value >= sign * self.aim:
            return "aim"
        return "must" if sign * value >= sign * self.must else "miss"


TARGETS: tuple[Target, ...] = (
    Target(
        "word error rate, best-understood voice",
        lambda r: float(r["word_errors"]["model"]),
        0.25,
        0.10,
        lower=True,
    ),
    Target(
        "phone error rate, mean over voices",
        lambda r: float(r["phone_errors_mean"]["model"]),
        0.18,
        0.12,
        lower=True,
    ),
    Target(
        "voiced fraction against the teacher, lowest voice",
        lambda r: min(v["voiced_fraction_ratio"] for v in r["voices"].values()),
        0.8,
        0.9,
    ),
    Target("seen voice nearest to itself", lambda r: float(r["seen_voices"]["model"]), 0.9, 0.97),
    Target(
        "unseen voice nearest to its own reference among 15",
        lambda r: float(r["unseen_voices"]["model"]),
        0.6,
        0.85,
    ),
    Target("tags that do what they say", lambda r: float(r["tags"]["model"]), 0.85, 0.93),
    Target(
        "runaways or skips that are not caught",
        lambda r: float(r["endurance"].get("grave_not_caught", -1)),
        0,
        0,
        lower=True,
    ),
    Target(
        "real-time factor on two threads", lambda r: float(r["speed"]["rtf"]), 0.3, 0.2, lower=True
    ),
)


def measure(bench: Bench, judge: Judge | None) -> dict[str, Any]:
    """All measurements, one after the other; each is printed with its time."""
    results: dict[str, Any] = {
        "checkpoint": bench.model.engine.info.fingerprint,
        "codec": bench.model.engine.info.codec_fingerprint,
        "quick": bench.quick,
        "seed": bench.seed,
    }
    space = _timed("voice space", lambda: voice_space(bench))
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": lambda: speed(bench),
        "word_errors": lambda: dict(word_errors(bench)),
        "voices": lambda: dict(phone_errors(bench)),
        "seen_voices": lambda: seen_voices(bench, space),
        "unseen_voices": lambda: unseen_voices(bench, space),
        "tags": lambda: tag_activation(bench),
        "endurance": lambda: stops_and_skips(bench, judge),
        "speaker_choice": lambda: speaker_choice(bench, space),
        "conversation": lambda: conversation(bench, space),
    }
    for name, part in parts.items():
        results[name] = _timed(name, part)
    results["phone_errors_mean"] = {
        kind: fmean(voice["phone_errors"][kind] for voice in results["voices"].values())
        for kind in ("teacher", "codec", "model", "control")
    }
    results["targets"] = {
        target.name: {
            "value": target.read(results),
            "must": target.must,
            "aim": target.aim,
            "reached": target.verdict(target.read(results)),
        }
        for target in TARGETS
    }
    return results


def _timed(name: str, part: Callable[[], T]) -> T:
    begin = time.monotonic()
    result = part()
    print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return result


def speed(bench: Bench) -> dict[str, Any]:
    """Real-time factor of single takes on two threads: the language model, and with the codec."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        texts = [s for s in SENTENCES if 50 <= len(s) <= 90][: 4 if bench.quick else 10]
        bench.model.speak([Line("rms", texts[0])], lanes=1)  # warm up
        begin, decoding, seconds = time.perf_counter(), 0.0, 0.0
        for index, text in enumerate(texts):
            chain = bench.model.engine.chain(bench.model.prefix("rms"))
            take = chain.perform(text, speaker=0, seed=index).result()[0]
            chain.close()
            start = time.perf_counter()
            seconds += len(bench.model.engine.decode(take.codes)) / bench.model.sample_rate
            decoding += time.perf_counter() - start
        spent = time.perf_counter() - begin
        return {"rtf": spent / seconds, "decoding_rtf": decoding / seconds, "threads": 2}
    finally:
        torch.set_num_threads(before)


def load_judge(name: str) -> Judge | None:
    """The application's check of a take, from ``module:function``; None for an empty name.

    As in the application, each take is judged by the earlier ones of its voice.
    """
    if not name:
        return None
    module_name, _, function = name.partition(":")
    module = import_module(module_name)
    check, heard = getattr(module, function), dict[str, list[Any]]()

    def judge(spoken: Spoken, sample_rate: int) -> str:
        earlier = heard.setdefault(spoken.line.voice, [])
        verdict = check(
            spoken.take.codes,
            spoken.audio,
            sample_rate,
            spoken.line.text,
            hit_limit=spoken.take.stopped == "limit",
            habits=module.ENGLISH.learned(earlier),
        )
        if verdict.observation is not None:
            earlier.append(verdict.observation)
        return str(verdict.reason)

    return judge


def rounded(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Numbers to four digits after the point, all the way down."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(float(value), 4) if isinstance(value, float) else value


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure a starter checkpoint.")
    parser.add_argument("--checkpoint", default="starter", help="name or folder")
    parser.add_argument(
        "--data",
        type=Path,
        default=DEFAULT_DATA,
        help="holds lm/ (corpus), recogniser.pt and espeak/",
    )
    parser.add_argument("--quick", action="store_true", help="few sentences, about two minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--judge", default=DEFAULT_JUDGE, help="module:function, or empty")
    parser.add_argument("-o", "--out", type=Path, default=Path("evaluation.json"))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    begin = time.monotonic()
    bench = Bench.open(options.checkpoint, options.data, options.quick, options.seed)
    results = measure(bench, load_judge(options.judge))
    results["minutes"] = (time.monotonic() - begin) / 60
    options.out.write_text(json.dumps(rounded(results), indent=1) + "\n", encoding="utf-8")
    for name, row in results["targets"].items():
        print(
            f"{row['reached']:>5}  {row['value']:.3f}  {name} (must {row['must']}, "
            f"aim {row['aim']})"
        )


if __name__ == "__main__":
    main()
