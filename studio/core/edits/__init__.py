"""What a user does to a script, as values.

Is: one frozen dataclass per edit, with `apply(script) -> script` and an exact inverse.
Is not: a document or its history (`studio.core.history`); an edit changes nothing by itself.

- Edits name turns by their ids, so they mean the same after other edits.
- Every edit leaves a script that can be printed and parsed again, or raises `EditError` (it does
  not fit) or `ScriptError` (its text cannot be read) and leaves everything as it was.
- New ids come with the edit: applying it twice to the same script gives the same script.
"""

from studio.core.edits.base import Edit, Side
from studio.core.edits.paste import Paste
from studio.core.edits.structure import (
    AddChapter,
    AddSceneBreak,
    AppendChapter,
    RemoveChapter,
    RemoveSceneBreak,
    RetitleChapter,
    SetNote,
)
from studio.core.edits.turns import (
    AppendTurn,
    InsertTurn,
    MergeTurns,
    MoveTurn,
    RemoveTurn,
    SplitTurn,
)
from studio.core.edits.wording import FindReplace, RenameSpeaker, Retag, Rewrite, SetSpeaker

__all__ = [
    "AddChapter",
    "AddSceneBreak",
    "AppendChapter",
    "AppendTurn",
    "Edit",
    "FindReplace",
    "InsertTurn",
    "MergeTurns",
    "MoveTurn",
    "Paste",
    "RemoveChapter",
    "RemoveSceneBreak",
    "RemoveTurn",
    "RenameSpeaker",
    "Retag",
    "RetitleChapter",
    "Rewrite",
    "SetNote",
    "SetSpeaker",
    "Side",
    "SplitTurn",
]
