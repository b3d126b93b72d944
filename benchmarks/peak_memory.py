"""The most memory that this process ever had."""

from __future__ import annotations

import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Return it in megabytes; on Linux without what the process was before it began to run us."""
    if _STATUS.exists():
        (line,) = [each for each in _STATUS.read_text().splitlines() if each.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
