"""The browser app: built around an open workspace, and launched behind the browser guard.

The launch settings are the safe ones, measured: only this machine can connect, unless a Hugging
Face Space publishes the app; uploads are bounded; nothing under the projects folder is ever served.
Finished files are written to a temporary folder of their own, since Gradio's list of blocked
folders wins over its list of allowed ones.
"""

import gc
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from studio.errors import StudioError
from studio.security import BrowserGuard
from studio.services import Workspace, begin_with_a_sample, open_workspace
from studio.settings import Settings
from studio.ui import page, theme
from studio.ui.api import add_endpoints
from studio.ui.context import Context
from studio.ui.served import Served

MAX_UPLOAD = "50mb"  # the largest illustrated EPUB of a play that was met is a tenth of that
COLLECT_AFTER = (10_000, 20, 20)
"""New objects before the youngest are looked at, and how often before the older ones are."""
MAX_WAITING = 32  # events; beyond that the page says that the server is busy


def build_app(workspace: Workspace, served: Path) -> gr.Blocks:
    """Return the page of a workspace, ready to launch.

    Args:
        workspace: stays open as long as the app runs.
        served: an existing folder outside the projects, for the files that a browser may fetch.
    """
    context = Context(workspace, Served(served))
    app = page.build(context)
    add_endpoints(app, context)
    app.queue(max_size=MAX_WAITING, default_concurrency_limit=1)
    return app


def launch(settings: Settings, *, mcp: bool = False) -> None:
    """Open the workspace and serve its page until the process is interrupted.

    Args:
        mcp: offer the named endpoints as MCP tools, too.

    Raises:
        SystemExit: the workspace cannot be opened; says why.
    """
    try:
        workspace = open_workspace(settings)
    except StudioError as error:
        raise SystemExit(f"Tableread cannot start. {error}") from error
    with workspace, TemporaryDirectory(prefix="tableread-") as folder:
        begin_with_a_sample(workspace.projects)
        served = Path(folder).resolve()
        app = build_app(workspace, served)
        spare_the_garbage_collector()
        app.launch(**launch_options(settings, served, mcp=mcp))


def spare_the_garbage_collector() -> None:
    """Have it look seldom, and never again at what was built to stay.

    Measured: with everything else held up, a look at all of it took a third of a second, about
    once in two seconds of answering; without those, answers take a fifth less time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def launch_options(settings: Settings, served: Path, *, mcp: bool = False) -> dict[str, Any]:
    """Return the arguments of `Blocks.launch`; the port is 7860 or $GRADIO_SERVER_PORT."""
    space = os.environ.get("SPACE_HOST")
    guard = Middleware(BrowserGuard, hosts=[space] if space else [])
    return {
        "server_name": "0.0.0.0" if space else "127.0.0.1",
        "share": False,
        "max_file_size": MAX_UPLOAD,
        "allowed_paths": [str(served)],
        "blocked_paths": [str(settings.projects.resolve())],
        "strict_cors": True,
        "enable_monitoring": False,
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": mcp,
        "footer_links": [],
        "app_kwargs": {"middleware": [guard]},
        "theme": theme.theme(),
        "css_paths": theme.STYLE_SHEETS,
    }
