"""`app.py voices`: the library of voices."""

import argparse
from pathlib import Path

from studio.cli.answer import answer, table
from studio.cli.options import Commands, json_option, settings_of, workspace_options

ADD_EXAMPLE = 'example: python app.py voices add me.wav --name Me --transcript "What I say in it."'
LIST_EXAMPLE = "example: python app.py voices list --json"


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parser = commands.add_parser("voices", epilog=LIST_EXAMPLE, help="list the voices, or add one")
    actions = parser.add_subparsers(required=True, metavar="list|add")
    parents = [workspace_options(), json_option()]
    listing = actions.add_parser(
        "list", parents=parents, epilog=LIST_EXAMPLE, help="print every voice"
    )
    listing.set_defaults(command=list_voices)
    adding = actions.add_parser(
        "add", parents=parents, epilog=ADD_EXAMPLE, help="add a voice from a recording"
    )
    adding.set_defaults(command=add_voice)
    adding.add_argument("audio", type=Path, help="1 to 120 s of one person speaking")
    adding.add_argument("--name", required=True)
    adding.add_argument("--transcript", required=True, help="what is said in the recording")
    adding.add_argument("--description", default="")
    adding.add_argument("--language", default="en")
    adding.add_argument("--gender", default="", choices=("", "female", "male"))


def list_voices(options: argparse.Namespace) -> None:
    """Print every voice; a workspace that is in use is only looked at."""
    from studio.errors import WorkspaceBusy
    from studio.services import open_workspace

    settings = settings_of(options)
    try:
        workspace = open_workspace(settings)
    except WorkspaceBusy:
        workspace = open_workspace(settings, read_only=True)
    with workspace:
        voices = workspace.voices.list()
    facts = [(voice.gender, voice.language, voice.description) for voice in voices]
    lines = table(
        (voice.name, ", ".join(filter(None, words)))
        for voice, words in zip(voices, facts, strict=True)
    )
    answer(options, voices, lines or ["There are no voices yet.", ADD_EXAMPLE])


def add_voice(options: argparse.Namespace) -> None:
    """Add a voice from a recording."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        voice = workspace.voices.add(
            options.name,
            options.audio,
            options.transcript,
            description=options.description,
            language=options.language,
            gender=options.gender,
        )
    answer(options, voice, f"Added {voice.name} ({voice.seconds:.1f} s).")
