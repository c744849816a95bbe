"""The light codec of the starter checkpoint: sizes and networks (`codec`), the `vocoder` that they
drive, and the `pitch` that its encoder reads."""

from engine.codecs.source_filter.codec import SourceFilterCodec, SourceFilterConfig

__all__ = ["SourceFilterCodec", "SourceFilterConfig"]
