"""What an editor in a browser asks for, and what it gets: checked on the way in, plain on the way
out.

Is: the one door between the editor's JavaScript and `Editing`. Whoever can reach the page can send
anything, so everything is bounded and of a known shape before it is looked at.
Is not: aware of Gradio.

- A request is `{"do": …, "project": …, …}`; an answer is JSON values, or `{"error": {…}}` with the
  sentence to show and, where a text cannot be read, its line and column.
"""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from studio.core import edits
from studio.errors import EditConflict, ScriptError, StudioError
from studio.services.editing import Edited, Editing, OpenedChapter

MAX_TEXT = 2_000_000
"""Characters of a chapter as text, or of what is pasted."""

Id = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{1,64}$")]
Anchor = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{0,64}$")]
Name = Annotated[str, Field(max_length=200)]
TurnText = Annotated[str, Field(max_length=200_000)]
Answer = OpenedChapter | Edited | dict[str, object]
Number = Annotated[int, Field(ge=1, le=100_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Rewrite(_Strict):
    kind: Literal["rewrite"]
    turn: Id
    text: TurnText

    def edit(self) -> edits.Edit:
        return edits.Rewrite(self.turn, self.text)


class _SetSpeaker(_Strict):
    kind: Literal["speaker"]
    turn: Id
    speaker: Name

    def edit(self) -> edits.Edit:
        return edits.SetSpeaker(self.turn, self.speaker)


class _Insert(_Strict):
    """`anchor` empty: at the end of `chapter`."""

    kind: Literal["insert"]
    turn: Id
    speaker: Name
    text: TurnText
    anchor: Anchor = ""
    side: edits.Side = "after"
    chapter: Number = 1

    def edit(self) -> edits.Edit:
        if self.anchor:
            return edits.InsertTurn(self.turn, self.speaker, self.text, self.anchor, self.side)
        return edits.AppendTurn(self.turn, self.speaker, self.text, self.chapter)


class _Paste(_Strict):
    kind: Literal["paste"]
    turn: Id
    speaker: Name
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    anchor: Anchor = ""
    chapter: Number = 1

    def edit(self) -> edits.Edit:
        return edits.Paste(self.turn, self.text, self.speaker, self.anchor, self.chapter)


class _Turn(_Strict):
    kind: Literal["remove", "join", "begin_scene", "end_scene"]
    turn: Id

    def edit(self) -> edits.Edit:
        match self.kind:
            case "remove":
                return edits.RemoveTurn(self.turn)
            case "join":
                return edits.MergeTurns(self.turn)
            case "begin_scene":
                return edits.AddSceneBreak(self.turn)
            case "end_scene":
                return edits.RemoveSceneBreak(self.turn)


class _Split(_Strict):
    kind: Literal["split"]
    turn: Id
    at: Annotated[int, Field(ge=0)]
    new: Id

    def edit(self) -> edits.Edit:
        return edits.SplitTurn(self.turn, self.at, self.new)


class _Move(_Strict):
    kind: Literal["move"]
    turn: Id
    anchor: Id
    side: edits.Side

    def edit(self) -> edits.Edit:
        return edits.MoveTurn(self.turn, self.anchor, self.side)


class _Rename(_Strict):
    kind: Literal["rename"]
    speaker: Name
    to: Name

    def edit(self) -> edits.Edit:
        return edits.RenameSpeaker(self.speaker, self.to)


class _Chapter(_Strict):
    """`begin` needs a turn, `title` and `dissolve` a chapter, `add` neither."""

    kind: Literal["chapter"]
    what: Literal["begin", "add", "title", "dissolve"]
    title: Name = ""
    turn: Anchor = ""
    chapter: Number = 1

    def edit(self) -> edits.Edit:
        match self.what:
            case "begin":
                return edits.AddChapter(self.turn, self.title)
            case "add":
                return edits.AppendChapter(self.title)
            case "title":
                return edits.RetitleChapter(self.chapter, self.title)
            case "dissolve":
                return edits.RemoveChapter(self.chapter)


class _Search(_Strict):
    find: Annotated[str, Field(max_length=500)]
    replacement: Annotated[str, Field(max_length=500)] = ""
    mode: Literal["text", "word", "regex"] = "text"
    exact_case: bool = False
    speaker: Name = ""
    turns: Annotated[list[Id], Field(max_length=20_000)] | None = None

    def edit(self) -> edits.FindReplace:
        turns = None if self.turns is None else frozenset(self.turns)
        return edits.FindReplace(
            self.find, self.replacement, self.mode, self.exact_case, self.speaker, turns
        )


class _Replace(_Search):
    kind: Literal["replace"]


OneEdit = Annotated[
    _Rewrite | _SetSpeaker | _Insert | _Paste | _Turn | _Split | _Move | _Rename | _Chapter
    | _Replace,
    Field(discriminator="kind"),
]  # fmt: skip


class _Request(_Strict):
    project: Annotated[str, Field(min_length=1, max_length=200)]
    chapter: Number = 1


class _Open(_Request):
    do: Literal["open"]

    def answer(self, editing: Editing) -> Answer:
        return editing.open(self.project, self.chapter)


class _Edit(_Request):
    do: Literal["edit"]
    revision: Id
    edits: Annotated[list[OneEdit], Field(min_length=1, max_length=5000)]
    group: Annotated[str, Field(max_length=64)] = ""

    def answer(self, editing: Editing) -> Answer:
        made = [one.edit() for one in self.edits]
        return editing.edit(self.project, self.chapter, self.revision, made, self.group)


class _Step(_Request):
    do: Literal["undo", "redo"]

    def answer(self, editing: Editing) -> Answer:
        step = editing.undo if self.do == "undo" else editing.redo
        return step(self.project, self.chapter)


class _Find(_Request):
    do: Literal["find"]
    search: _Search

    def answer(self, editing: Editing) -> Answer:
        found = editing.find(self.project, self.search.edit())
        return {"found": [asdict(one) for one in found]}


class _Text(_Request):
    do: Literal["text"]

    def answer(self, editing: Editing) -> Answer:
        revision, text = editing.text(self.project, self.chapter)
        return {"revision": revision, "text": text}


class _PutText(_Request):
    do: Literal["put_text"]
    revision: Id
    text: Annotated[str, Field(max_length=MAX_TEXT)]

    def answer(self, editing: Editing) -> Answer:
        return editing.put_text(self.project, self.chapter, self.revision, self.text)


_REQUEST: TypeAdapter[Any] = TypeAdapter(
    Annotated[_Open | _Edit | _Step | _Find | _Text | _PutText, Field(discriminator="do")]
)


def answer_request(editing: Editing, request: object) -> dict[str, Any]:
    """Do what an editor asks for; what it may not ask for, or cannot have, is an error to show."""
    try:
        answer = _REQUEST.validate_python(request).answer(editing)
    except ValidationError as error:
        [first, *_] = error.errors(include_input=False, include_url=False)
        place = ".".join(str(part) for part in first["loc"])
        return _error("request", f"The editor asked for what it may not: {place}: {first['msg']}.")
    except ScriptError as error:
        sentence = f"{error.problem[:1].upper()}{error.problem[1:]} {error.advice}"
        return _error("script", sentence, line=error.line, column=error.column)
    except EditConflict as error:
        return _error("conflict", str(error))
    except StudioError as error:
        return _error("edit", str(error))
    return answer if isinstance(answer, dict) else asdict(answer)


def _error(kind: str, message: str, **place: int) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message, **place}}
