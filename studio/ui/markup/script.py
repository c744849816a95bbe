"""A script in outline: its chapters and how much there is of each."""

from markupsafe import Markup

from studio.services import ScriptView
from studio.ui import phrases, text
from studio.ui.markup import parts


def outline(view: ScriptView) -> Markup:
    """Return the chapters of a script with their counts."""
    rows = Markup("").join(
        Markup("<li><span>{}</span><small>{}</small></li>").format(
            chapter.title or phrases.untitled_chapter(chapter.number),
            phrases.counted(chapter.turns, "turn"),
        )
        for chapter in view.chapters
    )
    count = phrases.turns_count(len(view.turns), len(view.speakers))
    heading = parts.heading(text.CHAPTERS, count)
    return Markup('{}<ol class="tr-outline">{}</ol>').format(heading, rows)
