"""Single arrays as numpy saves them: numbers behind a line of text, or a pickle behind it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MAGIC = b"\x93NUMPY"
_PREFIXES = {1: 2, 2: 4, 3: 4}
_LINE = re.compile(
    rb"\{'descr': '([<>|=]?)([biufcmMSUVO])(\d{0,6})(\[[a-z0-9]+\])?', "
    rb"'fortran_order': (?:True|False), 'shape': \(((?:\d{1,15}, ?)*(?:\d{1,15})?)\), \} *\n"
)
_UNICODE_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Npy:
    """What the line of text says: its own length, whether a pickle follows, or how many bytes."""

    header: int
    objects: bool
    data: int


def parse(head: bytes) -> Npy | None:
    """Read the beginning of a file; None where it is more than a plain array."""
    if not head.startswith(MAGIC) or len(head) <= len(MAGIC) + 1:
        return None
    width = _PREFIXES.get(head[len(MAGIC)])
    if width is None or head[len(MAGIC) + 1]:
        return None
    start = len(MAGIC) + 2 + width
    length = int.from_bytes(head[start - width : start], "little")
    line = _LINE.fullmatch(head[start : start + length])
    if line is None:
        return None
    _order, kind, size, _unit, shape = line.groups()
    count = math.prod(int(each) for each in shape.replace(b",", b" ").split())
    item = int(size or 0) * (_UNICODE_WIDTH if kind == b"U" else 1)
    return Npy(start + length, kind == b"O", count * item)
