"""What the walk notes about a pickle for later judgements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from slipway.domain.artifact.pickles.problems import unsafe

_MOST_VERSIONS = 8
_VERSION = re.compile(r"\d+\.\d+[\w.+-]{0,40}", re.ASCII)


@dataclass(slots=True)
class Facts:
    """Observations of one file.

    Parameters
    ----------
    versions
        Versions by package, as the pickled states name them.
    modules
        Top-level packages that loading would import, with `numpy._core` apart.
    raw_arrays
        Arrays stored in joblib's way; only joblib can read such a file.
    aligned_arrays
        Those of them with padding, which joblib before 1.2 would take for data.
    old_texts
        Texts of Python 2, which Python 3 reads according to its settings.
    caller_names
        Names that only the user's `allow_classes` admitted.
    """

    versions: dict[str, set[str]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    raw_arrays: int = 0
    aligned_arrays: int = 0
    old_texts: int = 0
    caller_names: set[str] = field(default_factory=set)

    def note_version(self, package: str, version: str) -> None:
        """Note a version that a state names; it must look like one, for it is shown to people."""
        known = self.versions.setdefault(package, set())
        known.add(version)
        if not _VERSION.fullmatch(version) or len(known) > _MOST_VERSIONS:
            unsafe(f"its versions of {package} are no versions")
