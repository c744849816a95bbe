"""Commands that have several actions, such as `projects list`: one small table each.

Is: the parsers of the actions. Is not: what an action does.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.cli.options import Commands, json_option, workspace_options


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a command.

    Args:
        name: as it is typed.
        run: what is done.
        help: what it is for, in half a sentence.
        example: a whole line to type.
    """

    name: str
    run: Callable[[argparse.Namespace], None]
    help: str
    example: str


def add_actions(
    commands: Commands, name: str, help: str, actions: Sequence[Action]
) -> dict[str, argparse.ArgumentParser]:
    """Add a command with its actions; returns their parsers, for their arguments."""
    parser = commands.add_parser(name, help=help, epilog=_example(actions[0]))
    choices = parser.add_subparsers(
        required=True, metavar="|".join(action.name for action in actions)
    )
    parsers = {}
    for action in actions:
        parsers[action.name] = choices.add_parser(
            action.name,
            parents=[workspace_options(), json_option()],
            help=action.help,
            epilog=_example(action),
        )
        parsers[action.name].set_defaults(command=action.run)
    return parsers


def _example(action: Action) -> str:
    return f"example: python app.py {action.example}"
