"""The turns of a script as a list, each in its speaker's color, with a button to hear it."""

from collections.abc import Mapping

from markupsafe import Markup

from studio.services import ScriptView, TurnView
from studio.ui import phrases, text
from studio.ui.markup.parts import PLAY_ICON, digest, hues


def turns(view: ScriptView, script: str) -> Markup:
    """Return the turns of a script, by chapter and scene, each in its speaker's color."""
    colors = hues(speaker.name for speaker in view.speakers)
    titles = {chapter.number: chapter.title for chapter in view.chapters}
    rows: list[Markup] = []
    place = (0, 0)
    for turn in view.turns:
        rows.append(_division(turn, place, titles))
        rows.append(_turn(turn, colors[turn.speaker]))
        place = (turn.chapter, turn.scene)
    page = (
        '<h2 class="tr-heading">{} <small>{}</small><button type="button" class="tr-play-on" '
        'aria-pressed="false" title="{}">{}</button></h2>'
        '<ol class="tr-turns" data-script="{}" tabindex="0" aria-label="{}">{}</ol>'
    )
    count = phrases.turns_count(len(view.turns), len(view.speakers))
    return Markup(page).format(
        text.TURNS,
        count,
        text.PLAY_ON_HINT,
        text.PLAY_ON,
        digest(script),
        text.TURNS,
        Markup("").join(rows),
    )


def _division(turn: TurnView, place: tuple[int, int], titles: Mapping[int, str]) -> Markup:
    if turn.chapter != place[0]:
        title = titles[turn.chapter]
        return Markup('<li class="tr-chapter">{}</li>').format(title) if title else Markup("")
    return Markup('<li class="tr-scene">***</li>' if turn.scene != place[1] else "")


def _turn(turn: TurnView, hue: float) -> Markup:
    page = (
        '<li class="tr-turn" data-turn="{turn}" style="--hue:{hue:.0f}">'
        '<button type="button" aria-label="{label}" disabled>{icon}</button>'
        '<span class="tr-speaker">{speaker}</span><span class="tr-text">{parts}</span></li>'
    )
    label = phrases.listen_to(phrases.turn_label(turn.index + 1, turn.speaker))
    parts = Markup("").join(_part(kind, words) for kind, words in turn.parts)
    fields = {"turn": turn.index, "hue": hue, "label": label, "icon": PLAY_ICON}
    return Markup(page).format(**fields, speaker=turn.speaker, parts=parts)


def _part(kind: str, words: str) -> Markup:
    if kind == "direction":
        return Markup('<span class="tr-direction">[{}]</span>').format(words)
    if kind == "pause":
        return Markup('<span class="tr-pause">{}</span>').format(words)
    return Markup("{}").format(words)
