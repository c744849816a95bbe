"""What a program is answered: JSON values, or one plain sentence.

Is: the boundary of the endpoints, as `studio.ui.boundary` is that of the page.
Is not: aware of any noun.
"""

import functools
import logging
import uuid
from collections.abc import Callable
from typing import Any

import gradio as gr
from pydantic import TypeAdapter, ValidationError, validate_call

from studio.errors import StudioError
from studio.ui.words import text

Json = dict[str, Any]
JsonList = list[dict[str, Any]]
log = logging.getLogger(__name__)
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
"""Dataclasses, paths, sets and all that services return, as JSON values."""


def answering(name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
    """Have an operation check what it is given, and answer in JSON or with one sentence.

    Args:
        name: of its endpoint; MCP clients see it, too.

    Raises:
        gr.Error: it cannot be done; the message says what happened and what to do.
    """
    checked = validate_call(operation)

    @functools.wraps(operation)
    def answer(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever somebody sends
        try:
            return ANYTHING.dump_python(checked(*given, **named), mode="json")
        except StudioError as error:
            raise _refusal(str(error)) from error
        except ValidationError as error:
            raise _refusal(_what_is_wrong(error)) from error
        except gr.Error:
            raise
        except Exception as error:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in %s", number, name)
            raise _refusal(text.UNEXPECTED.format(id=number)) from error

    answer.__name__ = name
    return answer


def _refusal(sentence: str) -> gr.Error:
    return gr.Error(sentence, print_exception=False)


def _what_is_wrong(error: ValidationError) -> str:
    [first, *_] = error.errors(include_input=False, include_url=False, include_context=False)
    place = ".".join(str(part) for part in first["loc"]) or "request"
    return f"{place}: {first['msg']}."
