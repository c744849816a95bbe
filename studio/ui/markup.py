"""What the custom components show, as HTML.

All user text passes through `Markup.format`, which escapes it. The result must go into a component
with the plain `${value}` template: a Handlebars template would evaluate text from a script.

A speaker's color is a hue that turns by the golden angle, so that any number of speakers differ;
the style sheet gives it lightness for each theme.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from studio.errors import StudioError
from studio.services import EngineInfo, Export, Progress, ScriptView, SpeakerView, TurnView, Voice
from studio.ui import text

GOLDEN_ANGLE = 137.508  # degrees
FIRST_HUE = 200.0
PLAY_ICON = Markup('<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M2 1l7 4-7 4z"/></svg>')


def digest(script: str) -> str:
    """Return a short name of a script's text, by which the page knows whether it has changed."""
    return hashlib.sha256(script.encode()).hexdigest()[:16]


def masthead() -> Markup:
    """Return the name of the studio and what it is for."""
    page = '<div class="tr-masthead"><h1>{}</h1><p>{}</p></div>'
    return Markup(page).format(text.TITLE, text.TAGLINE)


def engine_card(checkpoint: str, info: EngineInfo | None, is_draft: bool) -> Markup:
    """Return which checkpoint performs, where, and how good that is."""
    where = info.device if info else text.NOT_LOADED
    label = Markup('<span class="tr-badge">{}</span>').format(text.DRAFT_LABEL) if is_draft else ""
    page = '<div class="tr-engine">{label}<span>{name}</span><span>{where}</span></div>'
    name = info.name if info else checkpoint
    return Markup(page).format(label=label, name=name, where=where)


def licenses(is_draft: bool) -> Markup:
    """Return whose voices are heard and under which license."""
    notice = text.LICENSE_OURS if is_draft else text.LICENSE_OTHER
    return Markup('<p class="tr-licenses">{}</p>').format(notice)


def empty(hint: str, heading: str) -> Markup:
    """Return what an empty part says about how to fill it."""
    page = '<h2 class="tr-heading">{}</h2><p class="tr-empty">{}</p>'
    return Markup(page).format(heading, hint)


def problem(error: StudioError) -> Markup:
    """Return an error as its plain sentence."""
    return Markup('<p class="tr-problem" role="alert">{}</p>').format(str(error))


def notes(lines: Sequence[str]) -> Markup:
    """Return what an import left out."""
    page = '<details class="tr-notes"><summary>{}</summary><ul>{}</ul></details>'
    return Markup(page).format(text.LEFT_OUT, _joined("<li>{}</li>", lines))


def turns(view: ScriptView, script: str) -> Markup:
    """Return the turns of a script, by chapter and scene, each in its speaker's color."""
    hues = _hues(view.speakers)
    titles = {chapter.number: chapter.title for chapter in view.chapters}
    rows: list[Markup] = []
    place = (0, 0)
    for turn in view.turns:
        rows.append(_division(turn, place, titles))
        rows.append(_turn(turn, hues[turn.speaker]))
        place = (turn.chapter, turn.scene)
    page = (
        '<h2 class="tr-heading">{} <small>{}</small></h2>'
        '<ol class="tr-turns" data-script="{}" tabindex="0" aria-label="{}">{}</ol>'
    )
    count = text.turns_count(len(view.turns), len(view.speakers))
    return Markup(page).format(text.TURNS, count, digest(script), text.TURNS, Markup("").join(rows))


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
    label = text.listen_to(text.turn_label(turn.index + 1, turn.speaker))
    parts = Markup("").join(_part(kind, words) for kind, words in turn.parts)
    fields = {"turn": turn.index, "hue": hue, "label": label, "icon": PLAY_ICON}
    return Markup(page).format(**fields, speaker=turn.speaker, parts=parts)


def _part(kind: str, words: str) -> Markup:
    if kind == "direction":
        return Markup('<span class="tr-direction">[{}]</span>').format(words)
    if kind == "pause":
        return Markup('<span class="tr-pause">{}</span>').format(words)
    return Markup("{}").format(words)


def cast_table(view: ScriptView, cast: Mapping[str, str], voices: Sequence[Voice]) -> Markup:
    """Return the speakers with a menu of voices and a button to hear the chosen one."""
    hues = _hues(view.speakers)
    rows = (_cast_row(speaker, hues[speaker.name], cast, voices) for speaker in view.speakers)
    page = '<h2 class="tr-heading">{}</h2><table class="tr-cast"><tbody>{}</tbody></table>'
    return Markup(page).format(text.CAST, Markup("").join(rows))


def _cast_row(
    speaker: SpeakerView, hue: float, cast: Mapping[str, str], voices: Sequence[Voice]
) -> Markup:
    page = (
        '<tr style="--hue:{hue:.0f}"><th scope="row"><span class="tr-speaker">{name}</span>'
        '<small>{count}</small></th><td><select aria-label="{label}" data-speaker="{name}">'
        '{options}</select></td><td><button type="button" aria-label="{listen}">{icon}</button>'
        "</td></tr>"
    )
    options = Markup("").join(_option(voice, cast[speaker.name]) for voice in voices)
    label = text.voice_for(speaker.name)
    count = text.counted(speaker.turns, "turn")
    listen = text.listen_to(label)
    fields = {"hue": hue, "name": speaker.name, "count": count, "label": label}
    return Markup(page).format(**fields, options=options, listen=listen, icon=PLAY_ICON)


def _option(voice: Voice, chosen: str) -> Markup:
    selected = Markup(" selected" if voice.name == chosen else "")
    shown = f"{voice.name}: {voice.description}" if voice.description else voice.name
    return Markup('<option value="{}"{}>{}</option>').format(voice.name, selected, shown)


def progress(report: Progress) -> Markup:
    """Return how far a performance is: turns, sound, speed, time left, and what needs attention."""
    page = (
        '<div class="tr-progress" data-job="{job}" data-state="{state}">'
        '<p role="status">{message}</p>'
        '<progress max="1" value="{fraction:.4f}">{fraction:.0%}</progress><p>{facts}</p>'
        '<p class="tr-current">{current}</p>{error}{attention}</div>'
    )
    return Markup(page).format(
        job=report.job_id,
        state=report.state,
        message=report.message,
        fraction=report.fraction,
        facts=" · ".join(_facts(report)),
        current="" if report.finished else report.current,
        error=_error(report),
        attention=_attention(report),
    )


def _facts(report: Progress) -> list[str]:
    facts = [text.turn_of(report.turns_done, report.turns_total), text.sound(report.audio_seconds)]
    if report.speed > 0:
        facts.append(text.speed(report.speed))
    if report.eta_seconds is not None and not report.finished:
        facts.append(text.time_left(report.eta_seconds))
    if report.reused_turns:
        facts.append(text.reused(report.reused_turns))
    return facts


def _error(report: Progress) -> Markup:
    if not report.error or report.error == report.message:
        return Markup("")
    return Markup('<p class="tr-problem" role="alert">{}</p>').format(report.error)


def _attention(report: Progress) -> Markup:
    if not report.attention:
        return Markup("")
    lines = [
        f"{text.turn_label(item.turn + 1, item.speaker)}: {item.reason}"
        for item in report.attention
    ]
    page = '<div class="tr-attention"><h3>{}</h3><ul>{}</ul></div>'
    return Markup(page).format(text.ATTENTION, _joined("<li>{}</li>", lines))


def player(export: Export, url: str) -> Markup:
    """Return a player of a finished chapter, with what the file holds."""
    page = (
        '<h2 class="tr-heading">{title} <small>{facts}</small></h2>'
        '<audio controls preload="metadata" src="{url}" aria-label="{title}"></audio>'
    )
    facts = text.export_facts(export.turns, export.seconds, export.size_bytes)
    return Markup(page).format(title=text.CHAPTER_PLAYER, facts=facts, url=url)


def _hues(speakers: Iterable[SpeakerView]) -> dict[str, float]:
    return {
        speaker.name: (FIRST_HUE + number * GOLDEN_ANGLE) % 360
        for number, speaker in enumerate(speakers)
    }


def _joined(item: str, values: Iterable[str]) -> Markup:
    return Markup("").join(Markup(item).format(value) for value in values)
