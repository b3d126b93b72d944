"""JSONata as Step Functions evaluates it: version 2.0.6, without `$eval`, with AWS's additions.

Every expression is parsed once. Values enter as bindings, never as text, so that quotes, unicode
and nulls in data cannot change an expression.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata
from jsonata.utils import Utils

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
RANGE_LIMIT = 1000

BUILT_IN = frozenset(Jsonata.static_frame.bindings) | {
    "partition",
    "range",
    "hash",
    "random",
    "uuid",
    "parse",
    "states",
}


class QueryError(Exception):
    """An expression failed, gave nothing, or gave what is not JSON."""


class Undefined(QueryError):
    """An expression gave nothing."""


def evaluate(expression: str, bindings: Mapping[str, Any], source: random.Random) -> Any:
    """Evaluate an expression to plain JSON data.

    Parameters
    ----------
    expression
        The text between `{%` and `%}`.
    bindings
        Variables by name, without the `$`.
    source
        What `$random`, `$uuid` and `$shuffle` draw from.

    Raises
    ------
    QueryError
        The expression fails; `Undefined` where it gives nothing.
    """
    compiled = compile_expression(expression)
    frame = {name: _bound(value) for name, value in bindings.items()}
    frame.update(_functions(source))
    try:
        result = compiled.evaluate(None, frame)
    except RecursionError as error:
        raise QueryError("The expression recurses without end.") from error
    except Exception as error:  # The library raises whatever Python raises, e.g. on 1/0.
        raise QueryError(str(error) or type(error).__name__) from error
    if result is None:
        raise Undefined("returned nothing (undefined)")
    return _plain(result)


@lru_cache(maxsize=4096)
def compile_expression(expression: str) -> Jsonata:
    """Parse an expression once.

    Raises
    ------
    QueryError
        It is no JSONata.
    """
    try:
        compiled = Jsonata(expression)
    except Exception as error:
        raise QueryError(f"is not valid JSONata: {error}") from error
    # Keeps null (a value) apart from undefined (none), which this library calls both None.
    compiled.set_output_convert_nulls(False)
    return compiled


def _bound(value: Any) -> Any:
    return Utils.NULL_VALUE if value is None else value


def _plain(value: Any) -> Any:
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise QueryError("returned a number that JSON cannot hold")
    if isinstance(value, str | bool | int | float):
        return value
    raise QueryError("returned an unsupported result type")


def _functions(source: random.Random) -> dict[str, Any]:
    functions: dict[str, Callable[..., Any]] = {
        "partition": _partition,
        "range": _range,
        "hash": _hash,
        "random": lambda seed=None: _random(source, seed),
        "uuid": lambda: str(uuid.UUID(int=source.getrandbits(128), version=4)),
        "parse": _parse,
        "shuffle": lambda items: source.sample(list(items), len(items)),
        "eval": _no_eval,
    }
    return {name: Jsonata.JLambda(function) for name, function in functions.items()}


def _partition(items: Any, size: Any) -> list[list[Any]]:
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise QueryError(f"$partition wants a chunk size of 1 or more, not {size!r}")
    listed = items if isinstance(items, list) else [items]
    return [list(listed[start : start + size]) for start in range(0, len(listed), size)]


def _range(first: Any, last: Any, step: Any) -> list[Any]:
    if not step:
        raise QueryError("$range wants a step other than 0")
    count = max(0, math.floor((last - first) / step) + 1)
    if count > RANGE_LIMIT:
        raise QueryError(f"$range gives at most {RANGE_LIMIT} numbers, not {count}")
    return [first + index * step for index in range(count)]


def _hash(data: Any, algorithm: Any) -> str:
    if algorithm not in ALGORITHMS:
        raise QueryError(f"$hash knows {', '.join(ALGORITHMS)}, not {algorithm!r}")
    text = data if isinstance(data, str) else json.dumps(_plain(data), separators=(",", ":"))
    return hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()


def _random(source: random.Random, seed: Any) -> float:
    return (source if seed is None else random.Random(seed)).random()


def _parse(text: Any) -> Any:
    try:
        parsed = json.loads(text)
    except (TypeError, ValueError) as error:
        raise QueryError(f"$parse was given what is not JSON: {error}") from error
    return _bound(parsed)


def _no_eval(*_: Any) -> None:
    raise QueryError("$eval does not exist in Step Functions; $parse reads JSON")
