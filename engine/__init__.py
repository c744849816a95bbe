"""The speech engine: text and reference codes in, codes and audio out.

    from engine import Engine, Reference

    engine = Engine.load("starter")
    with engine.prefix([Reference(text=transcript, codes=codes)]) as prefix:
        chain = engine.chain(prefix)
        [take] = chain.perform("Good morning.", speaker=0, seed=1).result()
        chain.accept(take)
    audio = engine.decode(take.codes)

Is: the public names. Everything else may change.
"""

from engine.audio import CodecStream
from engine.chain import AcceptedTurn, Chain, Prefix
from engine.engine import Engine
from engine.errors import (
    AudioError,
    Cancelled,
    ChainBusy,
    CheckpointError,
    ConfigError,
    EngineError,
    EngineFailed,
    LaneError,
    NonFiniteError,
    OutOfMemory,
    OutOfPages,
    PromptTooLong,
    TextError,
)
from engine.info import EngineInfo
from engine.inspection import (
    CheckpointFacts,
    GraphicsCard,
    graphics_cards,
    inspect_checkpoint,
)
from engine.performance import Event, Failed, Finished, FramesReady, Performance, Take
from engine.prompt import Reference
from engine.sampling import Sampling

__all__ = [
    "AcceptedTurn",
    "AudioError",
    "Cancelled",
    "Chain",
    "ChainBusy",
    "CheckpointError",
    "CheckpointFacts",
    "CodecStream",
    "ConfigError",
    "Engine",
    "EngineError",
    "EngineFailed",
    "EngineInfo",
    "Event",
    "Failed",
    "Finished",
    "FramesReady",
    "GraphicsCard",
    "LaneError",
    "NonFiniteError",
    "OutOfMemory",
    "OutOfPages",
    "Performance",
    "Prefix",
    "PromptTooLong",
    "Reference",
    "Sampling",
    "Take",
    "TextError",
    "graphics_cards",
    "inspect_checkpoint",
]
