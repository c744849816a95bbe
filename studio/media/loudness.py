"""Loudness while audio streams past: EBU R128 by FFmpeg's own filter.

Is: integrated loudness and the short-term curve, in constant memory but for the curve.
Is not: true peak; the filter's own costs four times what ours does (`studio.core.envelope`).

- A mono file is measured as it is, in one channel: -16 LUFS here is what meters show for the file.
"""

from fractions import Fraction
from typing import Any

import av
import numpy as np

from studio.core.model import Audio
from studio.core.report import CURVE_SECONDS

SILENT_LUFS = -70.0
"""What the filter says of silence; the absolute gate of BS.1770."""
_EACH = 10  # the filter reports ten times a second; the curve has one value a second
_FIRST = int(CURVE_SECONDS * _EACH)  # before that many reports there is nothing to average


class LoudnessMeter:
    """Takes mono audio block by block. Not thread-safe."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._position = 0
        self._reports = 0
        self.integrated = SILENT_LUFS
        self.curve: list[float] = []
        self._graph = av.filter.Graph()
        source: Any = self._graph.add_abuffer(
            sample_rate=sample_rate, format="flt", layout="mono",
            time_base=Fraction(1, sample_rate),
        )  # fmt: skip
        meter: Any = self._graph.add("ebur128", "metadata=1")
        sink: Any = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()

    def add(self, block: Audio) -> None:
        """Take the next samples: float32 [n]."""
        if not block.size:
            return
        samples = np.ascontiguousarray(block[None, :], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="mono")
        frame.sample_rate = self._sample_rate
        frame.pts = self._position
        self._position += block.size
        self._graph.push(frame)
        self._collect()

    def finish(self) -> float:
        """The integrated loudness of everything, in LUFS; `SILENT_LUFS` for next to nothing."""
        if self._position:
            self._graph.push(None)
            self._collect()
        return self.integrated

    def _collect(self) -> None:
        while True:
            try:
                report: Any = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            found = report.metadata
            if "lavfi.r128.S" not in found:  # what is left at the end, less than 100 ms
                continue
            self.integrated = float(found["lavfi.r128.I"])
            self._reports += 1
            if self._reports >= _FIRST and self._reports % _EACH == 0:
                self.curve.append(round(max(SILENT_LUFS, float(found["lavfi.r128.S"])), 1))
