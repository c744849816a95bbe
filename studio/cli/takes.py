"""`app.py takes`: what is heard of a turn, what else there was, and performing turns again."""

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer, table
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, add_sampling, sampling_of, seed, settings_of

if TYPE_CHECKING:
    from studio.services import TurnStatus, TurnTake

CHOICES = (
    ("select", "have a take heard"),
    ("lock", "select a take and keep it whatever is performed later"),
    ("unlock", "let a locked take be replaced again"),
)
MOST_TURNS = 100_000


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "takes", "choose among the takes of turns, or make new ones", [
        Action("status", status, "print how things stand with every turn",
               "takes status tea-at-five --chapter 1"),
        Action("history", history, "print every take of a turn", "takes history tea-at-five 12"),
        *(Action(name, choose, help, f"takes {name} tea-at-five 12 34") for name, help in CHOICES),
        Action("restore", restore, "have heard what was heard before the last choice",
               "takes restore tea-at-five 12"),
        Action("again", again, "perform turns once more; what was heard stays in the history",
               "takes again tea-at-five 12 15-18 --candidates 3"),
    ])  # fmt: skip
    for name, parser in parsers.items():
        parser.add_argument("project", help="its slug, as `projects list` shows it")
        if name == "again":
            _add_again(parser)
            continue
        if name == "status":
            parser.add_argument("--chapter", type=int, metavar="N", help="only this one, from 1")
            parser.add_argument("--checkpoint", metavar="starter|PATH", help="which model")
            continue
        parser.add_argument("turn", type=_turn, help="its number, counted from 1, or its id")
        if name not in ("history", "restore"):
            parser.add_argument("take", type=int, help="its number, as `takes history` shows it")
            parser.set_defaults(action=name)


def _add_again(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("turns", type=_turns, nargs="+",
                        help="numbers, counted from 1: 12, or 15-18")  # fmt: skip
    parser.add_argument("--to-end", dest="reach", choices=("chain", "chapter"), default="turn",
                        help="from each turn on: of what was performed as one conversation, or of "
                        "the chapter")  # fmt: skip
    parser.add_argument("--candidates", type=int, default=1, metavar="N",
                        help="takes of each part of a turn; the best is heard")  # fmt: skip
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="for other takes still")
    add_sampling(parser)
    parser.add_argument("--checkpoint", metavar="starter|PATH", help="which model")
    parser.add_argument("--checks", choices=("standard", "permissive"),
                        help="permissive accepts the noise of untrained checkpoints")  # fmt: skip


def status(options: argparse.Namespace) -> None:
    """Print how things stand with every turn."""
    with open_to_read(options) as workspace:
        found = workspace.takes.status(options.project, options.chapter)
    counts = Counter(turn.state.value for turn in found)
    rows = [(str(turn.turn + 1), turn.state.value, turn.speaker, _remark(turn)) for turn in found]
    total = ", ".join(f"{count} {state}" for state, count in counts.items())
    lines = [*table([("turn", "state", "speaker", ""), *rows]), "", f"{len(found)} turns: {total}."]
    answer(options, found, lines)


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


def restore(options: argparse.Namespace) -> None:
    """Have heard what was heard before."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        takes = workspace.takes.restore(options.project, options.turn)
    _show(options, takes)


def again(options: argparse.Namespace) -> None:
    """Perform turns once more, in sight."""
    from studio.cli.progress import finish
    from studio.services import open_workspace

    wanted = sorted({turn for turns in options.turns for turn in turns})
    with open_workspace(settings_of(options)) as workspace:
        started = workspace.takes.again(
            options.project, wanted,
            reach=options.reach, candidates=options.candidates, seed=options.seed,
            sampling=sampling_of(options),
        )  # fmt: skip
        progress = finish(workspace, started.job_id)
        statuses = {turn.turn: turn for turn in workspace.takes.status(options.project)}
    lines = [f"Turn {turn + 1} is locked and stays as it is." for turn in started.locked]
    lines += [
        f"Turn {note.turn + 1} ({note.speaker}) needs attention: {note.reason}."
        for note in progress.attention
    ]
    soft = [turn for turn, found in statuses.items() if found.soft_stale and not found.locked]
    if soft:
        lines.append(
            f"Performed after hearing others than now: turn {_numbers(soft)}. They can stay, or "
            "be performed again."
        )
    value = {"job": started.job_id, "turns": [statuses[turn] for turn in started.turns],
             "locked": started.locked, "attention": progress.attention,
             "soft_stale": soft}  # fmt: skip
    answer(options, value, [progress.message, *lines])


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


def _remark(turn: "TurnStatus") -> str:
    remarks = [turn.reason] if turn.reason else []
    if turn.locked and turn.state.value != "locked":
        remarks.append("partly locked")
    if turn.stale and turn.state.value != "stale":
        remarks.append("says something else than the script")
    return "; ".join(remarks)


def _numbers(turns: list[int]) -> str:
    return ", ".join(str(turn + 1) for turn in turns)


def _turn(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _turns(text: str) -> list[int]:
    """`12` or `15-18` as numbers."""
    first, _, last = text.partition("-")
    numbers = [first, last or first]
    if not all(n.isascii() and n.isdigit() and int(n[:9]) <= MOST_TURNS for n in numbers):
        raise argparse.ArgumentTypeError(f"'{text}' is no turn's number and no range such as 15-18")
    return list(range(int(first), int(last or first) + 1))
