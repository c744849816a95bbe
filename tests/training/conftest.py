"""The synthesizers, where they are installed; what needs them is skipped by name where not."""

import ctypes

import pytest

from engine.training import espeak, sources
from engine.training.teachers import Teachers


def _has_flite() -> bool:
    try:
        ctypes.CDLL("libflite.so.1")
    except OSError:
        return False
    return True


def installed(synth: str) -> bool:
    return espeak.library_name() is not None if synth == "espeak" else _has_flite()


@pytest.fixture(scope="session")
def teachers(tmp_path_factory: pytest.TempPathFactory) -> Teachers:
    for synth in ("espeak", "flite"):
        if not installed(synth):
            pytest.skip(f"{synth} is not installed (apt-get install espeak-ng flite)")
    return Teachers(tmp_path_factory.mktemp("espeak"))


@pytest.fixture(scope="session")
def text_sources() -> sources.Sources:
    if sources.missing():
        pytest.skip(f"training text is not installed: {' '.join(sources.missing())}")
    return sources.load()
