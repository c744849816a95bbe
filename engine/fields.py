"""Strict reading of JSON objects: every key is taken and checked, what is left is an error.

Is: what the readers of configurations share.
Is not: a schema; what a file must hold is said where it is read.
"""

import dataclasses
import difflib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from engine.errors import ConfigError

RecordT = TypeVar("RecordT")


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


class Fields:
    """The keys of one JSON object.

    Args:
        values: the object; a key that is null counts as missing.
        path: where it lies in its file, with the dot behind it.
    """

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path
        self._taken: set[str] = set()

    def name(self, key: str) -> str:
        """Return a key with its path, as errors name it."""
        return f"{self._path}{key}"

    def take(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - JSON
        """Take a value of any kind.

        Raises:
            ConfigError: it is missing and has no default. The other methods raise it, too, where
                the value is not what they promise.
        """
        self._taken.add(key)
        value = self._values.get(key)
        value = default if value is None else value
        if value is None:
            raise ConfigError(self.name(key), "is missing")
        return value

    def record(self, kind: type[RecordT], **defaults: object) -> RecordT:
        """Take all fields of a dataclass, each as its type says; it may have defaults itself."""
        readers: dict[object, Callable[[str, Any], object]] = {
            int: self.count,
            float: self.number,
            bool: self.flag,
            tuple[int, ...]: self.counts,
        }
        values = {}
        for field in dataclasses.fields(kind):  # type: ignore[arg-type]
            given = None if field.default is dataclasses.MISSING else field.default
            default = defaults.get(field.name, given)
            values[field.name] = readers[field.type](field.name, default)
        return kind(**values)

    def count(self, key: str, default: int | None = None, least: int = 1) -> int:
        """Take an integer."""
        value = self.take(key, default)
        if type(value) is not int or value < least:
            raise ConfigError(
                self.name(key), f"must be an integer of at least {least}, is {value!r}"
            )
        return value

    def counts(
        self, key: str, default: tuple[int, ...] | None = None, least: int = 1
    ) -> tuple[int, ...]:
        """Take a list of integers that is not empty."""
        value = self.take(key, default)
        whole = isinstance(value, list | tuple) and all(type(item) is int for item in value)
        if not whole or not value or min(value) < least:
            raise ConfigError(
                self.name(key), f"must be a list of integers of at least {least}, is {value!r}"
            )
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        """Take a positive number."""
        value = self.take(key, default)
        if type(value) not in (int, float) or not 0 < value < 1e12:
            raise ConfigError(self.name(key), f"must be a positive number, is {value!r}")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Take true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise ConfigError(self.name(key), f"must be true or false, is {value!r}")
        return value

    def word(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """Take one of several words."""
        value = self.take(key, default)
        if value not in allowed:
            raise ConfigError(self.name(key), f"must be one of {', '.join(allowed)}, is {value!r}")
        return str(value)

    def equal(self, key: str, needed: int) -> None:
        """Take an integer that follows from the others and may be left out."""
        if (value := self.count(key, needed)) != needed:
            raise ConfigError(self.name(key), f"must be {needed} to fit the rest, is {value}")

    def inner(self, key: str) -> Self:
        """Take an object."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise ConfigError(self.name(key), f"must be an object, is {value!r}")
        return type(self)(value, f"{self.name(key)}.")

    def absent(self, key: str) -> None:
        """Make sure that something is not asked for."""
        self._taken.add(key)
        if (value := self._values.get(key)) not in (None, False):
            raise ConfigError(self.name(key), f"is not supported, is {value!r}")

    def finish(self, without_effect: Callable[[str], bool]) -> None:
        """Make sure that nothing is left but what has no effect."""
        for key in self._values:
            if key in self._taken or without_effect(key):
                continue
            near = difflib.get_close_matches(key, self._taken, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise ConfigError(self.name(key), f"is unknown{hint}")
