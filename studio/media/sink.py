"""The file that an encoder writes through.

Is: the keeper of the operating system's own error. libsndfile and FFmpeg call back from C, where
an exception would be printed and forgotten, or turned into a number.
Is not: a buffer.
"""

import os
from typing import BinaryIO


class Sink:
    """A binary file whose first error is kept in `error`; everything after it is refused."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write, or keep the error and say that nothing was written."""
        if self.error is not None:
            return 0
        try:
            return self._raw.write(content)
        except OSError as error:
            self.error = error
            return 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; a seek flushes what is buffered, so the disk may fill here."""
        try:
            return self._raw.seek(offset, whence)
        except OSError as error:
            self.error = self.error or error
            return 0

    def tell(self) -> int:
        """Where the next byte goes."""
        return self._raw.tell()

    def read(self, size: int = -1) -> bytes:
        """What is there already; encoders go back to their headers."""
        return self._raw.read(size)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._raw.flush()
