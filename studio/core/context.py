"""What a chunk is performed after hearing, as digests that change when the sound would.

Is: the left context of a chain as it grows, and the content key of what is performed next.
Is not: the codes themselves, or the engine's cache of them.

- A take that is heard is its voice, its text and its codes. Whoever hears the same takes again,
  restored ones too, has the same digest again. Voices that have not spoken yet are not in it.
- The engine forgets the beginning of a long conversation. A take remembers how many takes it
  heard, so that what it never heard cannot make it stale.
- A plan's own keys hold while everything before is what the plan itself performed. Behind a
  retake, or a take that stayed though its text was edited, the digest becomes part of the key.
"""

import hashlib

from studio.core.plan import PlannedChunk


class LeftContext:
    """The takes heard so far in one chain.

    Args:
        engine: fingerprint of the chain's checkpoint.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine.encode()
        self._heard: list[bytes] = []
        self._undisturbed = True

    def __len__(self) -> int:
        """How many takes have been heard."""
        return len(self._heard)

    def hear(self, sheet: str, text: str, codes_sha256: str) -> None:
        """Add a take: who says what, as a plan has it, and the digest of its codes."""
        self._heard.append(hashlib.sha256(f"{sheet}:{codes_sha256}:{text}".encode()).digest())

    def disturb(self) -> None:
        """Note that something is not as the plan alone would have it: another take, or none."""
        self._undisturbed = False

    def digest(self, heard: int | None = None) -> str:
        """The digest of the last takes heard; None: of everything before."""
        start = 0 if heard is None else max(0, len(self._heard) - heard)
        return hashlib.sha256(b"".join([self._engine, *self._heard[start:]])).hexdigest()

    def key(self, chunk: PlannedChunk) -> str:
        """The content key of a take of a chunk that is performed now."""
        if self._undisturbed:
            return chunk.key
        return hashlib.sha256(f"{chunk.key}:{self.digest()}".encode()).hexdigest()
