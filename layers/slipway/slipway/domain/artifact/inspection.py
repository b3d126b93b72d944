"""What an inspection found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from slipway.domain.artifact.second_opinion import SecondOpinion

Framework = Literal["sklearn", "xgboost", "custom"]
Layout = Literal["sklearn-bare", "sklearn-script", "xgboost", "custom"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model in the archive.

    Parameters
    ----------
    path
        Its member.
    format
        `joblib`, `pickle`, either with `+zlib` and the like; `xgboost-json`, `xgboost-ubjson`,
        `xgboost-binary`, `npy`, `safetensors`.
    versions
        Version by package, as the file names them, e.g. `{"scikit-learn": "1.4.2"}`.
    model_class
        The pickled object's class, or None.
    """

    path: str
    format: str
    versions: dict[str, str]
    model_class: str | None


@dataclass(frozen=True, slots=True)
class Members:
    """How many files and folders there are, and the bytes of the files unpacked."""

    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """An artifact that passed.

    Parameters
    ----------
    framework, layout
        What it is, as asked for or as decided. `sklearn-bare` needs Slipway's own script.
    sha256, compressed_bytes
        Of all bytes of the archive.
    members
        What is inside.
    models
        Models found and looked at.
    code_files
        Files that the container may run, when the spec allows them.
    warnings
        Plain sentences for the release's record.
    second_opinion
        What the scanner said; None where none is installed or there was no pickle.
    aligned_arrays
        Whether joblib before 1.2 would take parts of a model for instructions.
    """

    framework: Framework
    layout: Layout
    sha256: str
    compressed_bytes: int
    members: Members
    models: tuple[ModelFile, ...]
    code_files: tuple[str, ...]
    warnings: tuple[str, ...]
    second_opinion: SecondOpinion | None
    aligned_arrays: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give the inspection in a form for JSON."""
        return {
            **asdict(self),
            "models": [asdict(model) for model in self.models],
            "code_files": list(self.code_files),
            "warnings": list(self.warnings),
            "second_opinion": self._opinion(),
        }

    def _opinion(self) -> dict[str, Any] | None:
        if self.second_opinion is None:
            return None
        return {**asdict(self.second_opinion), "flagged": list(self.second_opinion.flagged)}
