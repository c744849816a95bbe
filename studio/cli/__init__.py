"""The command line: `python app.py COMMAND …`, one file here for each command.

Is: arguments in, one service call each, sentences or `--json` out.
Is not: a second way to do anything; whatever it does, the browser does through the same services.

- A command file offers `add(commands)`, which adds its parser; `command_line.COMMANDS` lists them.
- What a command needs from `studio.services` is imported inside its functions: `--help` and wrong
  arguments are answered without loading torch.
"""

from studio.cli.command_line import main

__all__ = ["main"]
