"""Reading YAML strictly, and remembering on which line each key stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from slipway.domain.spec.problems import InvalidSpec, Problem
from slipway.domain.spec.scalars import read_scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 * 1024
DEEPEST = 12

Path = tuple[str | int, ...]


@dataclass
class Document:
    """The value of a YAML file, the lines of its keys, and what is wrong with its form."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: Path) -> int | None:
        """Return the line of a key, or of the nearest key around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read_document(source: bytes | str) -> Document:
    """Read one YAML document.

    Raises
    ------
    InvalidSpec
        If it is not UTF-8, too large, no YAML, or uses what a settings file does not need.
    """
    text = _decode(source)
    if len(text) > LARGEST:
        raise InvalidSpec([Problem(f"the file is larger than {LARGEST // 1024} KiB")])
    try:
        return _Reader(yaml.parse(text, Loader=yaml.SafeLoader)).read()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidSpec([Problem("a character that YAML forbids", line=line)]) from error
    except yaml.MarkedYAMLError as error:
        raise InvalidSpec([_syntax_problem(error)]) from error
    except (ValueError, OverflowError) as error:
        # PyYAML lets Python's own errors through for escapes such as "\UFFFFFFFF".
        raise InvalidSpec([Problem("an escape sequence that is no character")]) from error


def _decode(source: bytes | str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise InvalidSpec(
            [Problem("not UTF-8 text", line=line, suggestion="save the file as UTF-8")]
        ) from error


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    message = str(error.problem or error.context or "not YAML")
    line = mark.line + 1 if mark else None
    if "\\t" in message:
        return Problem("a tab where YAML wants spaces", "", line, "indent with spaces")
    cron = "got '?'" in message
    return Problem(
        f"not YAML: {message}", "", line, "put cron expressions in quotes" if cron else None
    )


class _Reader:
    """Builds values from parse events, so that nothing is constructed that was not asked for."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._document = Document()

    def read(self) -> Document:
        empty = True
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if not empty:
                    self._refuse(event, "a second document", "remove everything from `---` on")
                empty = False
                self._document.value = self._value(next(self._events), ())
        return self._document

    def _value(self, event: yaml.Event, path: Path) -> Any:
        self._check(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return read_scalar(event.value, plain=event.style is None)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _check(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "anchors and aliases are not supported", "write the value out")
        if getattr(event, "tag", None):
            self._refuse(event, "tags such as `!!int` are not supported", "remove the tag")
        if len(path) > DEEPEST:
            self._refuse(event, f"more than {DEEPEST} levels deep", "no setting lies that deep")

    def _refuse(self, event: yaml.Event, message: str, suggestion: str) -> None:
        line = event.start_mark.line + 1
        raise InvalidSpec([Problem(message, line=line, suggestion=suggestion)])

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*path, len(items))
            self._document.lines[here] = event.start_mark.line + 1
            items.append(self._value(event, here))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._check(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key must be a word", "write `key: value`")
            key, line = str(event.value), event.start_mark.line + 1
            here = (*path, key)
            if key in values:
                self._duplicate(here, line)
            self._document.lines.setdefault(here, line)
            values[key] = self._value(next(self._events), here)
        return values

    def _duplicate(self, path: Path, line: int) -> None:
        first = self._document.lines[path]
        self._document.problems.append(
            Problem(
                f"the key is already on line {first}", dotted(path), line, "remove one of the two"
            )
        )


def dotted(path: Path) -> str:
    """Write a path as ``release.steps[2]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
