"""Records read strictly from JSON objects: what cannot be used is an error that names its field.

Is: what the readers of configurations share, on top of pydantic.
Is not: a schema; what a file must hold is said where it is read.
"""

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.errors import ConfigError

Count = Annotated[int, Field(strict=True, gt=0)]
Index = Annotated[int, Field(strict=True, ge=0)]
Number = Annotated[float, Field(strict=True, gt=0, lt=1e12)]
Flag = Annotated[bool, Field(strict=True)]
Counts = Annotated[tuple[Count, ...], Field(min_length=1)]


class Record(BaseModel):
    """The fields of a JSON object. What is null counts as missing.

    Attributes:
        without_effect: the names of what is let through although it is no field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
    without_effect: ClassVar[re.Pattern[str]] = re.compile("(?!)")

    @classmethod
    def read(cls, values: object, where: str = "") -> Self:
        """Read an object that lies at a dotted name in its file.

        Raises:
            ConfigError: a field is unknown, missing or impossible.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, [where, *first["loc"]])).strip(".")
            raise ConfigError(name, cls._problem(first)) from error

    @model_validator(mode="before")
    @classmethod
    def _with_effect(cls, values: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(values, dict):
            return values
        known, ignored = cls._fields(), cls.without_effect.fullmatch
        given = {name: value for name, value in values.items() if value is not None}
        return {name: given[name] for name in given if name in known or not ignored(name)}

    @classmethod
    def _fields(cls) -> dict[str, Any]:
        """The fields as the file spells them, and what each holds."""
        return {field.alias or name: field.annotation for name, field in cls.model_fields.items()}

    @classmethod
    def _problem(cls, error: Any) -> str:  # noqa: ANN401 - what pydantic found
        match error["type"]:
            case "missing":
                return "is missing"
            case "extra_forbidden":
                return f"is unknown{cls._hint(*error['loc'])}"
            case "unexpected_keyword_argument":
                return "is unknown"
            case "value_error":
                return str(error["ctx"]["error"])
            case "model_type":
                return f"must be an object, is {error['input']!r}"
        return f"{re.sub('^(Input|Tuple) should', 'must', error['msg'])}, is {error['input']!r}"

    @classmethod
    def _hint(cls, *path: str) -> str:
        """Suggest a known name for the unknown one at the end of a path."""
        if len(path) > 1:
            return str(cls._fields()[path[0]]._hint(*path[1:]))
        near = difflib.get_close_matches(path[0], cls._fields(), 1)
        return f"; did you mean '{near[0]}'?" if near else ""


def refuse(problems: Mapping[str, str | bool]) -> None:
    """Refuse fields that do not fit the others, by their dotted names; False is no problem.

    Raises:
        ConfigError: there is a problem.
    """
    for field, problem in problems.items():
        if problem:
            raise ConfigError(field, str(problem))


def read_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises:
        ConfigError: it cannot be read or holds something else; it names the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(path.name, f"cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(path.name, "must hold a JSON object")
    return content
