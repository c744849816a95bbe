"""How a page's JavaScript reaches the takes of a project, past Gradio's queue.

Is: the door of `studio.services.take_requests` as a component's server function.
Is not: a place that decides anything about takes.
"""

from collections.abc import Callable
from typing import Any

from studio.services import TakeSound, answer_take_request
from studio.ui.boundary import answering
from studio.ui.context import Context


def take_requests(context: Context) -> Callable[[Any], dict[str, Any]]:
    """Return the server function `takes`, for any component that shows turns."""

    @answering
    def takes(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what a page asks about takes; a sound is answered as its address."""
        answer = answer_take_request(context.workspace, request)
        if isinstance(answer, TakeSound):
            return {"address": context.served.sound(answer.audio, answer.sample_rate)}
        return answer

    return takes
