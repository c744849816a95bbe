"""The pronunciation dictionary for programs."""

from typing import Literal

from studio.services import Entry
from studio.ui.api.answers import Json, JsonList
from studio.ui.context import Context


class PronunciationsApi:
    """The operations on the dictionary."""

    def __init__(self, context: Context) -> None:
        self._pronunciations = context.workspace.pronunciations

    def list(self, project: str = "") -> JsonList:
        """List the entries that apply to a project, or those of the workspace.

        Args:
            project: its slug; empty: only the workspace's.
        """
        return self._pronunciations.list(project)  # type: ignore[return-value]

    def add(
        self, written: str, spoken: str, project: str = "", speaker: str = "",
        kind: Literal["word", "regex"] = "word", case: Literal["any", "exact"] = "any",
        language: str = "",
    ) -> Json:  # fmt: skip
        """Have something spoken otherwise than it is written.

        Args:
            written: the word, the words, or the regular expression to find.
            spoken: what is said instead.
            project: where it applies; empty: everywhere.
            speaker: whom it applies to; needs a project.
            kind: word or regex.
            case: any or exact.
            language: the only one it applies to; empty: all.
        """
        scope: Literal["workspace", "project", "speaker"] = "project" if project else "workspace"
        entry = Entry(
            written, spoken, kind, "speaker" if speaker else scope, speaker, language, case
        )
        return self._pronunciations.add(entry, project)  # type: ignore[return-value]

    def remove(self, number: int) -> Json:
        """Remove an entry.

        Args:
            number: as pronunciations_list tells it.
        """
        return self._pronunciations.remove(number)  # type: ignore[return-value]

    def preview(self, text: str, project: str = "") -> JsonList:
        """Return every turn of a script that is spoken otherwise than written, and why.

        Args:
            text: a script; it need not be the project's.
            project: whose entries and numbers are used.
        """
        return self._pronunciations.preview(text, project)  # type: ignore[return-value]
