"""Turns what was gathered into the words and records of the inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.filetypes import ModelKind, is_hidden
from slipway.domain.artifact.inspection import ModelFile
from slipway.domain.artifact.refusal import printable

if TYPE_CHECKING:
    from slipway.domain.artifact.contents import Contents, Scan
    from slipway.domain.artifact.second_opinion import SecondOpinion

_FORMATS = {
    ModelKind.XGBOOST_JSON: "xgboost-json",
    ModelKind.XGBOOST_UBJSON: "xgboost-ubjson",
    ModelKind.XGBOOST_BINARY: "xgboost-binary",
    ModelKind.NPY: "npy",
    ModelKind.SAFETENSORS: "safetensors",
}


def is_model(scan: Scan) -> bool:
    """Say whether the file is a model of a known format."""
    return scan.walked is not None or scan.kind in _FORMATS


def model_file(scan: Scan) -> ModelFile:
    """Give the report of one model."""
    versions = {"xgboost": scan.xgboost_version} if scan.xgboost_version else {}
    form = _FORMATS.get(scan.kind, "pickle")
    if scan.walked is not None:
        facts = scan.walked.facts
        versions |= {package: max(found) for package, found in facts.versions.items()}
        base = "joblib" if facts.raw_arrays or scan.compression else "pickle"
        form = f"{base}+{scan.compression}" if scan.compression else base
    return ModelFile(scan.path, form, versions, scan.model_class)


def warnings_of(contents: Contents, opinion: SecondOpinion | None) -> list[str]:
    """Give what the release's record should mention."""
    found = [f"Code that the container runs: `{printable(path)}`" for path in contents.code]
    found += [f"Not inspected inside: `{printable(p)}` ({kind})" for p, kind in contents.archives]
    found += [
        f"`{printable(path)}` is a hidden file, perhaps packed by accident"
        for path in contents.files
        if is_hidden(path)
    ]
    theirs = {n for scan in contents.scans if scan.walked for n in scan.walked.facts.caller_names}
    found += [f"Admitted by `artifact.allow_classes`: {name}" for name in sorted(theirs)]
    if opinion is not None:
        found += [
            f"{opinion.scanner} would refuse {flag}; {_admission(flag, theirs)}"
            for flag in opinion.flagged
        ]
    return found


def _admission(flag: str, theirs: set[str]) -> str:
    """Say what let the name in that a scanner warns of."""
    if flag.rpartition(": ")[2] in theirs:
        return "only `artifact.allow_classes` admits it"
    return "every name is on Slipway's list"
