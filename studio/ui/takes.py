"""How a page's JavaScript reaches the takes of a project, past Gradio's queue.

Is: the door of `studio.services.take_requests` as a component's server function.
Is not: a place that decides anything about takes.
"""

from collections.abc import Callable
from typing import Any

from studio.services import TakeSound, answer_take_request
from studio.ui.boundary import answering
from studio.ui.context import Context
from studio.ui.markup.progress import LEAST_LEFT
from studio.ui.words import phrases


def take_requests(context: Context) -> Callable[[Any], dict[str, Any]]:
    """Return the server function `takes`, for any component that shows turns."""

    @answering
    def takes(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what a page asks about takes; sounds as addresses, times in words."""
        answer = answer_take_request(context.workspace, request)
        if isinstance(answer, TakeSound):
            return {"address": context.served.sound(answer.audio, answer.sample_rate)}
        if eta := answer.get("job", {}).get("eta_seconds"):
            answer["job"]["left"] = phrases.time_left(eta) if eta >= LEAST_LEFT else ""
        return answer

    return takes
