"""Small pictures for tests of covers."""

from fractions import Fraction

import av
import numpy as np


def picture(codec: str = "mjpeg", width: int = 32, height: int = 48) -> bytes:
    """A JPEG ("mjpeg") or PNG ("png") picture."""
    frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), 90, np.uint8), format="rgb24")
    context = av.CodecContext.create(codec, "w")
    context.width, context.height = width, height
    context.pix_fmt = "yuvj420p" if codec == "mjpeg" else "rgb24"
    context.time_base = Fraction(1, 25)
    packets = [*context.encode(frame.reformat(format=context.pix_fmt)), *context.encode(None)]
    return b"".join(bytes(packet) for packet in packets)
