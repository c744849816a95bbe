"""The boundary between the browser and the services: errors become sentences here.

Is: one of the two places that may catch everything; an unforeseen error is logged with a number.
Is not: a place for anything that a handler does.
"""

import functools
import html
import logging
import uuid
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from starlette.responses import JSONResponse

from studio.errors import StudioError
from studio.ui.words import text

P = ParamSpec("P")
R = TypeVar("R")
Update = Any  # a Gradio component as an update, or a plain value
log = logging.getLogger(__name__)


def plainly(handler: Callable[P, R]) -> Callable[P, R]:
    """Show an error as one plain sentence; an unexpected one as a number to look up in the log."""

    @functools.wraps(handler)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except StudioError as error:
            raise _toast(str(error)) from error
        except gr.Error:
            raise
        except Exception as error:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in %s", number, handler.__name__)
            raise _toast(text.UNEXPECTED.format(id=number)) from error

    return shown


def answering(function: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Have a component's server function answer an error as a sentence; an unexpected one as a
    number to look up.

    Whoever reaches the page can send anything; the functions check what they are given.
    """

    @functools.wraps(function)
    def answered(request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        try:
            return function(request)
        except StudioError as error:
            return {"error": {"kind": "refused", "message": str(error)}}
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in %s", number, function.__name__)
            return {"error": {"kind": "unexpected", "message": text.UNEXPECTED.format(id=number)}}

    return answered


def as_json(function: Callable[[Any], dict[str, Any]]) -> Callable[[Any], JSONResponse]:
    """Have a component's server function write its answer itself, in its own thread.

    Gradio's server would walk through a chapter's answer value by value, in the one thread that
    everybody waits for.
    """

    @functools.wraps(function)
    def written(request: Any) -> JSONResponse:  # noqa: ANN401 - whatever somebody sends
        return JSONResponse(function(request))

    return written


def _toast(sentence: str) -> gr.Error:
    # Gradio renders the message as HTML, and a sentence may quote the user's own text.
    message = html.escape(sentence)
    return gr.Error(message, title=text.ERROR_TITLE, print_exception=False)
