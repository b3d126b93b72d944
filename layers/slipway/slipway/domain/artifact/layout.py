"""Decides what an artifact is, and whether that framework's container can load it.

What the containers do is from their sources: scikit-learn's has no default way to load a model
and needs a script; XGBoost's loads every file of the root folder that does not begin with a dot,
first as a pickle, then as a model of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipway.domain.artifact.contents import ENTRY_SCRIPT, Contents, Scan
from slipway.domain.artifact.filetypes import XGBOOST_KINDS, is_hidden
from slipway.domain.artifact.refusal import ArtifactRefused, Reason, listed

if TYPE_CHECKING:
    from slipway.domain.artifact.inspection import Framework, Layout

BARE_NAMES = ("model.joblib", "model.pkl")
_BOOSTER = "xgboost.core.Booster"
_SAVE_BOOSTER = "Save the booster itself: `model.get_booster().save_model('xgboost-model.json')`"


@dataclass(slots=True)
class Decision:
    """What the artifact is taken for."""

    framework: Framework
    layout: Layout
    warnings: list[str] = field(default_factory=list)


def decide(contents: Contents, framework: Framework | None) -> Decision:
    """Give framework and layout, or refuse what cannot be served."""
    chosen = framework or _by_contents(contents)
    if chosen == "custom":
        return Decision("custom", "custom")
    if contents.code and contents.entry_script is None:
        raise ArtifactRefused(
            Reason.LAYOUT,
            f"The archive has code but no `{ENTRY_SCRIPT}`, which is what the container runs",
            remedy=f"Name the entry script `{ENTRY_SCRIPT}`",
        )
    if chosen == "sklearn":
        return _sklearn(contents)
    if chosen == "xgboost":
        return _xgboost(contents)
    raise ValueError(f"no such framework: {chosen}")


def _by_contents(contents: Contents) -> Framework:
    classes = [scan.model_class or "" for scan in contents.scans]
    sklearn = any(name.startswith("sklearn.") for name in classes)
    xgboost = any(name.startswith("xgboost.") for name in classes) or any(
        scan.kind in XGBOOST_KINDS and scan.in_root for scan in contents.scans
    )
    if sklearn == xgboost:
        which = "models of two frameworks" if sklearn else "no model of a known framework"
        raise ArtifactRefused(
            Reason.LAYOUT,
            f"The archive has {which}, so its layout does not decide ({listed(contents.files)})",
            remedy="Set `hosting.framework` (scikit-learn or xgboost), or `hosting.image` for a "
            "container of yours",
        )
    return "sklearn" if sklearn else "xgboost"


def _sklearn(contents: Contents) -> Decision:
    if contents.entry_script:
        return Decision("sklearn", "sklearn-script")
    roots = [scan for scan in contents.scans if scan.path in BARE_NAMES]
    if len(roots) != 1:
        what = "both model.joblib and model.pkl" if roots else "no model.joblib"
        raise ArtifactRefused(
            Reason.LAYOUT,
            f"The archive has {what} in its root folder ({listed(contents.files)})",
            remedy="Save the fitted estimator with joblib.dump as `model.joblib` in the root of "
            f"the archive, or bring `{ENTRY_SCRIPT}` and set `artifact.allow_code: true`",
        )
    _check_servable(roots[0])
    unused = [path for path in contents.files if path != roots[0].path]
    warnings = [f"Not used by the container: {listed(unused)}"] if unused else []
    return Decision("sklearn", "sklearn-bare", warnings)


def _check_servable(scan: Scan) -> None:
    modules = scan.walked.facts.modules if scan.walked else set()
    if "xgboost" in modules:
        raise ArtifactRefused(
            Reason.LAYOUT,
            "needs the package xgboost, which the scikit-learn container does not have",
            path=scan.path,
            remedy=f"{_SAVE_BOOSTER} and set `hosting.framework: xgboost`",
        )
    if scan.model_class is None:
        raise ArtifactRefused(
            Reason.LAYOUT,
            "holds no estimator but some other object, which cannot predict",
            path=scan.path,
            remedy="Save the fitted estimator or pipeline itself with joblib.dump",
        )


def _xgboost(contents: Contents) -> Decision:
    if contents.entry_script:
        return Decision("xgboost", "xgboost")
    roots = [path for path in contents.files if "/" not in path and not is_hidden(path)]
    if len(roots) != 1:
        what = "more than one file" if roots else "no model file"
        raise ArtifactRefused(
            Reason.LAYOUT,
            f"The archive has {what} in its root folder ({listed(contents.files)}); XGBoost's "
            "container loads every file there as a model",
            remedy="Leave exactly one model file in the root of the archive",
        )
    _check_booster(next(scan for scan in contents.scans if scan.path == roots[0]))
    unused = [path for path in contents.files if path != roots[0]]
    warnings = [f"Not used by the container: {listed(unused)}"] if unused else []
    return Decision("xgboost", "xgboost", warnings)


def _check_booster(scan: Scan) -> None:
    if scan.kind in XGBOOST_KINDS:
        return
    if scan.refusal is not None:
        raise scan.refusal
    problem = "is no XGBoost model"
    if scan.walked is not None and scan.walked.facts.raw_arrays:
        problem = "was saved with joblib, which XGBoost's container does not read"
    elif scan.compression:
        problem = "is compressed, which XGBoost's container does not read"
    elif scan.model_class == _BOOSTER:
        return
    elif scan.model_class:
        problem = f"holds a {scan.model_class}, and XGBoost's container serves boosters only"
    raise ArtifactRefused(Reason.LAYOUT, problem, path=scan.path, remedy=_SAVE_BOOSTER)
