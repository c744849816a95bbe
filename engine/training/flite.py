"""flite in this process, by ctypes: text in, samples with segments and words out.

One instance per process (features are set on shared voice objects). It knows nothing of
styles or the common phone set; see ``teachers.py``.
"""

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VOICES = ("rms", "slt", "awb", "kal16", "kal")
_SONAME = "libflite{}.so.1"


class FliteMissing(RuntimeError):
    """libflite or one of its voices is not installed."""


@dataclass(frozen=True)
class Segment:
    """A phone of flite's own inventory; ``token`` counts whitespace tokens (-1: none)."""

    phone: str
    start: float
    end: float
    token: int


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _Voice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


def _load(part: str) -> ctypes.CDLL:
    name = _SONAME.format(part)
    try:
        return ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        raise FliteMissing(f"{name} is not installed: apt-get install flite") from error


def _declare(library: ctypes.CDLL) -> None:
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("flite_synth_text", pointer, [text, pointer]),
        ("utt_wave", ctypes.POINTER(_Wave), [pointer]),
        ("utt_relation", pointer, [pointer, text]),
        ("relation_head", pointer, [pointer]),
        ("item_next", pointer, [pointer]),
        ("item_parent", pointer, [pointer]),
        ("item_as", pointer, [pointer, text]),
        ("item_feat_string", text, [pointer, text]),
        ("item_feat_float", ctypes.c_float, [pointer, text]),
        ("delete_utterance", None, [pointer]),
        ("feat_set_float", None, [pointer, text, ctypes.c_float]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments


class Flite:
    """The library with its five English voices. Not thread-safe; one per process."""

    def __init__(self) -> None:
        """Load the library.

        Raises:
            FliteMissing: a shared library is not installed.
        """
        self._library = _load("")
        for part in ("_usenglish", "_cmulex"):
            _load(part)
        _declare(self._library)
        self._library.flite_init()
        self._voices: dict[str, ctypes.c_void_p] = {}
        self._names: dict[str, bytes] = {}  # kept alive: flite stores only the pointer

    def speak(
        self, text: str, voice: str, features: dict[str, float]
    ) -> tuple[NDArray[np.int16], int, list[Segment]]:
        """Synthesize ``text`` with voice features (``duration_stretch``, ``f0_shift``, ...).

        Returns samples int16 [L], their rate, and segments in order. The caller gives the
        same feature names each time for a voice, since flite remembers them.
        """
        handle = self._voice(voice)
        inner = ctypes.cast(handle, ctypes.POINTER(_Voice)).contents.features
        for name, value in features.items():
            key = self._names.setdefault(name, name.encode())
            self._library.feat_set_float(inner, key, value)
        utterance = self._library.flite_synth_text(text.encode(), handle)
        if not utterance:
            return np.zeros(0, np.int16), 16000, []
        try:
            wave = self._library.utt_wave(utterance).contents
            audio = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).copy()
            return audio, int(wave.sample_rate), self._segments(utterance)
        finally:
            self._library.delete_utterance(utterance)

    def _voice(self, name: str) -> ctypes.c_void_p:
        if name not in self._voices:
            part = _load(f"_cmu_us_{name}")
            register = getattr(part, f"register_cmu_us_{name}")
            register.restype, register.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
            self._voices[name] = ctypes.c_void_p(register(None))
        return self._voices[name]

    def _items(self, utterance: int, relation: str) -> list[int]:
        lib, items = self._library, []
        item = lib.relation_head(lib.utt_relation(utterance, relation.encode()))
        while item:
            items.append(item)
            item = lib.item_next(item)
        return items

    def _token_of(self, segment: int, order: dict[int, int]) -> int:
        lib = self._library
        item = lib.item_as(segment, b"SylStructure")
        for _ in range(2):  # segment -> syllable -> word
            item = lib.item_parent(item) if item else None
        token = lib.item_as(item, b"Token") if item else None
        token = lib.item_parent(token) if token else None
        return order.get(token, -1) if token else -1

    def _segments(self, utterance: int) -> list[Segment]:
        lib = self._library
        order = {item: i for i, item in enumerate(self._items(utterance, "Token"))}
        segments, start = [], 0.0
        for item in self._items(utterance, "Segment"):
            end = float(lib.item_feat_float(item, b"end"))
            name = lib.item_feat_string(item, b"name").decode()
            segments.append(Segment(name, start, end, self._token_of(item, order)))
            start = end
        return segments
