"""The teachers' voices: eleven headline voices, background voices for variety, unseen ones.

A voice is a deterministic row of synthesizer settings. Headline voices become the starter's
voices; background voices teach the model that a reference may sound like anybody; unseen
voices are never trained on and serve the cloning measurement.

Source: own; espeak's variant file format (docs/voices.md of espeak-ng), flite's voice features.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np

Role = Literal["headline", "background", "unseen"]
_SEED = 20240607
_ACCENTS = (
    "en-us",
    "en-us",
    "en",
    "en-gb-x-rp",
    "en-gb-scotland",
    "en-029",
    "en-us-nyc",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
)
_N_ESPEAK, _N_ESPEAK_UNSEEN = 46, 11
_N_FLITE, _N_FLITE_UNSEEN = 14, 4
_FLITE_F0 = {"rms": 98.0, "slt": 170.0, "awb": 125.0, "kal16": 112.0, "kal": 105.0}


@dataclass(frozen=True)
class Voice:
    """Settings of one voice.

    Args:
        slug: identifier, also the name in the corpus.
        synth: which teacher speaks it.
        base: espeak language or flite voice.
        f0: center of its neutral pitch in Hz (espeak) or its mean (flite).
        f0_range: top over bottom of the pitch range (espeak only).
        formant_scale: factor on formants (flite: by resampling).
        tempo: factor on the rate.
        variant: further lines of the espeak variant file.
    """

    slug: str
    synth: Literal["espeak", "flite"]
    base: str
    role: Role
    f0: float
    f0_range: float = 1.45
    formant_scale: float = 1.0
    tempo: float = 1.0
    variant: tuple[str, ...] = ()
    name: str = ""
    gender: str = ""
    description: str = field(default="", compare=False)


def variant_text(voice: Voice, pitch: float = 1.0) -> str:
    """The espeak variant file of a voice with its pitch scaled."""
    half = voice.f0_range**0.5
    low, high = voice.f0 * pitch / half, voice.f0 * pitch * half
    return "\n".join(
        [
            "language variant",
            f"name {voice.slug}",
            f"pitch {low:.0f} {high:.0f}",
            *voice.variant,
            "",
        ]
    )


def _formants(scale: float, jitter: tuple[float, ...] = (), tail: float = 1.0) -> tuple[str, ...]:
    """Lines of the eight formants at ``scale`` with a relative deviation each."""
    lines = []
    for index in range(9):
        deviation = jitter[index] if index < len(jitter) else 0.0
        frequency = 100 * scale * (1 + deviation)
        height = 100 * (tail if index > 3 else 1.0)
        lines.append(f"formant {index} {frequency:.0f} {height:.0f} 100")
    return tuple(lines)


def _chosen() -> list[Voice]:
    def flite(base: str, name: str, gender: str, text: str) -> Voice:
        return Voice(
            base,
            "flite",
            base,
            "headline",
            _FLITE_F0[base],
            name=name,
            gender=gender,
            description=text,
        )

    def espeak(
        slug: str,
        base: str,
        f0: float,
        scale: float,
        name: str,
        gender: str,
        text: str,
        *lines: str,
        span: float = 1.45,
        tempo: float = 1.0,
    ) -> Voice:
        return Voice(
            slug,
            "espeak",
            base,
            "headline",
            f0,
            span,
            scale,
            tempo,
            (*_formants(scale), *lines),
            name,
            gender,
            text,
        )

    return [
        flite("rms", "Walter", "male", "A calm American man; the clearest of the voices."),
        flite("slt", "Clara", "female", "A bright American woman."),
        flite("awb", "Angus", "male", "A brisk man from Scotland."),
        # The hardest to understand, of the teacher and of the model: it only adds variety.
        Voice("kal16", "flite", "kal16", "background", _FLITE_F0["kal16"]),
        espeak(
            "bass",
            "en-us",
            90,
            0.88,
            "Boris",
            "male",
            "A very deep American voice.",
            "flutter 2",
            tempo=0.94,
        ),
        espeak(
            "gent",
            "en",
            128,
            0.98,
            "Edmund",
            "male",
            "A lively English gentleman.",
            "flutter 2",
            span=1.7,
        ),
        espeak(
            "scot",
            "en-gb-scotland",
            112,
            1.06,
            "Duncan",
            "male",
            "A rough old Scotsman.",
            "roughness 3",
            "flutter 8",
            tempo=0.92,
        ),
        espeak(
            "belle",
            "en-us",
            205,
            1.16,
            "Belle",
            "female",
            "A warm American woman.",
            "flutter 3",
            span=1.6,
        ),
        espeak(
            "lady",
            "en-gb-x-rp",
            240,
            1.22,
            "Beatrice",
            "female",
            "A high, precise English lady.",
            "flutter 2",
            span=1.75,
        ),
        espeak(
            "north",
            "en-gb-x-gbclan",
            168,
            1.10,
            "Nora",
            "female",
            "A low, breathy woman from the north of England.",
            "flutter 3",
            "breath 0 3 4 4 4 4 4 4",
            span=1.4,
            tempo=0.95,
        ),
        espeak(
            "child",
            "en-us",
            265,
            1.36,
            "Pip",
            "neutral",
            "A small child.",
            "flutter 4",
            span=1.6,
            tempo=1.04,
        ),
        espeak(
            "isle",
            "en-029",
            150,
            0.92,
            "Marcus",
            "male",
            "A bright tenor from the Caribbean.",
            "flutter 2",
            span=1.5,
            tempo=1.06,
        ),
    ]


def _random_espeak(rng: np.random.Generator, slug: str, role: Role) -> Voice:
    f0 = float(np.exp(rng.uniform(np.log(88), np.log(265))))
    octaves = np.log2(f0 / 120)
    scale = float(np.clip(1.0 + 0.15 * octaves + rng.normal(0, 0.07), 0.84, 1.40))
    jitter = tuple(float(x) for x in rng.normal(0, [0, *(0.04,) * 3, *(0.05,) * 5]))
    lines = [
        *_formants(scale, jitter, float(rng.uniform(0.5, 1.1))),
        f"flutter {rng.integers(1, 9)}",
    ]
    if rng.random() < 0.3:
        lines.append(f"roughness {rng.integers(1, 5)}")
    if rng.random() < 0.3:
        breath = int(rng.integers(2, 6))
        lines.append("breath 0 " + " ".join([str(breath)] * 7))
    if rng.random() < 0.2:
        lines.append(f"klatt {rng.integers(1, 5)}")
    base = _ACCENTS[int(rng.integers(len(_ACCENTS)))]
    return Voice(
        slug,
        "espeak",
        base,
        role,
        round(f0, 1),
        round(float(rng.uniform(1.2, 1.8)), 2),
        round(scale, 3),
        round(float(rng.uniform(0.88, 1.14)), 3),
        tuple(lines),
    )


def _random_flite(rng: np.random.Generator, slug: str, role: Role) -> Voice:
    base = ("rms", "slt", "awb", "kal16")[int(rng.integers(4))]
    shift = float(np.exp(rng.uniform(np.log(0.78), np.log(1.45))))
    scale = float(np.clip(1 + 0.35 * (shift - 1) + rng.normal(0, 0.05), 0.86, 1.2))
    return Voice(
        slug,
        "flite",
        base,
        role,
        round(_FLITE_F0[base] * shift, 1),
        1.0,
        round(scale, 3),
        round(float(rng.uniform(0.88, 1.12)), 3),
    )


@cache
def all_voices() -> dict[str, Voice]:
    """Every voice by slug: 11 headline, 61 background, 15 unseen."""
    rng = np.random.default_rng(_SEED)
    rows = _chosen()
    for make, prefix, seen, unseen in (
        (_random_espeak, "e", _N_ESPEAK, _N_ESPEAK_UNSEEN),
        (_random_flite, "f", _N_FLITE, _N_FLITE_UNSEEN),
    ):
        rows += [make(rng, f"{prefix}{i:02d}", "background") for i in range(seen)]
        rows += [make(rng, f"{prefix}u{i:02d}", "unseen") for i in range(unseen)]
    return {voice.slug: voice for voice in rows}


def voices(role: Role) -> list[Voice]:
    """The voices of one role, in table order."""
    return [voice for voice in all_voices().values() if voice.role == role]
