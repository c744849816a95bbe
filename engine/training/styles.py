"""What the tags mean: how a text with ``[tags]`` is cut into parts, and what each does.

Tags that a synthesizer can do itself (rate, pitch) are factors for it; the others (whisper,
loud, soft) are done on the waveform here. The model is never told: it gets the tag as text.

- A tag holds from its place to the end of its sentence; ``[pause]`` is 0.6 s of silence.
- Whisper is noise through the speech's own linear-prediction envelope (no periodicity left).

Source: own; linear prediction by the autocorrelation method (Levinson-Durbin).
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

PAUSE_SECONDS = 0.6
_WINDOW = np.hanning(1025)[:-1].astype(np.float32)
_HOP = 256
BASE_DBFS = -23.0
_SENTENCE_END = re.compile(r"(?:[.!?…]+[\"'”’)]*)(?=\s|$)")
_TAG = re.compile(r"\[([a-z ]+)\] ?")
_NOT_AN_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|prof|capt|col|gen|lt|sgt|rev|hon|jr|sr|no|vol|vs|mt|co|[a-z])\.)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Style:
    """How a part is spoken, relative to the voice's neutral way."""

    name: str
    rate: float = 1.0
    pitch: float = 1.0
    gain_db: float = 0.0
    tilt_db: float = 0.0
    whispered: bool = False


STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        Style("neutral"),
        Style("whisper", rate=0.95, gain_db=-4.0, whispered=True),
        Style("slow", rate=0.68),
        Style("fast", rate=1.45),
        Style("high voice", pitch=1.4),
        Style("low voice", pitch=0.72),
        Style("loud", gain_db=6.0, tilt_db=5.0),
        Style("soft", gain_db=-8.0, tilt_db=-5.0),
    )
}
TAGS: tuple[str, ...] = (*(name for name in STYLES if name != "neutral"), "pause")


@dataclass(frozen=True)
class Part:
    """A stretch ``text[start:end]`` spoken in one style; ``lead`` is where its tags begin."""

    lead: int
    start: int
    end: int
    style: Style
    pause_before: bool = False
    new_sentence: bool = True


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of sentences: they end after . ! ? with closing quotes, not after abbreviations."""
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        if _NOT_AN_END.search(text[start : match.end()]):
            continue
        following = text[match.end() :].lstrip()
        if following and following[0].islower():
            continue  # “Stop!” he said: one sentence goes on
        spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def split_parts(text: str) -> list[Part]:
    """Cut a text with tags into parts of one style each.

    Raises:
        ValueError: an unknown tag, naming it.
    """
    parts: list[Part] = []
    for begin, end in sentence_spans(text):
        parts += _sentence_parts(text, begin, end)
    return parts


def _sentence_parts(text: str, begin: int, end: int) -> list[Part]:
    parts: list[Part] = []
    style, lead, start, paused, first = STYLES["neutral"], begin, begin, False, True
    for match in _TAG.finditer(text, begin, end):
        if text[start : match.start()].strip():
            parts.append(Part(lead, start, match.start(), style, paused, first))
            lead, paused, first = match.start(), False, False
        name = match.group(1)
        if name == "pause":
            paused = True
        elif name in STYLES:
            style = STYLES[name]
        else:
            raise ValueError(f"unknown tag [{name}] in {text!r}; known: {', '.join(TAGS)}")
        start = match.end()
    parts.append(Part(lead, start, end, style, paused, first))
    return parts


def untag(text: str) -> str:
    """The text without its tags."""
    return _TAG.sub("", text)


def tags_in(text: str) -> list[str]:
    """Names of the tags in a text, in order."""
    return _TAG.findall(text)


def active_rms(audio: Audio, frame: int = 512) -> float:
    """Root mean square over the frames within 40 dB of the loudest one; 0 for silence."""
    usable = len(audio) // frame * frame
    if usable == 0:
        return float(np.sqrt(np.mean(audio**2))) if len(audio) else 0.0
    power = np.mean(audio[:usable].reshape(-1, frame) ** 2, axis=1)
    active = power[power > power.max() * 1e-4]
    return float(np.sqrt(active.mean())) if len(active) else 0.0


def set_level(audio: Audio, dbfs: float) -> Audio:
    """Scale to an active level, below a peak of 0.95."""
    rms = active_rms(audio)
    if rms <= 0:
        return audio
    return limit(audio * np.float32(10 ** (dbfs / 20) / rms))


def limit(audio: Audio, knee: float = 0.6, ceiling: float = 0.94) -> Audio:
    """Bend what exceeds ``knee`` smoothly below ``ceiling``."""
    size = np.abs(audio)
    room = ceiling - knee
    bent = knee + room * np.tanh((np.maximum(size, knee) - knee) / room)
    result: Audio = np.where(size > knee, np.sign(audio) * bent, audio).astype(np.float32)
    return result


def apply_style(audio: Audio, style: Style, sample_rate: int, rng: np.random.Generator) -> Audio:
    """Do on the waveform what the style asks of it, and set the level."""
    if len(audio) == 0:
        return audio
    if style.whispered:
        audio = whisper(audio, sample_rate, rng)
    if style.tilt_db:
        audio = tilt(audio, style.tilt_db, sample_rate)
    return set_level(audio, BASE_DBFS + style.gain_db)


def tilt(audio: Audio, db: float, sample_rate: int) -> Audio:
    """Raise what lies above 1 kHz by up to ``db`` (a smooth shelf, zero phase)."""
    spectrum = np.fft.rfft(audio)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(audio), 1 / sample_rate), 20) / 1000)
    gain = 10 ** (db * 0.5 * (1 + np.tanh(octaves)) / 20)
    return np.fft.irfft(spectrum * gain, len(audio)).astype(np.float32)


def whisper(audio: Audio, sample_rate: int, rng: np.random.Generator) -> Audio:
    """Replace the excitation by noise: truly unvoiced speech with the same formants."""
    emphasised = np.append(audio[:1], audio[1:] - 0.9 * audio[:-1])
    envelope = _envelope(_frames(emphasised) * _WINDOW, 22, sample_rate)
    noise = rng.standard_normal(len(audio)).astype(np.float32)
    return _filter_frames(noise, envelope)


def move_formants(audio: Audio, factor: float, sample_rate: int) -> Audio:
    """Divide the formants' frequencies by ``factor``; the pitch stays."""
    envelope = _envelope(_frames(audio) * _WINDOW, 22, sample_rate)
    bins = envelope.shape[1]
    source = np.minimum(np.arange(bins) * factor, bins - 1).astype(int)
    gain = envelope[:, source] / np.maximum(envelope, 1e-9)
    return _filter_frames(audio, np.clip(gain, 0.05, 8.0))


def _filter_frames(signal: Audio, gain: Audio) -> Audio:
    """Multiply the short-time spectrum of ``signal`` by ``gain`` [n_frames, n_bins]."""
    spectrum = np.fft.rfft(_frames(signal) * _WINDOW, axis=1) * gain
    shaped = np.fft.irfft(spectrum, axis=1).astype(np.float32) * _WINDOW
    out = np.zeros((len(shaped) - 1) * _HOP + len(_WINDOW), np.float32)
    for index, frame in enumerate(shaped):
        out[index * _HOP : index * _HOP + len(_WINDOW)] += frame
    return out[len(_WINDOW) : len(_WINDOW) + len(signal)] / np.float32(1.5)


def _frames(signal: Audio) -> Audio:
    padded = np.pad(signal, (len(_WINDOW), 2 * len(_WINDOW)))
    return np.lib.stride_tricks.sliding_window_view(padded, len(_WINDOW))[::_HOP]


def _envelope(frames: Audio, order: int, sample_rate: int) -> Audio:
    """Magnitude [n_frames, n_bins] of each frame's all-pole model, harmonics smoothed over."""
    spectrum = np.fft.rfft(frames, axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, : order + 1]
    lags = np.arange(order + 1) / sample_rate
    correlation = correlation * np.exp(-0.5 * (2 * np.pi * 90 * lags) ** 2)
    correlation[:, 0] = correlation[:, 0] * 1.0001 + 1e-9
    coefficients, error = _levinson(correlation)
    coefficients = coefficients * 0.985 ** np.arange(order + 1)  # wider resonances: no whistle
    response = np.abs(np.fft.rfft(coefficients, frames.shape[1], axis=1))
    result: Audio = (np.sqrt(error)[:, None] / np.maximum(response, 1e-4)).astype(np.float32)
    return result


def _levinson(correlation: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Levinson-Durbin for all frames at once: predictors [n, order + 1] and errors [n]."""
    count, size = correlation.shape
    a = np.zeros((count, size))
    a[:, 0] = 1.0
    error = correlation[:, 0].copy()
    for i in range(1, size):
        reflection = -np.sum(a[:, :i] * correlation[:, i:0:-1], axis=1) / error
        a[:, 1 : i + 1] += reflection[:, None] * a[:, i - 1 :: -1][:, :i]
        error *= 1 - reflection**2
    return a, error
