"""The voice library as cards, a recording's examination, and what goes with a voice."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from studio.services import Examination, Voice, VoiceUses
from studio.ui.markup import parts
from studio.ui.words import phrases, text

FOR_ALL = ("codes",)
"""What can be done with the voices that come with the studio, too."""


def cards(
    voices: Sequence[Voice],
    uses: Mapping[str, VoiceUses],
    transcripts: Mapping[str, str],
    new: str = "",
) -> Markup:
    """Return every voice with what can be done with it, and a field to find one.

    Args:
        transcripts: what is said in the user's own voices, by name.
        new: the voice that has been added just now; empty: none.
    """
    shown = Markup("").join(
        _card(voice, uses[voice.name], transcripts.get(voice.name, ""), voice.name == new)
        for voice in voices
    )
    page = (
        '{heading}{added}<input type="search" class="tr-search" placeholder="{find}" '
        'aria-label="{find}">{filters}<ul class="tr-cards">{shown}</ul>'
        '<p class="tr-empty" data-nothing role="status" hidden>{nothing}</p>'
    )
    count = Markup('<span data-some="{}">{}</span>').format(
        phrases.some_of(len(voices), "voice"), phrases.counted(len(voices), "voice")
    )
    heading = parts.heading(count)
    added = Markup('<p class="tr-ready" data-state="done" role="status">{}</p>')
    return Markup(page).format(
        heading=heading, find=text.FIND_VOICE, filters=_filters(), shown=shown,
        added=added.format(phrases.voice_added(new)) if new else "", nothing=text.NO_SUCH_VOICE,
    )  # fmt: skip


def _filters() -> Markup:
    """Buttons of which one is pressed."""
    buttons = Markup("").join(
        Markup('<button type="button" data-filter="{}" aria-pressed="{}">{}</button>').format(
            name, str(not name).lower(), label
        )
        for name, label in text.VOICE_FILTERS.items()
    )
    return Markup('<div class="tr-filters">{}</div>').format(buttons)


def _card(voice: Voice, uses: VoiceUses, transcript: str, is_new: bool) -> Markup:
    page = (
        '<li class="tr-card tr-voice"{new} data-voice="{name}" data-is="{kinds}">'
        '<button type="button" data-do="audition" aria-label="{listen}">{icon}</button>'
        "<div><strong>{name}</strong><span>{description}</span><small>{facts}</small>{about}</div>"
        '<details class="tr-more"><summary aria-label="{more}" title="{more}">…</summary>'
        "<div>{actions}</div></details></li>"
    )
    own = voice.origin == "user"
    actions = {name: label for name, label in text.VOICE_ACTIONS.items() if own or name in FOR_ALL}
    kinds = [voice.gender, voice.origin, "used" if uses.projects or uses.takes else ""]
    return Markup(page).format(
        name=voice.name, kinds=" ".join(filter(None, kinds)), icon=parts.PLAY_ICON,
        description=voice.description, new=Markup(" data-new") if is_new else "",
        about=_about(voice, transcript) if own else "",
        listen=phrases.listen_to(voice.name), facts=phrases.voice_facts(voice, uses),
        more=phrases.more_about(voice.name), actions=_actions(actions),
    )  # fmt: skip


def _about(voice: Voice, transcript: str) -> Markup:
    """What a voice of the user's own was made of, and who has agreed to it."""
    consent = voice.consent
    agreed = (
        phrases.agreed(consent.who, consent.basis, consent.recorded) if consent else text.NO_CONSENT
    )
    page = (
        '<details class="tr-about"><summary>{}</summary><p>{}</p><p class="tr-quote">“{}”</p>'
        "</details>"
    )
    return Markup(page).format(text.ABOUT_VOICE, agreed, transcript)


def _actions(actions: Mapping[str, str]) -> Markup:
    page = '<button type="button" data-do="{}">{}</button>'
    return Markup("").join(Markup(page).format(*action) for action in actions.items())


def examination(found: Examination) -> Markup:
    """Return what was measured on a recording: its numbers, and advice. The form shows its wave."""
    advice = found.advice or (text.GOOD_RECORDING,)
    rows = Markup("").join(Markup("<li>{}</li>").format(line) for line in advice)
    page = '<div class="tr-examined" data-good="{good}"><p>{facts}</p><ul>{rows}</ul></div>'
    return Markup(page).format(
        good=str(not found.advice).lower(), facts=phrases.measured(found), rows=rows
    )


def needed() -> Markup:
    """Return what a form that is empty needs; `assets/ui/voice_form.js` says the same later."""
    page = '<p class="tr-hint">{} {}.</p>'
    return Markup(page).format(text.STILL_NEEDED, ", ".join(text.NEEDED))


def confirm(name: str, uses: str) -> Markup:
    """Return what would go with a voice, and the button that says so be it."""
    page = (
        '<div class="tr-problem tr-card" role="alert" data-voice="{}"><p>{}</p>'
        '<button type="button" data-do="confirm">{}</button> '
        '<button type="button" data-do="keep">{}</button></div>'
    )
    return Markup(page).format(name, phrases.goes_with(name, uses), text.REMOVE, text.KEEP)
