"""`app.py takes`: what is heard of a turn, and what else there was."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer, table
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, settings_of

if TYPE_CHECKING:
    from studio.services import TurnTake

ACTIONS = (
    ("select", "have a take heard"),
    ("lock", "select a take and keep it whatever is performed later"),
    ("unlock", "let a locked take be replaced again"),
)


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "takes", "choose among the takes of a turn", [
        Action("history", history, "print every take of a turn", "takes history tea-at-five 12"),
        *(Action(name, choose, help, f"takes {name} tea-at-five 12 34") for name, help in ACTIONS),
    ])  # fmt: skip
    for name, parser in parsers.items():
        parser.add_argument("project", help="its slug, as `projects list` shows it")
        parser.add_argument("turn", type=_turn, help="its number, counted from 1, or its id")
        if name != "history":
            parser.add_argument("take", type=int, help="its number, as `takes history` shows it")
            parser.set_defaults(action=name)


def history(options: argparse.Namespace) -> None:
    """Print every take of a turn."""
    with open_to_read(options) as workspace:
        takes = workspace.takes.history(options.project, options.turn)
        heard = [workspace.speech.known(take.key, take.attempt) for take in takes]
    _show(options, takes, [f"{found.rate:.0%}" if found else "" for found in heard])


def choose(options: argparse.Namespace) -> None:
    """Select, lock or unlock a take."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        action = getattr(workspace.takes, options.action)
        takes = action(options.project, options.turn, options.take)
    _show(options, takes)


def _show(
    options: argparse.Namespace, takes: "tuple[TurnTake, ...]", wrong: Sequence[str] = ()
) -> None:
    shares = wrong or [""] * len(takes)
    rows = [("take", "part", "heard", "verdict", "frames", "voice", "made", "wrong words", "")]
    rows += [
        (str(take.number), str(take.chunk + 1), _mark(take), take.verdict, str(take.frames),
         take.voice, take.created, share, take.reason)
        for take, share in zip(takes, shares, strict=True)
    ]  # fmt: skip
    answer(options, takes, table(rows) if takes else "This turn has not been performed yet.")


def _mark(take: "TurnTake") -> str:
    return "locked" if take.locked else "yes" if take.selected else ""


def _turn(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
