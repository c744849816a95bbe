"""Trim, gain and fades of a single take, by pydub.

Is: for one take at a time, of minutes at most. pydub keeps everything in memory, as 16-bit
integers, and joins in quadratic time: nothing is ever assembled or read from a file with it.
Is not: used where a take is not edited.
"""

import warnings

import numpy as np

from studio.core.clip import ClipEdit
from studio.core.model import Audio
from studio.errors import DeliveryError

LONGEST_SECONDS = 600
_FULL = 32_767


def edit_clip(audio: Audio, sample_rate: int, edit: ClipEdit) -> Audio:
    """Apply an edit to a take: float32 [n] in, float32 [m] out.

    Raises:
        DeliveryError: the take is too long for this, or nothing of it would be left.
    """
    if audio.size > LONGEST_SECONDS * sample_rate:
        raise DeliveryError(f"Only takes of at most {LONGEST_SECONDS} s can be edited.")
    with warnings.catch_warnings():
        # On import pydub warns of a missing ffmpeg and of its own use of audioop; neither matters.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    pcm = np.round(np.clip(audio, -1, 1) * _FULL).astype("<i2")
    clip = AudioSegment(data=pcm.tobytes(), sample_width=2, frame_rate=sample_rate, channels=1)
    clip = clip[max(0, edit.trim_start_ms) : len(clip) - max(0, edit.trim_end_ms)]
    if not len(clip):
        raise DeliveryError("An edit trims a whole take away. Trim less, or leave the turn out.")
    if edit.gain_db:
        clip = clip.apply_gain(edit.gain_db)
    if edit.fade_in_ms:
        clip = clip.fade_in(min(edit.fade_in_ms, len(clip)))
    if edit.fade_out_ms:
        clip = clip.fade_out(min(edit.fade_out_ms, len(clip)))
    edited: Audio = (np.frombuffer(clip.raw_data, "<i2") / _FULL).astype(np.float32)
    return edited
