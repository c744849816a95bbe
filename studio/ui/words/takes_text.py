"""What the panel of a turn's takes says, by the names under which its page knows it.

Is: part of the strings that the browser shows, ready for translation. `{…}` is filled in there.
Is not: messages of errors, which the services write.
"""

from studio.ui.words.editor_text import WORDS as EDITOR

WORDS = {
    "title": "Takes of turn {number}",
    "close": "Close",
    "nothing": "Nothing has been performed of this turn yet.",
    "part": "Part {part} of {parts}",
    "take": "Take {number}",
    "play": "Play take {number}",
    "stop": "Stop",
    "waveform": "Waveform of take {number}, {seconds} seconds",
    "seconds": "{seconds} s",
    "voice": "voice {voice}",
    "how": "How it was made",
    "seed": "Seed {seed}",
    "checkpoint": "Model {checkpoint}",
    "temperature": "Temperature {temperature}",
    "top_p": "Top-p {top_p}",
    "top_k": "Top-k {top_k}",
    "heard": "In use",
    "locked": "Locked",
    "rejected": "Refused: {reason}",
    "attention": "Needs attention: {reason}",
    "accepted": "Passed all checks",
    "says": "It says: “{text}”",
    "use": "Use this take",
    "lock": "Lock",
    "lock_title": "Keep take {number}, whatever is performed later",
    "unlock": "Unlock",
    "unlock_first": "Another take of this part is locked. Unlock it first.",
    "restore": "Restore what was heard before",
    "again": "Perform again",
    "first": "Perform",
    "candidates": "Takes to make",
    "seed_label": "Seed",
    "seed_hint": "0: the studio’s own. Another number gives other takes.",
    "temperature_label": "Temperature",
    "temperature_hint": "Up to 1.5: more is livelier and less certain. Empty: the model’s own.",
    "temperature_own": "auto",
    "options": "Options",
    "previous": "Previous turn (Page Up)",
    "next": "Next turn (Page Down)",
    "offline": "The studio does not answer. Try again.",
    **{name: words for name, words in EDITOR.items() if name.startswith("state_")},
}
