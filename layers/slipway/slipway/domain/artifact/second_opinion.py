"""A scanner's second opinion on pickles. It can add a warning, and never overrules the walk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.artifact.streams import Readable

# The scanner keeps every instruction in memory and stops at joblib's first raw array anyway.
SCANNED_BYTES = 64 * 1024
# A pickled booster names its version here: behind its model come a few settings at the most.
KEPT_TAIL = 4096


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What the scanner said.

    Parameters
    ----------
    scanner
        Its name and version.
    files
        How many pickles it saw the beginning of.
    flagged
        Globals that it calls dangerous, as `path: module.name`.
    """

    scanner: str
    files: int
    flagged: tuple[str, ...]


def second_opinion(heads: dict[str, bytes]) -> SecondOpinion | None:
    """Ask picklescan, where it is installed.

    Parameters
    ----------
    heads
        The first bytes of each pickle, decompressed, by path.
    """
    try:
        from picklescan.scanner import SafetyLevel, scan_pickle_bytes
    except ImportError:
        return None
    flagged = []
    for path, head in heads.items():
        try:
            result = scan_pickle_bytes(io.BytesIO(head), path, multiple_pickles=False)
        except (ValueError, TypeError, IndexError, KeyError, OSError) as error:
            flagged.append(f"{path}: not readable for the scanner ({type(error).__name__})")
            continue
        dangerous = [g for g in result.globals if g.safety is SafetyLevel.Dangerous]
        flagged += sorted(f"{path}: {g.module}.{g.name}" for g in dangerous)
    name = f"picklescan {metadata.version('picklescan')}"
    return SecondOpinion(name, len(heads), tuple(flagged))


class EndsKeeper:
    """Passes a stream on and keeps its beginning and its end."""

    def __init__(self, raw: Readable) -> None:
        self._raw = raw
        self.head = b""
        self.tail = b""

    def read(self, size: int, /) -> bytes:
        """Give what the stream gives."""
        data = self._raw.read(size)
        missing = SCANNED_BYTES - len(self.head)
        if missing > 0:
            self.head += data[:missing]
        self.tail = data[-KEPT_TAIL:] if len(data) >= KEPT_TAIL else (self.tail + data)[-KEPT_TAIL:]
        return data
