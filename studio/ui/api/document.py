"""The endpoints as a document: `python -m studio.ui.api.document` writes `docs/api.md`.

Is: made of the docstrings and signatures alone, so that it cannot say anything else than they do.
Is not: hand-written; a test compares it with the file.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from gradio.utils import get_function_description

from studio import paths
from studio.ui.api.endpoints import NOUNS

FILE = paths.ROOT / "docs" / "api.md"
HEAD = """# For programs: every operation as a named endpoint

Made by `python -m studio.ui.api.document`; do not edit.

Whatever the page can do, a program on the same computer can do by name, with JSON in and out. A job
or a delivery belongs to the server: start it, then wait for it. What cannot be done is answered
with one sentence that says what happened and what to do.

```python
from gradio_client import Client, handle_file

tableread = Client("http://127.0.0.1:7860")
book = handle_file("novel.epub")
project = tableread.predict(book, api_name="/projects_bring_in")["project"]
job = tableread.predict(project, chapter=1, api_name="/perform_start")["job_id"]
while tableread.predict(job, api_name="/perform_wait")["state"] in ("loading", "running", "queued"):
    pass
tableread.predict(project, formats=["mp3"], chapters=[1], api_name="/deliver_start")
done = tableread.predict(project, api_name="/deliver_wait")
print([file["file"] for file in done["files"]])
```

Files come in as uploads (`handle_file`), never as paths of the server, and go out as downloads. The
browser guard stands in front of everything: the Host must be this machine's, and a web page of
another site is refused. A checkpoint in a folder of your own is chosen on the page or the command
line, not by a program.

## As MCP tools

```sh
.venv/bin/python -m pip install "mcp>=1.21,<2"
.venv/bin/python app.py --mcp
```

The same operations are then tools at `http://127.0.0.1:7860/gradio_api/mcp/`, for any client that
speaks MCP over streamable HTTP. Without `--mcp` there is no such address. A file is given to a tool
as a `data:` address, or as a public `https:` address, which is then fetched; addresses of this
network are refused.
"""


def document() -> str:
    """Return the whole document."""
    return "\n".join([HEAD, *(line for noun in NOUNS for line in _noun(noun))])


def _noun(noun: str) -> Iterator[str]:
    made = NOUNS[noun]
    module = inspect.getmodule(made)
    assert module is not None and module.__doc__ is not None
    yield f"## {noun}\n\n{module.__doc__.splitlines()[0]}\n"
    for name, operation in vars(made).items():
        if not name.startswith("_"):
            yield from _endpoint(f"{noun}_{name}", operation)


def _endpoint(name: str, operation: Callable[..., Any]) -> Iterator[str]:
    description, parameters, _ = get_function_description(operation)
    yield f"### {name}\n\n{description}\n"
    lines = []
    for parameter in list(inspect.signature(operation).parameters.values())[1:]:
        what = parameters.get(parameter.name, "").strip()
        lines.append(f"- `{parameter.name}`: {_type(parameter)}. {what}")
    if lines:
        yield "\n".join(lines) + "\n"


def _type(parameter: inspect.Parameter) -> str:
    shown = inspect.formatannotation(parameter.annotation)
    shown = re.sub(r"(?:\w+\.)+(\w+)", r"\1", shown).replace("FileData", "an uploaded file")
    if parameter.default is inspect.Parameter.empty:
        return shown
    return f"{shown}, {parameter.default!r} if left out"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
