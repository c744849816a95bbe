"""Imported once by the corpus writer's fork server: what every worker needs, already read.

Each shard gets a fresh process (espeak's sound depends on all it has said before, and cannot be
reset), so reading the text sources must not be paid for each time.
"""

from engine.training import corpus, sources

__all__ = ["corpus"]

if not sources.missing():
    sources.load()
