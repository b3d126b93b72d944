"""Keep what a model answered until it is known what was true."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from slipway.domain.drift.quality import captured_answers
from slipway.domain.drift.quality.masking import AnswerMask
from slipway.domain.drift.reading.blocks import blocks
from slipway.domain.drift.reading.noting import Notes
from slipway.domain.drift.times import is_before
from slipway.usecases.answer_files import Place, put_answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.drift.schema import Schema
    from slipway.ports import Shelf

# What answers with more is no prediction that a truth could be laid beside.
_LONGEST = 64 * 1024
# capture/<endpoint>/<variant>/yyyy/mm/dd/hh/
_VARIANT, _HOUR = 2, slice(3, 7)


class AnswerKeeper:
    """Collects the answers in some capture files by the hour of their requests.

    Parameters
    ----------
    schema : Schema
        Whose masked columns are taken out of each answer.
    since : str
        What was asked before this moment is left out; empty if nothing is.
    """

    def __init__(self, endpoint: str, schema: Schema, since: str = "") -> None:
        self._endpoint = endpoint
        self._mask = AnswerMask(schema)
        self._since = since
        self._found: dict[Place, tuple[list[str], list[bytes]]]
        self._found = defaultdict(lambda: ([], []))

    def take(self, key: str, chunks: Iterable[bytes]) -> None:
        """Collect the answers in a file."""
        if self._mask.hides_all:
            return
        parts = key.split("/")
        ids, lines = self._found[Place("/".join(parts[_HOUR]), parts[_VARIANT])]
        for block in blocks(chunks, Notes()):
            for answer in captured_answers(block.splitlines()):
                if is_before(answer.at, self._since):
                    continue
                content = self._mask.applied(answer.content)
                line = json.dumps([answer.id, answer.at, content]).encode()
                if len(line) <= _LONGEST:
                    ids.append(answer.id)
                    lines.append(line + b"\n")

    def write(self, name: str, shelf: Shelf) -> None:
        """Write what was collected, a file in the folder of each hour."""
        for place, found in self._found.items():
            if found[0]:
                put_answers(self._endpoint, place, name, found, shelf)
