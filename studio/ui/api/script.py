"""The script of a project for programs: read, put, edited, searched."""

from typing import Any, Literal

from studio.errors import EditError
from studio.services import answer_request, read_script
from studio.ui.api.answers import Json
from studio.ui.context import Context

Mode = Literal["text", "word", "regex"]


class ScriptApi:
    """The operations on a project's script."""

    def __init__(self, context: Context) -> None:
        self._projects = context.workspace.projects
        self._editing = context.workspace.editing

    def read(self, project: str) -> Json:
        """Return the text of a project's script, with its chapters, speakers and turns.

        Args:
            project: its slug.
        """
        text = self._projects.open(project).script
        view = read_script(text)
        return {
            "text": text, "chapters": view.chapters, "speakers": view.speakers,
            "turns": [
                {"turn": turn.turn_id, "number": number, "speaker": turn.speaker, "text": turn.text}
                for number, turn in enumerate(self._projects.turns(project), start=1)
            ],
        }  # fmt: skip

    def put(self, project: str, text: str) -> Json:
        """Give a project a new text. Turns that can be recognized keep their takes.

        Args:
            project: its slug.
            text: a whole script.
        """
        self._projects.save(project, text)
        return self.read(project)

    def edit(self, project: str, revision: str, edits: list[dict[str, Any]]) -> Json:
        """Edit turns: all of the edits or none. The revision is that of script_open.

        Args:
            project: its slug.
            revision: as script_open or the last edit told it.
            edits: such as {"kind": "rewrite", "turn": id, "text": text}; kinds are rewrite, speaker, insert, paste, split, join, remove, move, rename, replace, chapter, begin_scene and end_scene.
        """  # noqa: E501 - Gradio reads one line for each parameter
        request = {"do": "edit", "project": project, "revision": revision, "edits": edits}
        return self._asked(request)

    def open(self, project: str, chapter: int = 1) -> Json:
        """Return a chapter for editing: its rows and the revision that edits refer to.

        Args:
            project: its slug.
            chapter: counted from 1.
        """
        return self._asked({"do": "open", "project": project, "chapter": chapter})

    def find(
        self, project: str, pattern: str, mode: Mode = "text", exact_case: bool = False
    ) -> Json:
        """Find words or a regular expression in a project's script.

        Args:
            project: its slug.
            pattern: what to find.
            mode: text, word or regex.
            exact_case: whether capitals have to agree.
        """
        search = {"find": pattern, "mode": mode, "exact_case": exact_case}
        return self._asked({"do": "find", "project": project, "search": search})

    def undo(self, project: str, chapter: int = 1) -> Json:
        """Take the last edit of a project's script back.

        Args:
            project: its slug.
            chapter: whose rows to return, counted from 1.
        """
        return self._asked({"do": "undo", "project": project, "chapter": chapter})

    def redo(self, project: str, chapter: int = 1) -> Json:
        """Make the edit that was taken back last again.

        Args:
            project: its slug.
            chapter: whose rows to return, counted from 1.
        """
        return self._asked({"do": "redo", "project": project, "chapter": chapter})

    def _asked(self, request: Json) -> Json:
        answer = answer_request(self._editing, request)
        if "error" in answer:
            raise EditError(answer["error"]["message"])
        return answer
