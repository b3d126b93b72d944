"""Notes what a file is as a whole, while something else reads it."""

from __future__ import annotations

import codecs
import re
from collections import deque
from typing import TYPE_CHECKING

from slipway.domain.artifact import safetensors

if TYPE_CHECKING:
    from slipway.domain.artifact.streams import Readable

# Readers of zip archives look for the end record here, whatever the file begins with.
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65_535 + 22
_TEXT_NAMES = re.compile(
    r".*\.(txt|md|rst|csv|tsv)|readme|licen[cs]e|notice|copying|changelog|authors", re.IGNORECASE
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f") + b"\x7f"


class Look:
    """Passes a file on and notes its size, its end, and whether it is text.

    Parameters
    ----------
    raw
        The file's content.
    path
        Its name, by which it may be text for people or a table.
    """

    def __init__(self, raw: Readable, path: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = bool(_TEXT_NAMES.fullmatch(path.rpartition("/")[2]))
        self._tail: deque[bytes] = deque()
        self._kept = 0
        self._tensors = safetensors.Header()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Give what the file gives."""
        data = self._raw.read(size)
        self.size += len(data)
        self._keep_tail(data)
        self._tensors.feed(data)
        if self._text:
            self._text = self._is_text(data)
        return data

    @property
    def is_text(self) -> bool:
        """Whether all of it is text, and its name says so; asked for once it is read."""
        return self._text

    @property
    def tensor_names(self) -> int:
        """The bytes that must be parsed to know whether it is a file of tensors."""
        return self._tensors.size

    @property
    def is_safetensors(self) -> bool:
        """Whether it is a sound file of tensors; asked for once it is read."""
        return self._tensors.describes(self.size)

    @property
    def ends_as_zip(self) -> bool:
        """Whether a reader of zip archives would find one; asked for once it is read."""
        return _ZIP_END in b"".join(self._tail)[-_ZIP_TAIL:]

    def _keep_tail(self, data: bytes) -> None:
        self._tail.append(data)
        self._kept += len(data)
        while self._kept - len(self._tail[0]) >= _ZIP_TAIL:
            self._kept -= len(self._tail.popleft())

    def _is_text(self, data: bytes) -> bool:
        try:
            self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            return False
        return len(data.translate(None, _CONTROLS)) == len(data)
