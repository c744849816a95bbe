"""The cast as a table: speakers, their voices and settings, and buttons to hear them."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import CastLine, Voice
from studio.ui.markup import parts
from studio.ui.words import cast_text, phrases, text


def cast_table(
    lines: Sequence[CastLine], voices: Sequence[Voice], directions: Sequence[str]
) -> Markup:
    """Return the speakers with their voices and settings, and what can be heard.

    The narrator comes first, then who says most.

    Args:
        lines: in the order of appearance, which gives the colors.
        directions: to be suggested.
    """
    colors = parts.hues(line.speaker for line in lines)
    shown = sorted(lines, key=_place)
    rows = Markup("").join(_row(line, colors[line.speaker], voices) for line in shown)
    known = parts.joined('<option value="{}"></option>', directions)
    page = (
        '<p class="tr-hint">{hint}</p>{accept}<table class="tr-cast"><thead><tr>{columns}'
        '</tr></thead><tbody>{rows}</tbody></table><datalist id="tr-directions">{known}</datalist>'
    )
    return Markup(page).format(
        hint=cast_text.HINT, accept=_accept(lines), rows=rows,
        columns=parts.joined('<th scope="col">{}</th>', cast_text.COLUMNS), known=known,
    )  # fmt: skip


def _place(line: CastLine) -> tuple[bool, int]:
    """Where a speaker stands in the table; equals stay in the order of appearance."""
    return not line.narrates, -line.words


def _accept(lines: Sequence[CastLine]) -> Markup:
    if all(line.chosen for line in lines):
        return Markup("")
    page = '<button type="button" class="tr-line" data-do="accept" title="{}">{}</button>'
    return Markup(page).format(cast_text.ACCEPT_HINT, cast_text.ACCEPT)


def _row(line: CastLine, hue: float, voices: Sequence[Voice]) -> Markup:
    page = (
        '<tr style="--hue:{hue:.0f}" data-speaker="{name}">'
        '<th scope="row"><span class="tr-speaker">{name}</span><small>{facts}</small></th>'
        '<td class="tr-voice-of"><select data-set="voice" aria-label="{label}" '
        'data-speaker="{name}">{options}</select></td>'
        '<td><button type="button" data-do="audition" aria-label="{listen}" title="{listen}">{icon}'
        '</button></td><td class="tr-direction-of" data-label="{direction_head}">'
        '<input data-set="direction" value="{direction}" '
        'list="tr-directions" maxlength="200" placeholder="{none}" aria-label="{direction_label}" '
        'title="{direction_label}"></td><td class="tr-pauses" data-label="{pauses_head}">'
        '<select data-set="pauses" '
        'aria-label="{pauses_label}" title="{pauses_label}">{pauses}</select></td>'
        '<td class="tr-gain" data-label="{gain_head}">'
        '<input data-set="gain" type="number" min="-12" max="12" step="0.5" '
        'value="{gain:g}" aria-label="{gain_label}"><span>dB</span></td>'
        '<td><button type="button" class="tr-line" data-do="line">{hear}</button></td></tr>'
    )
    label = phrases.voice_for(line.speaker)
    return Markup(page).format(
        hue=hue, name=line.speaker, label=label, options=_voices(line, voices), gain=line.gain_db,
        facts=phrases.spoken_amount(line.turns, line.words), listen=phrases.listen_to(label),
        icon=parts.PLAY_ICON, gain_label=phrases.gain_of(line.speaker), hear=text.HEAR_LINE,
        direction=line.direction, none=cast_text.NO_DIRECTION, pauses=_pauses(line.pauses),
        direction_label=cast_text.direction_of(line.speaker),
        pauses_label=cast_text.pauses_of(line.speaker), direction_head=cast_text.COLUMNS[3],
        pauses_head=cast_text.COLUMNS[4], gain_head=cast_text.COLUMNS[5],
    )  # fmt: skip


def _voices(line: CastLine, voices: Sequence[Voice]) -> Markup:
    """The chosen voice, those that would suit, and all of them."""
    by_name = {voice.name: voice for voice in voices if voice.may_perform}
    suited = [by_name[name] for name in line.suggestions if name in by_name]
    if not suited:
        return _options(list(by_name.values()), line.voice)
    group = '<optgroup label="{}">{}</optgroup>'
    rest = [voice for voice in by_name.values() if voice not in suited]
    return Markup(group * 2).format(
        cast_text.SUGGESTED, _options(suited, line.voice), cast_text.OTHERS,
        _options(rest, line.voice),
    )  # fmt: skip


def _options(voices: Sequence[Voice], chosen: str) -> Markup:
    return Markup("").join(_option(voice, chosen) for voice in voices)


def _option(voice: Voice, chosen: str) -> Markup:
    selected = Markup(" selected" if voice.name == chosen else "")
    label = f"{voice.name}: {voice.description}" if voice.description else voice.name
    return Markup('<option value="{}"{}>{}</option>').format(voice.name, selected, label)


def _pauses(chosen: float) -> Markup:
    factors = sorted({*cast_text.PAUSES, chosen})
    return Markup("").join(
        Markup('<option value="{:g}"{}>{}</option>').format(
            factor, Markup(" selected" if factor == chosen else ""), cast_text.pauses(factor)
        )
        for factor in factors
    )
