"""Cover pictures: what a user brings as a JPEG or PNG file.

Is: a check of size and kind before the picture goes into a file as it is.
Is not: a resizer.
"""

import io
from pathlib import Path

import av

from studio.core.label import Cover
from studio.errors import DeliveryError

LARGEST_BYTES = 10 * 2**20
LARGEST_SIDE = 6000
_KINDS = ((b"\xff\xd8\xff", "mjpeg", "jpeg_pipe"), (b"\x89PNG\r\n\x1a\n", "png", "png_pipe"))


ENDINGS = {"mjpeg": ".jpg", "png": ".png"}
"""Codec of a cover -> ending of its file's name."""


def read_cover(path: Path) -> Cover:
    """Read a cover.

    Raises:
        DeliveryError: there is no such file, or it is no JPEG or PNG picture of a sensible size.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DeliveryError(f"{path.name} is larger than {LARGEST_BYTES // 2**20} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(f"{path} cannot be read: {error.strerror or error}.") from error
    return check_cover(path.name, content)


def check_cover(name: str, content: bytes) -> Cover:
    """Look at the bytes of a picture.

    Args:
        name: of the file, for the message.

    Raises:
        DeliveryError: they are no JPEG or PNG picture of a sensible size.
    """
    if len(content) > LARGEST_BYTES:
        raise DeliveryError(f"{name} is larger than {LARGEST_BYTES // 2**20} MB.")
    for beginning, codec, demuxer in _KINDS:
        if content.startswith(beginning):
            return _measured(name, content, codec, demuxer)
    raise DeliveryError(f"{name} is no JPEG or PNG picture. Use one of these for the cover.")


def _measured(name: str, content: bytes, codec: str, demuxer: str) -> Cover:
    try:
        with av.open(io.BytesIO(content), "r", format=demuxer) as picture:
            stream = picture.streams.video[0]
            width, height = stream.codec_context.width, stream.codec_context.height
            if max(width, height) <= LARGEST_SIDE:
                next(picture.decode(video=0))
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise DeliveryError(f"{name} is a damaged picture.") from error
    if max(width, height) > LARGEST_SIDE:
        raise DeliveryError(f"{name} is {width} by {height} pixels; at most {LARGEST_SIDE} a side.")
    return Cover(content, codec, width, height)
