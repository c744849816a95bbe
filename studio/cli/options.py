"""Options that several commands share, and the settings made of them.

Is: parsing. Is not: aware of what a command does with them.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from studio.services import SamplingChoice
    from studio.settings import Settings

MAX_SEED = 2**63 - 1

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def workspace_options() -> argparse.ArgumentParser:
    """`--projects`, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--projects", type=Path, metavar="DIR", help="the workspace folder (default: projects)"
    )
    return parser


def json_option() -> argparse.ArgumentParser:
    """`--json`, as a parent of a command's parser; `studio.cli.answer` heeds it."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="answer with one JSON value on stdout")
    return parser


def performance_options() -> argparse.ArgumentParser:
    """Cast, chapter, seed, sampling and `--checkpoint`, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--chapter", type=int, metavar="N", help="only this chapter, from 1")
    parser.add_argument("--voice", type=cast_entry, action="append", default=[],
                        metavar="NAME=VOICE", help="who speaks whom; may be repeated")  # fmt: skip
    parser.add_argument("--seed", type=seed, default=0, metavar="N",
                        help="the same seed gives the same audio (default: 0)")  # fmt: skip
    add_sampling(parser)
    parser.add_argument("--checkpoint", metavar="starter|PATH",
                        help="which model (default: starter)")  # fmt: skip
    return parser


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """`--temperature` and `--top-p`."""
    parser.add_argument(
        "--temperature",
        type=float,
        metavar="T",
        help="0 to 1.5: more is livelier and less certain (default: the model's)",
    )
    parser.add_argument(
        "--top-p",
        type=float,
        metavar="P",
        help="draw from this much of the probability (default: the model's)",
    )


def sampling_of(options: argparse.Namespace) -> "SamplingChoice":
    """What `add_sampling` added says."""
    from studio.services import SamplingChoice

    return SamplingChoice(options.temperature, options.top_p)


def settings_of(options: argparse.Namespace) -> "Settings":
    """The settings that the arguments name; the others have their defaults."""
    from studio.settings import Settings

    given = {
        name: value
        for name in ("projects", "checkpoint", "checks")
        if (value := getattr(options, name, None)) is not None
    }
    return Settings(**given)


def cast_entry(text: str) -> tuple[str, str]:
    """`NAME=VOICE` as a pair."""
    name, equals, voice = text.partition("=")
    if not equals or not name.strip() or not voice.strip():
        raise argparse.ArgumentTypeError(f"'{text}' is no NAME=VOICE")
    return name.strip(), voice.strip()


def seed(text: str) -> int:
    """A seed: a whole number that SQLite and numpy can hold."""
    if not text.isascii() or not text.isdigit() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0 to 2^63-1")
    return int(text)


def gain(text: str) -> tuple[str, float]:
    """`NAME=-3` as a pair."""
    name, _, number = text.rpartition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no NAME=DECIBELS") from None
