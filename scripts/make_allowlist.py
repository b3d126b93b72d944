"""Make the list of names that a pickled model may mention.

The list is data, so that a change of it is a diff to review. It is made from the libraries
themselves: `collect` runs where one version of scikit-learn is installed and prints the names
that its fitted models can mention; `merge` joins the answers of several versions.

Example
-------
::

    some-venv/bin/python scripts/make_allowlist.py collect > 1.4.2.json
    python scripts/make_allowlist.py merge *.json \
        > layers/slipway/slipway/domain/artifact/pickles/_sklearn_names.py

Runs on Python 3.7 too, because old versions of scikit-learn need old Pythons.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Classes of these modules belong to fitted models without being estimators.
HELPER_MODULES = (
    "sklearn._loss.",
    "sklearn.calibration",
    "sklearn.cluster._birch",
    "sklearn.cluster.birch",
    "sklearn.ensemble._gb_losses",
    "sklearn.ensemble.gradient_boosting",
    "sklearn.ensemble._hist_gradient_boosting.loss",
    "sklearn.ensemble._hist_gradient_boosting.predictor",
    "sklearn.gaussian_process.kernels",
    "sklearn.linear_model._glm.",
    "sklearn.linear_model._linear_loss",
    "sklearn.linear_model._sgd_fast",
    "sklearn.linear_model.sgd_fast",
    "sklearn.metrics._dist_metrics",
    "sklearn.metrics._scorer",
    "sklearn.metrics.scorer",
    "sklearn.model_selection._split",
    "sklearn.neighbors._ball_tree",
    "sklearn.neighbors._dist_metrics",
    "sklearn.neighbors._kd_tree",
    "sklearn.neighbors.ball_tree",
    "sklearn.neighbors.dist_metrics",
    "sklearn.neighbors.kd_tree",
    "sklearn.neighbors._quad_tree",
    "sklearn.neural_network._stochastic_optimizers",
    "sklearn.tree._tree",
    "sklearn.utils._bunch",
    "sklearn.utils._metadata_requests",
)
# Functions that estimators keep as parameters. They compute on arrays and do nothing else.
FUNCTION_MODULES = (
    "sklearn.feature_selection._mutual_info",
    "sklearn.feature_selection._univariate_selection",
    "sklearn.feature_selection.mutual_info_",
    "sklearn.feature_selection.univariate_selection",
    "sklearn.metrics._classification",
    "sklearn.metrics._ranking",
    "sklearn.metrics._regression",
    "sklearn.metrics._scorer",
    "sklearn.metrics.classification",
    "sklearn.metrics.cluster._supervised",
    "sklearn.metrics.cluster.supervised",
    "sklearn.metrics.pairwise",
    "sklearn.metrics.ranking",
    "sklearn.metrics.regression",
    "sklearn.metrics.scorer",
)
EXTRA = {
    ("sklearn._loss.glm_distribution", "DistributionBoundary"): "records",
    ("sklearn.cluster._bisect_k_means", "_BisectingTree"): "classes",
    ("sklearn.cluster._kmeans", "_kmeans_single_elkan"): "functions",
    ("sklearn.cluster._kmeans", "_kmeans_single_lloyd"): "functions",
    ("sklearn.compose._column_transformer", "_RemainderColsList"): "classes",
    ("sklearn.covariance._graph_lasso", "_DictWithDeprecatedKeys"): "classes",
    ("sklearn.covariance.graph_lasso_", "_DictWithDeprecatedKeys"): "classes",
    ("sklearn.impute._iterative", "_ImputerTriplet"): "records",
    ("sklearn.model_selection._classification_threshold", "_CurveScorer"): "classes",
    ("sklearn.utils", "Bunch"): "classes",
    ("sklearn.utils.deprecation", "DeprecationDict"): "classes",
    ("sklearn.utils.validation", "check_array"): "functions",
    ("sklearn.ensemble._hist_gradient_boosting.binning", "_BinMapper"): "classes",
    ("sklearn.ensemble._hist_gradient_boosting._predictor", "TreePredictor"): "classes",
}
SKIPPED = (".tests", ".conftest", ".datasets", ".externals", ".setup", "._build_utils", ".__check")
# Builders and heaps exist while fitting; PyFunc distances call a Python function.
UNWANTED = ("Builder", "Heap", "Pruner", "Controller", "PathFinder", "PyFunc")
MAKERS = ("make_scorer", "get_scorer", "get_scorer_names", "check_scoring")
HEAP_TYPE = 1 << 9
KINDS = ("classes", "records", "extensions", "restorers", "functions")


def modules() -> Iterator[Any]:
    """Import every module of scikit-learn that can be imported."""
    import sklearn

    warnings.simplefilter("ignore")
    for found in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
        if any(part in found.name for part in SKIPPED):
            continue
        try:
            yield importlib.import_module(found.name)
        except Exception as reason:  # optional parts need packages that are absent
            print(found.name, reason, file=sys.stderr)


def kind_of(name: str, thing: Any, module: str) -> str | None:
    """Say in which list a member of a module belongs, or None."""
    from sklearn.base import BaseEstimator

    helper = module.startswith(HELPER_MODULES) and not any(part in name for part in UNWANTED)
    if inspect.isclass(thing):
        if issubclass(thing, BaseEstimator):
            return "classes"
        if not helper or issubclass(thing, (BaseException, tuple)):
            return None
        return "classes" if thing.__flags__ & HEAP_TYPE else "extensions"
    if helper and callable(thing) and name.startswith("__pyx_unpickle_"):
        return None if name.endswith("Enum") else "restorers"
    if helper and callable(thing) and name == "newObj":
        return "restorers"
    return function_kind(name, thing, module)


def function_kind(name: str, thing: Any, module: str) -> str | None:
    """Admit the public functions of the scoring modules, defined there and nowhere else."""
    if not inspect.isfunction(thing) or module not in FUNCTION_MODULES:
        return None
    public = name not in MAKERS and not name.startswith("_") or name == "_passthrough_scorer"
    return "functions" if public else None


def owner_of(name: str, thing: Any, module: str) -> str | None:
    """Give the module that a pickle names, or None for what was imported from elsewhere.

    Some compiled modules were built under a short name, such as `_loss`.
    """
    owner = getattr(thing, "__module__", None)
    if name.startswith("__pyx_unpickle_") or name == "newObj":
        owner = owner or module
    if (module, name) in EXTRA or owner == module:
        return owner
    return owner if owner and "." not in owner and module.endswith("." + owner) else None


def collect() -> None:
    """Print the names that the installed scikit-learn needs."""
    import sklearn

    found: dict[str, dict[str, list[str]]] = {kind: {} for kind in KINDS}
    for module in modules():
        for name, thing in vars(module).items():
            owner = owner_of(name, thing, module.__name__)
            if owner is None:
                continue
            kind = EXTRA.get((module.__name__, name)) or kind_of(name, thing, module.__name__)
            if kind:
                found[kind].setdefault(owner, []).append(name)
    json.dump({"version": sklearn.__version__, "names": found}, sys.stdout, indent=1)


def merge(paths: list[str]) -> None:
    """Print a Python module that joins the collected answers."""
    answers = [json.loads(Path(path).read_text()) for path in paths]
    versions = sorted((a["version"] for a in answers), key=lambda v: [int(x) for x in v.split(".")])
    print(
        '"""Names that pickled scikit-learn models may mention: made by scripts/make_allowlist.py.'
    )
    print("\nCollected from these versions of scikit-learn:")
    print(f'{", ".join(versions)}.\n"""')
    for kind in KINDS:
        joined: dict[str, set[str]] = {}
        for answer in answers:
            for module, names in answer["names"][kind].items():
                joined.setdefault(module, set()).update(names)
        print(f"\n{kind.upper()}: dict[str, tuple[str, ...]] = {{")
        for module in sorted(joined):
            print(f'    "{module}": {tuple(sorted(joined[module]))!r},')
        print("}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["collect"]:
        collect()
    else:
        merge(sys.argv[2:])
