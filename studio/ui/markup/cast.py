"""The cast as a table: speakers, their voices, and a button to hear each."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from studio.services import ScriptView, SpeakerView, Voice
from studio.ui import phrases, text
from studio.ui.markup.parts import PLAY_ICON, hues


def cast_table(view: ScriptView, cast: Mapping[str, str], voices: Sequence[Voice]) -> Markup:
    """Return the speakers with a menu of voices and a button to hear the chosen one."""
    colors = hues(view.speakers)
    rows = (_cast_row(speaker, colors[speaker.name], cast, voices) for speaker in view.speakers)
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
    label = phrases.voice_for(speaker.name)
    count = phrases.counted(speaker.turns, "turn")
    listen = phrases.listen_to(label)
    fields = {"hue": hue, "name": speaker.name, "count": count, "label": label}
    return Markup(page).format(**fields, options=options, listen=listen, icon=PLAY_ICON)


def _option(voice: Voice, chosen: str) -> Markup:
    selected = Markup(" selected" if voice.name == chosen else "")
    shown = f"{voice.name}: {voice.description}" if voice.description else voice.name
    return Markup('<option value="{}"{}>{}</option>').format(voice.name, selected, shown)
