"""The voice library: cards to find and hear voices, and a form to add one."""

import json

import gradio as gr

from studio.ui import theme
from studio.ui.context import Context
from studio.ui.handlers.voices import VoiceEvents
from studio.ui.markup import voices as markup
from studio.ui.shared import BARE, EACH, QUIET, Shared
from studio.ui.words import text


def build(context: Context, shared: Shared) -> None:
    """Lay the section out and wire it."""
    events = VoiceEvents(context)
    with gr.Row():
        with gr.Column(scale=7, min_width=320):
            script = theme.script_file("cards", "voices")
            warning = gr.HTML(
                js_on_load=script, elem_id="voice-warning", elem_classes="tr-maybe", **BARE
            )
            cards = gr.HTML(js_on_load=script, elem_id="voices", **BARE)
        with gr.Column(scale=4, min_width=300, elem_id="add-voice"):
            gr.HTML(f'<h2 class="tr-heading">{text.ADD_VOICE}</h2>', **BARE)
            recording = gr.Audio(
                label=text.RECORDING, sources=["upload", "microphone"], type="filepath",
                buttons=[], elem_id="recording",
            )  # fmt: skip
            examined = gr.HTML(elem_id="examined", **BARE)
            listen = gr.Button(
                text.RECOGNIZE, size="sm", elem_id="recognize", visible=events.can_recognize,
                interactive=False,
            )  # fmt: skip
            form = _form()
            add = gr.Button(text.ADD, variant="primary", elem_id="add", interactive=False)
            needed = gr.HTML(markup.needed(), elem_id="needed", **BARE)
    _complete([recording, *form], [add, listen, needed])
    new = gr.State("")
    shared.shown("voices", events.show, new, [cards, new])
    cards.audition(events.audition, None, shared.dock, **EACH)
    cards.codes(events.hear_codes, None, shared.dock, **EACH)
    cards.rename(events.rename, None, shared.changed, **EACH)
    cards.remove(events.remove, None, [warning, shared.changed], **EACH)
    warning.remove(events.remove, None, [warning, shared.changed], **EACH)
    recording.change(events.examine, recording, examined, **QUIET)
    listen.click(
        events.recognize, recording, form[1], api_visibility="private", show_progress_on=form[1]
    )
    add.click(
        events.add, [recording, *form], [recording, *form, examined, new, shared.changed, needed],
        **QUIET,
    )  # fmt: skip


def _complete(given: list[gr.components.Component], outputs: list[gr.components.Component]) -> None:
    """Have the browser say what is missing, and let nothing be pressed before it is there."""
    words = json.dumps([text.NEEDED, text.STILL_NEEDED])
    script = f"(...given) => ({theme.script_file('voice_form')})({words}, given)"
    for field in given:
        field.change(None, given, outputs, js=script)  # type: ignore[attr-defined]


def _form() -> list[gr.components.Component]:
    """Lay out the form, in the order of the handler's parameters."""
    return [
        gr.Textbox(label=text.VOICE_NAME, max_length=60, elem_id="voice-name"),
        gr.Textbox(label=text.TRANSCRIPT, info=text.TRANSCRIPT_INFO, lines=3, elem_id="transcript"),
        gr.Textbox(label=text.DESCRIPTION, max_length=200),
        gr.Textbox(label=text.CONSENT_WHO, max_length=200, elem_id="consent-who"),
        gr.Textbox(label=text.CONSENT_BASIS, max_length=400, elem_id="consent-basis"),
        gr.Checkbox(label=text.CONSENT, elem_id="consent"),
    ]
