"""How work that may take long leaves the processor to those who wait for an answer.

Is: for the threads that perform, draw and deliver; the page answers from threads of its own.
Is not: slower where nobody else wants the processor.
"""

import os
import sys

NICENESS = 10
"""Half of what there is: beside a thread that answers, one that gives way gets a tenth."""


def give_way() -> None:
    """Have this thread, and those that it starts, come after the others.

    Only Linux has that for a thread; elsewhere the page itself would come after everything else.
    """
    if sys.platform == "linux":
        os.nice(NICENESS)
