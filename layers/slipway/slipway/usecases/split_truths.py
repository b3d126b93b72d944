"""What is known of an hour's answers, split by the hashes of ids as far as memory asks for it."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from slipway.domain.drift.ids import part_numbers
from slipway.errors import FileGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from slipway.domain.drift.files import FoundFile
    from slipway.ports import Shelf

Values = tuple[Any, ...]

_AT_ONCE = 20_000


@contextmanager
def split_truths(
    files: Sequence[FoundFile], groups: int, shelf: Shelf
) -> Iterator[Callable[[int], dict[str, Values]]]:
    """Give a function that returns the truths of one group: what was said last about each id.

    Parameters
    ----------
    groups : int
        So many; one is read as it is, for more each file is read once and split on the disk.
    """
    if groups == 1:
        yield lambda _: _last(_lines(files, shelf))
        return
    with ExitStack() as opened:
        parts = [opened.enter_context(TemporaryFile()) for _ in range(groups)]
        lines = _lines(files, shelf)
        while some := list(islice(lines, _AT_ONCE)):
            _spread(some, parts)
        yield lambda number: _last(_again(parts[number]))


def _lines(files: Sequence[FoundFile], shelf: Shelf) -> Iterator[bytes]:
    for file in files:
        try:
            yield from shelf.lines(file.key)
        except FileGone:
            continue


def _spread(lines: Sequence[bytes], parts: Sequence[IO[bytes]]) -> None:
    numbers = part_numbers((json.loads(line)[0] for line in lines), len(parts))
    for line, number in zip(lines, numbers, strict=True):
        parts[number].write(line + b"\n")


def _again(part: IO[bytes]) -> Iterator[bytes]:
    part.seek(0)
    yield from part


def _last(lines: Iterable[bytes]) -> dict[str, Values]:
    return {each: tuple(values) for each, values in map(json.loads, lines)}
