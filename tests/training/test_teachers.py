"""Teachers: times cover the utterance and rise; styles are heard; seeds repeat."""

from itertools import pairwise

import numpy as np
import pytest

from engine.training.joining import EmptySpeech
from engine.training.measures import level, silences, voicing
from engine.training.teachers import SAMPLE_RATE, Speech, Teachers
from engine.training.voices import all_voices, voices

TEXT = "“Mr. Day’s car—in 1847—cost $3.50,” he said. [whisper] Come here. [pause] Go, [slow] now!"
PLAIN = "We walked along the river all morning, and nobody said a word about the money."
MIXED = ("rms", "kal16", "bass", "lady")


def speak(teachers: Teachers, text: str, voice: str, seed: int = 0) -> Speech:
    return teachers.synthesize(text, all_voices()[voice], np.random.default_rng(seed))


@pytest.mark.parametrize("voice", MIXED)
def test_phones_cover_the_utterance_and_characters_rise(teachers, voice: str) -> None:
    speech = speak(teachers, TEXT, voice)
    seconds = len(speech.audio) / SAMPLE_RATE
    assert speech.phones[0].start == 0
    assert speech.phones[-1].end == pytest.approx(seconds, abs=0.01)
    assert all(a.end == b.start and a.start <= a.end for a, b in pairwise(speech.phones))
    assert all(0 <= phone.char_index < len(TEXT) for phone in speech.phones)
    assert len(speech.char_times) == len(TEXT)
    assert (np.diff(speech.char_times) >= 0).all()
    assert 0 <= speech.char_times[0] <= 0.15
    assert speech.char_times[-1] <= seconds


@pytest.mark.parametrize("voice", MIXED)
def test_phones_lie_where_the_sound_is(teachers, voice: str) -> None:
    speech = speak(teachers, PLAIN, voice)
    for phone in speech.phones:
        piece = speech.audio[int(phone.start * SAMPLE_RATE) : int(phone.end * SAMPLE_RATE)]
        loud = len(piece) and np.sqrt(np.mean(piece**2)) > 0.02
        if phone.label in {"AA", "AY", "OW", "EY"}:
            assert loud, phone
        if phone.label == "sil" and phone.end - phone.start > 0.08:
            assert not loud, phone


@pytest.mark.parametrize("voice", MIXED)
def test_speech_starts_and_stops_promptly(teachers, voice: str) -> None:
    edges = silences(speak(teachers, PLAIN, voice).audio)
    assert 0.02 <= edges.before <= 0.25
    assert 0.05 <= edges.after <= 0.35


@pytest.mark.parametrize("voice", MIXED)
def test_every_style_is_heard(teachers, voice: str) -> None:
    plain = speak(teachers, PLAIN, voice)

    def styled(tag: str) -> Speech:
        return speak(teachers, f"[{tag}] {PLAIN}", voice)

    assert voicing(styled("whisper").audio).fraction < 0.12
    assert len(styled("slow").audio) > 1.25 * len(plain.audio)
    assert len(styled("fast").audio) < 0.82 * len(plain.audio)
    base = voicing(plain.audio).f0
    assert voicing(styled("high voice").audio).f0 == pytest.approx(1.4 * base, rel=0.09)
    assert voicing(styled("low voice").audio).f0 == pytest.approx(0.72 * base, rel=0.12)
    assert level(styled("loud").audio) - level(plain.audio) > 4
    assert level(styled("soft").audio) - level(plain.audio) < -6
    assert silences(styled("pause").audio).before > 0.55


def test_a_pause_inside_is_silence_and_speech_goes_on(teachers) -> None:
    text = PLAIN.replace("and nobody", "[pause] and nobody")
    plain, paused = speak(teachers, PLAIN, "rms"), speak(teachers, text, "rms")
    assert silences(paused.audio).inside == pytest.approx(0.62, abs=0.08)
    assert len(paused.audio) - len(plain.audio) < 0.8 * SAMPLE_RATE
    tag = text.index("[pause]")
    times = paused.char_times
    assert times[tag] == times[tag + 6]
    assert times[text.index("and")] - times[tag] == pytest.approx(0.6, abs=0.05)


def test_tag_characters_begin_with_their_effect(teachers) -> None:
    text = "He said, [whisper] come here."
    times = speak(teachers, text, "gent").char_times
    begin, word = text.index("["), text.index("come")
    assert (times[begin:word] == times[word]).all()
    assert times[begin] > times[text.index("said")]


def test_nothing_to_say_is_an_error(teachers) -> None:
    with pytest.raises(EmptySpeech):
        speak(teachers, "…—!", "rms")


def test_times_repeat_exactly_even_where_the_synthesizer_draws_noise(teachers) -> None:
    first, again = (speak(teachers, TEXT, "slt", seed=3) for _ in range(2))
    assert len(first.audio) == len(again.audio)
    assert first.phones == again.phones


def test_headline_voices_differ_in_pitch_or_color(teachers) -> None:
    table = voices("headline")
    assert len(table) == 11
    assert len({voice.name for voice in table}) == 11
    pitches = [voicing(speak(teachers, PLAIN, voice.slug).audio).f0 for voice in table]
    assert max(pitches) / min(pitches) > 2.5
    assert all(60 < pitch < 400 for pitch in pitches)


def test_roles_are_disjoint_and_the_table_is_fixed() -> None:
    roles = {role: {v.slug for v in voices(role)} for role in ("headline", "background", "unseen")}
    assert {role: len(slugs) for role, slugs in roles.items()} == {
        "headline": 11, "background": 61, "unseen": 15}  # fmt: skip
    assert len(set().union(*roles.values())) == 87
    all_voices.cache_clear()
    assert {v.slug for v in voices("unseen")} == roles["unseen"]
