"""espeak-ng in this process, by ctypes: text in, samples with phone and word times out.

One library instance per process (its state is global), so workers are processes. It knows
nothing of styles or the common phone set; see ``teachers.py``.

Custom variants live in a shadow of espeak's data folder (symbolic links, except for the
``voices/!v`` folder), because the library only reads variants from its data path.
"""

import ctypes
import ctypes.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS, _PHONEME_EVENTS = 2, 1
_UTF8, _RATE = 1, 1
_EVENT_WORD, _EVENT_PHONEME = 1, 7
_NORMAL_RATE_WPM = 175


class EspeakMissing(RuntimeError):
    """libespeak-ng or its data is not installed."""


@dataclass(frozen=True)
class Mark:
    """An event: a word starts (``text_position``, 0-based) or a phone starts (``phone``)."""

    sample: int
    text_position: int = -1
    phone: str = ""

    @property
    def is_word(self) -> bool:
        """Whether a word starts here (else a phone)."""
        return self.text_position >= 0


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


def library_name() -> str | None:
    """Name of the installed library, or None."""
    return ctypes.util.find_library("espeak-ng")


class Espeak:
    """The library, initialised on a shadow data folder. Not thread-safe; one per process."""

    def __init__(self, folder: Path, variants: dict[str, str]) -> None:
        """Write ``variants`` (name -> file text) into a shadow data folder and initialise.

        Raises:
            EspeakMissing: the library or its data folder is not found.
        """
        name = library_name()
        if name is None:
            raise EspeakMissing("libespeak-ng is not installed: apt-get install espeak-ng")
        self._library = ctypes.CDLL(name)
        shadow_data(data_folder(self._library), folder / "espeak-ng-data", variants)
        self.sample_rate: int = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, str(folder).encode(), _PHONEME_EVENTS
        )
        if self.sample_rate <= 0:
            raise EspeakMissing(f"espeak-ng cannot read its data in {folder}")
        self._blocks: list[NDArray[np.int16]] = []
        self._marks: list[Mark] = []
        self._callback = _Callback(self._receive)  # kept: the library holds only a pointer
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""

    def speak(
        self, text: str, voice: str, rate: float = 1.0
    ) -> tuple[NDArray[np.int16], list[Mark]]:
        """Synthesize ``text``; ``rate`` scales the normal 175 words a minute.

        Returns samples int16 [L] and marks in order of time.
        """
        self._select(voice)
        self._library.espeak_SetParameter(_RATE, round(_NORMAL_RATE_WPM * rate), 0)
        self._blocks, self._marks = [], []
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
        audio = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return audio, self._marks

    def _select(self, voice: str) -> None:
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise EspeakMissing(f"espeak-ng has no voice {voice!r}")
            self._voice = voice

    def _receive(
        self,
        samples: "ctypes._Pointer[ctypes.c_short]",
        count: int,
        events: "ctypes._Pointer[_Event]",
    ) -> int:
        if count > 0 and samples:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type:
            self._note(events[index])
            index += 1
        return 0

    def _note(self, event: _Event) -> None:
        if event.type == _EVENT_WORD:
            self._marks.append(Mark(event.sample, text_position=event.text_position - 1))
        elif event.type == _EVENT_PHONEME:
            name = bytes(event.id.string).decode("utf-8", "replace")
            self._marks.append(Mark(event.sample, phone=name))


def data_folder(library: ctypes.CDLL) -> Path:
    """The data folder the library was built for.

    Raises:
        EspeakMissing: it does not exist.
    """
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
    path = ctypes.c_char_p()
    library.espeak_Info(ctypes.byref(path))
    folder = Path((path.value or b"").decode())
    if not (folder / "phondata").exists():
        raise EspeakMissing(f"no espeak-ng data in {folder}: apt-get install espeak-ng-data")
    return folder


def shadow_data(source: Path, target: Path, variants: dict[str, str]) -> None:
    """Make ``target`` a linked copy of ``source`` whose ``voices/!v`` also has ``variants``."""
    own = target / "voices" / "!v"
    own.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        link = target / entry.name
        if entry.name != "voices" and not link.is_symlink():
            link.symlink_to(entry)
    for name, text in variants.items():
        path = own / name
        if not path.exists() or path.read_text() != text:
            temporary = path.with_name(f".{name}.{id(variants)}")
            temporary.write_text(text)
            temporary.replace(path)
