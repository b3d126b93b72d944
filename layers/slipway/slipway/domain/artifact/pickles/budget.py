"""What the pickles of one artifact may cost together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.artifact.pickles.problems import limit
from slipway.domain.artifact.pickles.values import Text

if TYPE_CHECKING:
    from slipway.domain.artifact.limits import ArtifactLimits

LONGEST_TEXT = 256
# Longer bytes are never looked at; `b"b"` is.
KEPT_BYTES = 8
VERSION_KEY = "_sklearn_version"
ALIGNMENT_KEY = "numpy_array_alignment_bytes"
INPUT_KEY = "input"
ARRAY_CLASS_KEY = "subclass"
# A state is judged by these, whatever else it holds.
ALWAYS_KEPT = frozenset({VERSION_KEY, INPUT_KEY})
# The states of joblib's arrays are judged by these, however many arrays there are.
WRAPPER_KEYS = frozenset({ARRAY_CLASS_KEY, "shape", "order", "dtype", "allow_mmap"})
_NEEDED_KEYS = WRAPPER_KEYS | ALWAYS_KEPT | {ALIGNMENT_KEY}
_TEXT_OVERHEAD = 64
_VERSION = re.compile(r"\d+\.\d+[\w.]{0,12}", re.ASCII)
# Stands for any text that was not worth keeping.
LONG_TEXT = Text()
# Stands for any special name that was not worth keeping.
DUNDER = "__dunder__"


def is_dunder(text: str) -> bool:
    """Say whether a name means something to Python itself."""
    return text.startswith("__") and text.endswith("__")


class Budget:
    """Counts instructions, objects and kept text.

    Text is kept while there is room; afterwards only text that a check can ask for, so that a
    vocabulary of millions of words is walked in constant memory.

    Parameters
    ----------
    limits
        The bounds.
    needed
        Text that must always be recognised: allowed names and the keys of checked states.
    """

    def __init__(self, limits: ArtifactLimits, needed: frozenset[str]) -> None:
        self.limits = limits
        self.opcodes = 0
        self._objects = 0
        self._text = 0
        self._entries = 0
        self._needed = needed

    def spend_opcodes(self, number: int) -> None:
        """Count instructions."""
        self.opcodes += number
        if self.opcodes > self.limits.opcodes:
            limit("instructions", self.limits.opcodes)

    def spend_object(self) -> None:
        """Count one container or instance."""
        self._objects += 1
        if self._objects > self.limits.objects:
            limit("objects", self.limits.objects)

    def keep_entry(self, key: str) -> bool:
        """Say whether a dictionary's entry is worth its memory."""
        self._entries += 1
        return self._entries <= self.limits.objects or key in _NEEDED_KEYS

    def keep(self, text: str) -> str | Text:
        """Give the text back, or its stand-in when it does not matter."""
        if len(text) > LONGEST_TEXT:
            return LONG_TEXT
        self._text += len(text) + _TEXT_OVERHEAD
        if self._text <= self.limits.text_bytes:
            return text
        if text in self._needed or _VERSION.fullmatch(text):
            return text
        return DUNDER if is_dunder(text) else LONG_TEXT
