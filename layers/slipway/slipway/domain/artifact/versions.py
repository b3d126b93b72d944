"""Compares the versions that a model names with those inside the chosen image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.artifact.filetypes import ModelKind
from slipway.domain.artifact.refusal import ArtifactRefused, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.artifact.contents import Contents, Scan
    from slipway.domain.artifact.layout import Decision

_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?")
_ALIGNED_SINCE = (1, 2)
_CORE_SINCE = (1, 26)
# Tried with 1.3.3, 1.5.2, 1.7.4, 2.1.4, 3.0.5 and 3.2.0: what 1.6 and newer save as JSON, as UBJSON
# or as a pickle, older ones fail on. Since 3.1 base_score is a list, which older ones take for no
# number: they answer wrongly without it.
_UNREADABLE_SINCE = ((1, 6), (3, 1))
_WITHOUT_BINARY = (3, 1)
_PACKAGES = {"sklearn": "scikit-learn", "xgboost": "xgboost"}


def check_versions(
    contents: Contents,
    decision: Decision,
    framework_version: str | None,
    image_packages: Mapping[str, str] | None,
) -> list[str]:
    """Refuse models that the image's versions cannot load; give warnings for doubtful ones.

    Parameters
    ----------
    contents
        What the archive holds.
    decision
        Framework and layout.
    framework_version
        `hosting.framework_version`; its first two numbers are the package's.
    image_packages
        Versions in the image, which are more exact.
    """
    framework = decision.framework
    if framework == "custom":
        return []
    packages = dict(image_packages or {})
    package = _PACKAGES[framework]
    if package not in packages and framework_version:
        packages[package] = framework_version
    # Where the artifact decides on the image, the image is not known at first.
    bare = decision.layout == "sklearn-bare" and image_packages is not None
    problems: list[ArtifactRefused] = []
    warnings: list[str] = []
    for scan in contents.scans:
        problems += _sklearn(scan, packages) if framework == "sklearn" else _xgboost(scan, packages)
        problems += _arrays(scan, packages)
        problems += _unknown_joblib(scan, packages) if bare else []
        warnings += _newer_minor(scan, packages) if framework == "xgboost" else []
    if problems and not contents.installs_packages:
        raise problems[0]
    # requirements.txt may bring the right version; only the container can tell.
    return warnings + [str(problem) for problem in problems]


def _sklearn(scan: Scan, packages: Mapping[str, str]) -> list[ArtifactRefused]:
    inside = packages.get("scikit-learn")
    named = scan.walked.facts.versions.get("scikit-learn", set()) if scan.walked else set()
    wrong = sorted(v for v in named if inside and numbers(v) != numbers(inside))
    return [_mismatch(scan, "scikit-learn", version, inside or "") for version in wrong]


def _xgboost(scan: Scan, packages: Mapping[str, str]) -> list[ArtifactRefused]:
    inside, named = packages.get("xgboost"), scan.xgboost_version
    if not inside:
        return []
    if scan.kind is ModelKind.XGBOOST_BINARY and numbers(inside) >= _WITHOUT_BINARY:
        return [_outdated(scan, inside)]
    if not named or not _misread(numbers(named), numbers(inside)):
        return []
    return [_mismatch(scan, "xgboost", named, inside)]


def _misread(named: tuple[int, int], inside: tuple[int, int]) -> bool:
    return named[0] > inside[0] or any(inside < since <= named for since in _UNREADABLE_SINCE)


def _outdated(scan: Scan, inside: str) -> ArtifactRefused:
    return ArtifactRefused(
        Reason.FRAMEWORK_VERSION,
        f"is in XGBoost's old binary format, which xgboost {inside} in the container reads no more",
        path=scan.path,
        remedy="Set `hosting.framework_version` to one with xgboost 3.0 or older, or save the "
        "model as JSON or UBJSON",
    )


def _newer_minor(scan: Scan, packages: Mapping[str, str]) -> list[str]:
    inside, named = packages.get("xgboost"), scan.xgboost_version
    if not inside or not named or numbers(named) <= numbers(inside):
        return []
    return [f"`{scan.path}` was saved by xgboost {named}; the container has the older {inside}"]


def _arrays(scan: Scan, packages: Mapping[str, str]) -> list[ArtifactRefused]:
    """Find files that older joblib or numpy would misread or not read."""
    if scan.walked is None:
        return []
    facts = scan.walked.facts
    joblib, numpy = packages.get("joblib"), packages.get("numpy")
    if facts.aligned_arrays and joblib and numbers(joblib) < _ALIGNED_SINCE:
        return [_mismatch(scan, "joblib", "1.2 or newer", joblib)]
    if "numpy._core" in facts.modules and numpy and numbers(numpy) < _CORE_SINCE:
        return [_mismatch(scan, "numpy", "2.0 or newer", numpy)]
    return []


def _unknown_joblib(scan: Scan, packages: Mapping[str, str]) -> list[ArtifactRefused]:
    """Find arrays that an older joblib would misread: it would run what is passed over here."""
    if scan.walked is None or not scan.walked.facts.aligned_arrays or "joblib" in packages:
        return []
    what = (
        "has arrays as joblib 1.2 and newer write them; which joblib the container has is not "
        "known, and an older one would take parts of them for instructions"
    )
    remedy = (
        "Save the model with `pickle.dump` as `model.pkl`, or set `hosting.framework_version` to "
        "a container with scikit-learn 1.2 or newer"
    )
    return [ArtifactRefused(Reason.FRAMEWORK_VERSION, what, path=scan.path, remedy=remedy)]


def _mismatch(scan: Scan, package: str, named: str, inside: str) -> ArtifactRefused:
    major, minor = numbers(named)
    setting = f"Set `hosting.framework_version` to one with {package} {major}.{minor}, or save"
    framework = package in _PACKAGES.values()
    return ArtifactRefused(
        Reason.FRAMEWORK_VERSION,
        f"was saved by {package} {named}, but the container has {inside}",
        path=scan.path,
        remedy=f"{setting if framework else 'Save'} the model with {package} {inside}",
    )


def numbers(version: str) -> tuple[int, int]:
    """Give the first two numbers of a version, or of the least one (`>=1.2.0`)."""
    found = _NUMBERS.match(version.removeprefix(">="))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
