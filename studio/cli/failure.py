"""How commands fail: exit codes that mean something, and one plain sentence.

Is: the table from errors to exit codes. Is not: a place that catches anything.

0 done, 2 wrong arguments, 3 wrong input (script, voice, audio, book), 4 engine or checkpoint,
5 workspace or disk, 6 delivered but a line of the report fails, 130 stopped by the user.
"""

import json
import sys

from studio.errors import (
    DeliveryError,
    DiskFull,
    EngineProblem,
    JobError,
    ModelError,
    StudioError,
    WorkspaceError,
)

INPUT, ENGINE, DISK, REPORT, STOPPED = 3, 4, 5, 6, 130


class CommandFailed(Exception):
    """A command ended badly; carries the sentence to show and the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def exit_code(error: StudioError) -> int:
    """The exit code that an error of the studio ends a command with."""
    match error:
        case EngineProblem() | JobError() | ModelError():
            return ENGINE
        case WorkspaceError() | DiskFull() | DeliveryError():
            return DISK
        case _:
            return INPUT


def report(error: Exception, code: int, *, as_json: bool = False) -> int:
    """Say an error on stderr, with `--json` also as an object on stdout; returns the code."""
    command = error.command if isinstance(error, StudioError) else ""
    print(f"{error} Run: {command}" if command else error, file=sys.stderr)
    if as_json:
        kind = type(error).__name__
        content = {"error": {"kind": kind, "message": str(error), "exit_code": code}}
        content["error"].update({"command": command} if command else {})
        print(json.dumps(content, ensure_ascii=False))
    return code
