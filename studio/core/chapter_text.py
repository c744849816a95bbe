"""One chapter of a script as plain text, and back into its place.

Is: the script format for a part of a script, headings included.
Is not: what keeps ids (`identity.carry_ids`, for whoever calls this).

- Putting a chapter's own text back changes nothing.
- The first chapter's text opens with the script's front matter.
- A text may hold more headings than one, or none: then its turns go on from the chapter before.
"""

from dataclasses import replace

from studio.core.model import Script
from studio.core.outline import from_outline, outline
from studio.core.script_text import parse_script, print_script
from studio.errors import EditError


def chapter_text(script: Script, chapter: int) -> str:
    """A chapter as it stands in the script format. Chapters count from 1.

    Raises:
        EditError: there is no such chapter.
    """
    _check(script, chapter)
    shown = Script((script.chapters[chapter - 1],))
    return print_script(replace(script, chapters=shown.chapters) if chapter == 1 else shown)


def put_chapter_text(script: Script, chapter: int, text: str) -> Script:
    """The script with a chapter's text replaced; its turns have no ids.

    Raises:
        EditError: there is no such chapter, or front matter stands before a later one.
        ScriptError: the text cannot be read.
    """
    _check(script, chapter)
    typed = parse_script(text, draft=True)
    if chapter == 1:
        script = replace(script, notes=typed.notes, cast=typed.cast)
    elif typed.notes or typed.cast:
        raise EditError(
            "A block between --- lines belongs to the beginning of the first chapter. Take it out, "
            "or write \\--- to have it spoken."
        )
    at = chapter - 1
    before, after = Script(script.chapters[:at]), Script(script.chapters[at + 1 :])
    return from_outline([*outline(before), *outline(typed), *outline(after)], script)


def _check(script: Script, chapter: int) -> None:
    if not 1 <= chapter <= len(script.chapters):
        raise EditError(f"There is no chapter {chapter} in the script.")
