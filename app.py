"""Tableread: `python app.py` opens the studio in the browser, `python app.py --help` says more."""

import signal
import sys


def main() -> int:
    """Open the browser app, or run one command."""
    try:
        return _run(sys.argv[1:])
    except ModuleNotFoundError as error:
        if str(error.name).startswith(("engine", "studio")):
            raise
        sys.exit(
            f"Tableread's packages are not installed in this Python ({error.name} is missing). "
            "Install them with `make run`, or use .venv/bin/python app.py."
        )


def _run(arguments: list[str]) -> int:
    if arguments:
        from studio.cli import main as run_command

        # A polite end cleans up like Ctrl-C; an impolite one loses nothing that was finished.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return run_command(arguments)
    print("Tableread is starting ...", flush=True)  # what is imported next takes seconds
    from studio.settings import Settings
    from studio.ui.app import launch

    launch(Settings())
    return 0


if __name__ == "__main__":
    sys.exit(main())
