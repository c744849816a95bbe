"""Processes that can be killed a few hundred times: forked, not started anew.

Is: one process that has imported everything and forks a child for each request; the children's
work is in `children`.
Is not: pytest itself, which must not fork with its threads and its open files.

A request is a line of JSON on standard input; the answer is one on standard output:

    ["start", NAME, ARGUMENTS, HOLD] -> PID     the child stops itself before it begins, if HOLD
    ["poll", PID] -> STATUS or null             as subprocess has it: negative for a signal
    ["wait", PID] -> STATUS
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Child:
    """A process that was forked off."""

    nursery: "Nursery"
    pid: int

    @property
    def status(self) -> int | None:
        """How it has ended; None while it runs."""
        return self.nursery.ask("poll", self.pid)

    def wait(self) -> int:
        return self.nursery.ask("wait", self.pid)

    def kill(self) -> int:
        """Kill it, as the power button would; how it has ended, which it may have done before."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def kill_after(self, seconds: float) -> int:
        """Kill it after some time, or let it end before."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if (status := self.status) is not None:
                return status
            time.sleep(min(left, 0.005))
        return self.kill()

    def go_on(self) -> None:
        """Let a child begin that was held."""
        os.kill(self.pid, signal.SIGCONT)


class Nursery:
    """Starts children. Their errors are in `log`."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT, env=os.environ | ALONE, stderr=output, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip

    def start(self, name: str, *arguments: object, hold: bool = False) -> Child:
        """Fork a child that calls a function of `children`."""
        child = Child(self, self.ask("start", name, [str(item) for item in arguments], hold))
        while hold and _state(child.pid) != "T":
            time.sleep(0.001)
        return child

    def run(self, name: str, *arguments: object) -> None:
        """Call a function of `children` in a process of its own, and wait for its end."""
        assert self.start(name, *arguments).wait() == 0, self.log.read_text()

    def ask(self, *question: object) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self.log.read_text()
        return json.loads(answer)

    def close(self) -> None:
        self._process.communicate()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def main() -> None:
    """Answer requests until there are none."""
    from tests.faults import children

    for line in sys.stdin:
        question, *rest = json.loads(line)
        if question == "start":
            name, arguments, hold = rest
            answer: int | None = os.fork()
            if answer == 0:
                _be_a_child(getattr(children, name), arguments, hold)
        else:
            pid, status = os.waitpid(rest[0], os.WNOHANG if question == "poll" else 0)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        print(json.dumps(answer), flush=True)


def _be_a_child(work: Any, arguments: list[str], hold: bool) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what it prints goes to the log; the answers are its parent's
    try:
        if hold:
            os.kill(os.getpid(), signal.SIGSTOP)
        work(*arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
