"""What the walk over an archive gathers, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.artifact.filetypes import ModelKind
    from slipway.domain.artifact.pickles import Walked
    from slipway.domain.artifact.refusal import ArtifactRefused


@dataclass(slots=True)
class Scan:
    """One file that may be a model.

    Parameters
    ----------
    path, kind
        Which file, and what it is by its first bytes.
    compression
        Of a compressed pickle.
    walked
        What the walk found, for pickles.
    refusal
        Why it is no pickle, when only some containers would try to read it as one.
    xgboost_version
        As an XGBoost model names it.
    ends_as_zip
        Whether readers of zip archives would find one at its end.
    """

    path: str
    kind: ModelKind
    compression: str | None = None
    walked: Walked | None = None
    refusal: ArtifactRefused | None = None
    xgboost_version: str | None = None
    ends_as_zip: bool = False

    @property
    def in_root(self) -> bool:
        """Whether the file lies in no folder."""
        return "/" not in self.path

    @property
    def model_class(self) -> str | None:
        """The dotted name of the pickled object's class."""
        root = self.walked.root if self.walked else None
        return str(root) if root else None


@dataclass(slots=True)
class Contents:
    """The archive's files."""

    files: list[str] = field(default_factory=list)
    members: int = 0
    expanded: int = 0
    code: list[str] = field(default_factory=list)
    archives: list[tuple[str, str]] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    heads: dict[str, bytes] = field(default_factory=dict)

    @property
    def entry_script(self) -> str | None:
        """The script that SageMaker's containers run, if it is there."""
        return ENTRY_SCRIPT if ENTRY_SCRIPT in self.code else None

    @property
    def aligned_arrays(self) -> bool:
        """Whether joblib before 1.2 would take parts of a model for instructions."""
        return any(scan.walked.facts.aligned_arrays for scan in self.scans if scan.walked)

    @property
    def installs_packages(self) -> bool:
        """Whether the container installs packages of the artifact's choice."""
        return "code/requirements.txt" in self.code


ENTRY_SCRIPT = "code/inference.py"
