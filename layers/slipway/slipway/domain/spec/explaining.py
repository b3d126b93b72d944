"""Turning pydantic's findings into problems that name the line, the key and the remedy."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from slipway.domain.spec.document import Document, Path, dotted
from slipway.domain.spec.problems import Problem
from slipway.domain.spec.shape import all_paths, nested_model, settings_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "datetime_type": "a date and time",
    "date_type": "a date",
}
_EVERYDAY_NAMES = {"sklearn": "scikit-learn", "xgb": "xgboost", "realtime": "real-time"}


class Explainer:
    """Explains the errors of one document against one model."""

    def __init__(self, model: type[BaseModel], document: Document) -> None:
        self._model = model
        self._document = document

    def explain(self, error: ErrorDetails) -> Problem:
        """Return one error as a problem."""
        path: Path = tuple(part for part in error["loc"] if part != "[key]")
        context = error.get("ctx") or {}
        if context.get("field"):
            path = (*path, str(context["field"]))
        message, suggestion = self._words(error, path, context)
        return Problem(message, dotted(path), self._document.line_of(path), suggestion)

    def _words(
        self, error: ErrorDetails, path: Path, context: dict[str, Any]
    ) -> tuple[str, str | None]:
        kind = error["type"]
        if kind == "extra_forbidden":
            return "no such setting", self._similar_key(path)
        if kind == "slipway_rule":
            return error["msg"], context.get("suggestion") or self._example(path)
        if kind == "literal_error":
            return _not_among(error["input"], str(context["expected"]))
        if kind in _KINDS:
            return self._wrong_type(_KINDS[kind], path, error["input"])
        return _plain_words(kind, error, context), self._example(path)

    def _wrong_type(self, wanted: str, path: Path, found: object) -> tuple[str, str | None]:
        message = f"expects {wanted}, found {_describe(found)}"
        if wanted == "text" and isinstance(found, int | float):
            return message, f'put it in quotes: `{path[-1]}: "{_yaml(found)}"`'
        return message, self._example(path)

    def _example(self, path: Path) -> str | None:
        name, info = self._nearest_setting(path)
        if info is None or not info.examples:
            return None
        return f"for example `{name}: {_yaml(info.examples[0])}`"

    def _nearest_setting(self, path: Path) -> tuple[str, FieldInfo | None]:
        model: type[BaseModel] | None = self._model
        name, info = "", None
        for part in path:
            if isinstance(part, int):
                continue
            found = settings_of(model).get(part) if model else None
            if found is None:
                break
            name, info, model = part, found, nested_model(found)
        return name, info

    def _similar_key(self, path: Path) -> str | None:
        wrong = str(path[-1])
        siblings = list(settings_of(self._model_at(path[:-1])))
        close = difflib.get_close_matches(wrong, siblings, n=1)
        if close:
            return f"did you mean `{close[0]}`?"
        elsewhere = [full for full in all_paths(self._model) if full.split(".")[-1] == wrong]
        if elsewhere:
            return f"did you mean `{elsewhere[0]}`?"
        return f"known here: {', '.join(siblings)}"

    def _model_at(self, path: Path) -> type[BaseModel]:
        model = self._model
        for part in path:
            if isinstance(part, str):
                model = nested_model(settings_of(model)[part]) or model
        return model


def _not_among(found: object, expected: str) -> tuple[str, str | None]:
    words = [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]
    message = f"{_describe(found)} is none of {', '.join(f'`{word}`' for word in words)}"
    if not isinstance(found, str):
        return message, None
    close = _EVERYDAY_NAMES.get(found.lower()) or next(
        iter(difflib.get_close_matches(found.lower(), words, n=1)), None
    )
    return message, f"did you mean `{close}`?" if close in words else None


def _describe(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, dict):
        return "keys with values"
    if isinstance(found, list | tuple):
        return "a list"
    if isinstance(found, str):
        return f"the text `{found[:60]}`"
    return f"`{_yaml(found)}`"


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_yaml(item) for item in value) + "]"
    text = str(value)[:80]
    # In `{…}` and `[…]`, YAML gives these characters a meaning of their own.
    return f'"{text}"' if isinstance(value, str) and set(text) & set("?{}[],:#&*!|>%@`'") else text


def _plain_words(kind: str, error: ErrorDetails, context: dict[str, Any]) -> str:
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return f"{_describe(error['input'])} does not match `{context['pattern']}`"
    return error["msg"][:1].lower() + error["msg"][1:]
