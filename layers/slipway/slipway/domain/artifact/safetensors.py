"""Files of tensors that hold numbers and their names, and nothing that could be called."""

from __future__ import annotations

import json
import math
from typing import Any

_LENGTH = 8
# The largest models have a few hundred kilobytes of names.
_LONGEST_HEADER = 4 << 20
_WIDTHS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 1),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 2),
    **dict.fromkeys(("I32", "U32", "F32"), 4),
    **dict.fromkeys(("I64", "U64", "F64"), 8),
}
_LARGEST = 1 << 62
_MOST_DIMENSIONS = 64


class Header:
    """Gathers the header of such a file, if it begins as one."""

    def __init__(self) -> None:
        self._data = b""
        self._missing = _LENGTH

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the file; all but the first are passed over."""
        while data and self._missing:
            taken, data = data[: self._missing], data[self._missing :]
            self._data += taken
            self._missing -= len(taken)
            if len(self._data) == _LENGTH:
                self._missing = self._announced()

    def _announced(self) -> int:
        length = int.from_bytes(self._data[:_LENGTH], "little")
        return length if length <= _LONGEST_HEADER else 0

    @property
    def size(self) -> int:
        """How many bytes would be parsed."""
        return len(self._data)

    def describes(self, size: int) -> bool:
        """Say whether the header tells of every byte of a file of this size, and of each once."""
        if self._missing or len(self._data) <= _LENGTH or self._data[_LENGTH : _LENGTH + 1] != b"{":
            return False
        try:
            header = json.loads(self._data[_LENGTH:], object_pairs_hook=_without_twins)
            return _is_sound(header, size - len(self._data))
        except (ValueError, RecursionError):
            return False


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("a key comes twice")
    return entries


def _is_sound(header: dict[str, Any], size: int) -> bool:
    notes = header.pop("__metadata__", {})
    if not isinstance(notes, dict) or not all(type(note) is str for note in notes.values()):
        return False
    if not all(map(_is_tensor, header.values())):
        return False
    end = 0
    for start, stop in sorted(tensor["data_offsets"] for tensor in header.values()):
        if start != end:
            return False
        end = stop
    return end == size


def _is_tensor(tensor: object) -> bool:
    if not isinstance(tensor, dict) or tensor.keys() != {"dtype", "shape", "data_offsets"}:
        return False
    dtype, shape, offsets = tensor["dtype"], tensor["shape"], tensor["data_offsets"]
    if type(dtype) is not str or dtype not in _WIDTHS or not _are_sizes(shape):
        return False
    if not _are_sizes(offsets) or len(offsets) != 2:  # noqa: PLR2004 - where it begins and ends
        return False
    return bool(math.prod(shape) * _WIDTHS[dtype] == offsets[1] - offsets[0])


def _are_sizes(numbers: object) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) <= _MOST_DIMENSIONS
        and all(type(each) is int and 0 <= each <= _LARGEST for each in numbers)
    )
