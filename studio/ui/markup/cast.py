"""The cast as a table: speakers, their voices and gains, and buttons to hear them."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import CastLine, Voice
from studio.ui import phrases, text
from studio.ui.markup import parts


def cast_table(lines: Sequence[CastLine], voices: Sequence[Voice]) -> Markup:
    """Return the speakers with a menu of voices, a gain, and what can be heard."""
    colors = parts.hues(line.speaker for line in lines)
    rows = Markup("").join(_row(line, colors[line.speaker], voices) for line in lines)
    page = '{}<p class="tr-hint">{}</p><table class="tr-cast"><tbody>{}</tbody></table>'
    return Markup(page).format(parts.heading(text.CAST), text.CAST_HINT, rows)


def _row(line: CastLine, hue: float, voices: Sequence[Voice]) -> Markup:
    page = (
        '<tr style="--hue:{hue:.0f}" data-speaker="{name}">'
        '<th scope="row"><span class="tr-speaker">{name}</span><small>{facts}</small></th>'
        '<td><select aria-label="{label}" data-speaker="{name}">{options}</select></td>'
        '<td><button type="button" data-do="audition" aria-label="{listen}" title="{listen}">{icon}'
        '</button></td><td class="tr-gain"><input type="number" min="-12" max="12" step="0.5" '
        'value="{gain:g}" aria-label="{gain_label}"><span>dB</span></td>'
        '<td><button type="button" class="tr-line" data-do="line">{hear}</button></td></tr>'
    )
    options = Markup("").join(_option(voice, line.voice) for voice in voices if voice.may_perform)
    label = phrases.voice_for(line.speaker)
    return Markup(page).format(
        hue=hue, name=line.speaker, label=label, options=options, gain=line.gain_db,
        facts=phrases.spoken_amount(line.turns, line.words), listen=phrases.listen_to(label),
        icon=parts.PLAY_ICON, gain_label=phrases.gain_of(line.speaker), hear=text.HEAR_LINE,
    )  # fmt: skip


def _option(voice: Voice, chosen: str) -> Markup:
    selected = Markup(" selected" if voice.name == chosen else "")
    shown = f"{voice.name}: {voice.description}" if voice.description else voice.name
    return Markup('<option value="{}"{}>{}</option>').format(voice.name, selected, shown)
