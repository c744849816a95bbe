"""Tableread: `python app.py` opens the studio in the browser, `python app.py --help` says more."""

import signal
import sys


def main() -> int:
    """Open the browser app, or run one command."""
    if len(sys.argv) > 1:
        from studio.cli import main as run_command

        # A polite end cleans up like Ctrl-C; an impolite one loses nothing that was finished.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return run_command(sys.argv[1:])
    from studio.settings import Settings
    from studio.ui.app import launch

    launch(Settings())
    return 0


if __name__ == "__main__":
    sys.exit(main())
