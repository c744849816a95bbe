"""`docs/api.md` says what the endpoints' docstrings say, and every one of them says enough."""

import inspect

import pytest
from gradio.utils import get_function_description

from studio.ui.api.document import FILE, document
from studio.ui.api.endpoints import endpoints
from studio.ui.context import Context


def test_the_document_is_current() -> None:
    made = "make it anew: python -m studio.ui.api.document"
    assert FILE.read_text(encoding="utf-8") == document(), made


def test_every_parameter_of_every_endpoint_is_described(context: Context) -> None:
    found = endpoints(context)
    assert len(found) > 50
    for name, operation in found.items():
        description, parameters, _ = get_function_description(operation)
        assert description.endswith("."), name
        wanted = set(inspect.signature(operation).parameters)
        assert {key for key, value in parameters.items() if value} == wanted, name


@pytest.mark.parametrize("word", ["projects_create", "perform_wait", "takes_lock", "models_use"])
def test_the_document_names_the_endpoints(word: str) -> None:
    assert f"### {word}\n" in FILE.read_text(encoding="utf-8")
