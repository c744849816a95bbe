"""`app.py voices`: the library of voices."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.answer import answer, table
from studio.cli.failure import INPUT, CommandFailed
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, json_option, settings_of, workspace_options

if TYPE_CHECKING:
    from studio.services import Voice

CONSENT = '"Ann Smith: my own voice"'
ADD_EXAMPLE = (
    'example: python app.py voices add me.wav --name Me --transcript "What I say in it." '
    f"--consent {CONSENT}"
)
EXAMPLES = {
    "list": "example: python app.py voices list --json",
    "add": ADD_EXAMPLE,
    "show": "example: python app.py voices show Me",
    "edit": 'example: python app.py voices edit Me --tag warm --tag slow --notes "Read in May."',
    "rename": 'example: python app.py voices rename Me "Ann Smith"',
    "consent": f"example: python app.py voices consent Me {CONSENT}",
    "remove": "example: python app.py voices remove Me --yes",
}
HELP = {
    "list": "print every voice",
    "add": "add a voice from a recording",
    "show": "print all about one voice, and what depends on it",
    "edit": "change what is written about a voice",
    "rename": "call a voice of your own otherwise",
    "consent": "state that a voice may be cloned",
    "remove": "remove a voice and everything made of it",
}


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parser = commands.add_parser(
        "voices", epilog=EXAMPLES["list"], help="list the voices, add one, or look after them"
    )
    actions = parser.add_subparsers(required=True, metavar="|".join(EXAMPLES))
    run = {"list": list_voices, "add": add_voice, "show": show_voice, "edit": edit_voice,
           "rename": rename_voice, "consent": give_consent, "remove": remove_voice}  # fmt: skip
    for name, example in EXAMPLES.items():
        action = actions.add_parser(
            name, parents=[workspace_options(), json_option()], epilog=example, help=HELP[name]
        )
        action.set_defaults(command=run[name])
        if name == "add":
            _add_recording(action)
        elif name != "list":
            action.add_argument("name", help="capitals are ignored")
        if name in ("add", "edit"):
            _add_description(action)
        if name == "rename":
            action.add_argument("new", metavar="NEW", help="no other voice is called that")
        if name == "consent":
            action.add_argument("statement", metavar="WHO:BASIS", help=f"for example {CONSENT}")
        if name == "remove":
            action.add_argument("--yes", action="store_true",
                                help="also remove what depends on it")  # fmt: skip


def list_voices(options: argparse.Namespace) -> None:
    """Print every voice; a workspace that is in use is only looked at."""
    with open_to_read(options) as workspace:
        voices = workspace.voices.list()
    lines = table((voice.name, _facts(voice)) for voice in voices)
    answer(options, voices, lines or ["There are no voices yet.", ADD_EXAMPLE])


def add_voice(options: argparse.Namespace) -> None:
    """Add a voice from a recording."""
    from studio.services import open_workspace

    if options.consent is None:
        raise CommandFailed(
            "A voice is cloned only with consent. Say who agreed and on what basis: "
            f"--consent {CONSENT}",
            INPUT,
        )
    with open_workspace(settings_of(options)) as workspace:
        voice = workspace.voices.add(
            options.name,
            options.audio,
            options.transcript,
            description=options.description or "",
            language=options.language or "en",
            gender=options.gender or "",
            tags=options.tag or (),
            notes=options.notes or "",
            consent=_statement(options.consent),
        )
    answer(options, voice, f"Added {voice.name} ({voice.seconds:.1f} s).")


def show_voice(options: argparse.Namespace) -> None:
    """Print all about one voice."""
    from studio.services import describe_uses

    with open_to_read(options) as workspace:
        voice = workspace.voices.get(options.name)
        uses = workspace.voices.uses(options.name)
    consent = voice.consent
    rows = [
        ("name", voice.name),
        ("facts", _facts(voice)),
        ("tags", ", ".join(voice.tags)),
        ("notes", voice.notes),
        ("consent", f"{consent.who}: {consent.basis} ({consent.recorded})" if consent else
         "not needed: a starter voice" if voice.may_perform else "not given yet"),
        ("in use", describe_uses(uses)),
    ]  # fmt: skip
    answer(options, {"voice": voice, "uses": uses}, table(row for row in rows if row[1]))


def edit_voice(options: argparse.Namespace) -> None:
    """Change what is written about a voice."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        voice = workspace.voices.describe(
            options.name,
            tags=options.tag,
            description=options.description,
            language=options.language,
            gender=options.gender,
            notes=options.notes,
        )
    answer(options, voice, f"{voice.name}: {_facts(voice)}")


def rename_voice(options: argparse.Namespace) -> None:
    """Call a voice otherwise."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        old = workspace.voices.get(options.name).name
        voice = workspace.voices.rename(old, options.new)
    answer(options, voice, f"{old} is called {voice.name} now.")


def give_consent(options: argparse.Namespace) -> None:
    """Record that a voice may be cloned."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        voice = workspace.voices.give_consent(options.name, *_statement(options.statement))
    answer(options, voice, f"{voice.name} may be performed with.")


def remove_voice(options: argparse.Namespace) -> None:
    """Remove a voice and everything made of it."""
    from studio.services import describe_uses, open_workspace

    with open_workspace(settings_of(options)) as workspace:
        removal = workspace.voices.remove(options.name, confirmed=options.yes)
    lines = [f"Removed {removal.voice}, its recording and its codes."]
    if removal.uses.anything:
        lines.append(f"Gone with it: {describe_uses(removal.uses)}.")
    lines += [f"Not touched, because it lies elsewhere: {path}" for path in removal.outside]
    answer(options, removal, lines)


def _facts(voice: "Voice") -> str:
    allowed = "" if voice.may_perform else "needs consent"
    facts = (voice.gender, voice.language, voice.description, *voice.tags, allowed)
    return ", ".join(filter(None, facts))


def _statement(text: str) -> tuple[str, str]:
    who, _, basis = text.partition(":")
    return who, basis


def _add_recording(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("audio", type=Path, help="1 to 120 s of one person speaking")
    parser.add_argument("--name", required=True)
    parser.add_argument("--transcript", required=True, help="what is said in the recording")
    parser.add_argument("--consent", metavar="WHO:BASIS",
                        help="who agreed that this voice is cloned, and why that may be "
                        f"relied on: {CONSENT}")  # fmt: skip


def _add_description(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--description")
    parser.add_argument("--language", metavar="CODE", help="such as en or pt-BR")
    parser.add_argument("--gender", choices=("", "female", "male"))
    parser.add_argument("--tag", action="append", help="may be repeated; replaces earlier tags")
    parser.add_argument("--notes")
