"""Make the small benign artifacts of tests/unit/artifact/data.

Runs where a framework is installed, once per framework and version, and writes what fits it:

    venv-1.4.2/bin/python scripts/make_benign_artifacts.py sklearn tests/unit/artifact/data
    venv-3.0.5/bin/python scripts/make_benign_artifacts.py xgboost tests/unit/artifact/data

The data is random with a fixed seed, and archives carry no times. Some models of scikit-learn keep
how long they took to fit, or sets: made again, they differ in a few bytes.
"""

# numpy is where the models are made, not where types are checked.
# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

import gzip
import io
import pickle
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

MIDDLE = 0.5
WITHOUT_BINARY = (3, 1)
WORDS = ["good and cheap", "cheap but bad", "never again", "would buy again"] * 10


def joblib_bytes(model: Any, **how: Any) -> bytes:
    """Give what joblib.dump writes."""
    import joblib

    out = io.BytesIO()
    joblib.dump(model, out, **how)
    return out.getvalue()


def write(folder: Path, name: str, files: dict[str, bytes]) -> None:
    """Write an archive without times and owners."""
    with (folder / f"{name}.tar.gz").open("wb") as raw:
        with gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w") as archive:
                for path, content in files.items():
                    info = tarfile.TarInfo(path)
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))


def data() -> tuple[Any, Any]:
    """Return 40 rows of three numbers, and a target that the first one decides."""
    numbers = np.random.RandomState(7).rand(40, 3)
    return numbers, (numbers[:, 0] > MIDDLE).astype(int)


def sklearn_models() -> dict[str, bytes]:
    """Fit small models of different make."""
    return {**plain_models(), **nested_models(), **table_models()}


def plain_models() -> dict[str, bytes]:
    """Fit one estimator each, saved in every way that joblib and pickle know."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.neighbors import KNeighborsClassifier

    numbers, target = data()
    histogram = HistGradientBoostingClassifier(max_iter=2).fit(numbers, target)
    neighbours = KNeighborsClassifier(algorithm="kd_tree").fit(numbers, target)
    return {
        "forest": joblib_bytes(RandomForestClassifier(3, random_state=0).fit(numbers, target)),
        "histogram": joblib_bytes(histogram, compress=("zlib", 9)),
        "clusters": joblib_bytes(KMeans(2, n_init=1).fit(numbers), compress=("xz", 6)),
        "components": joblib_bytes(PCA(2).fit(numbers), compress=("bz2", 9), protocol=2),
        "neighbours": pickle.dumps(neighbours, protocol=5),
    }


def nested_models() -> dict[str, bytes]:
    """Fit models that hold others, kernels, losses or functions."""
    from sklearn.ensemble import GradientBoostingRegressor, IsolationForest
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, WhiteKernel
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

    numbers, target = data()
    network = MLPClassifier((4,), max_iter=5, random_state=0).fit(numbers, target)
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="roc_auc")
    curve = make_pipeline(FunctionTransformer(np.log1p), PolynomialFeatures(2), Ridge())
    process = GaussianProcessRegressor(RBF() + WhiteKernel(), random_state=0)
    return {
        "boosting": joblib_bytes(GradientBoostingRegressor(n_estimators=2).fit(numbers, target)),
        "curve": joblib_bytes(curve.fit(numbers, target)),
        "isolation": joblib_bytes(IsolationForest(n_estimators=2, random_state=0).fit(numbers)),
        "logistic": joblib_bytes(
            make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers, target)
        ),
        "network": joblib_bytes(network, compress=("gzip", 3)),
        "process": joblib_bytes(process.fit(numbers[:8], target[:8])),
        "search": joblib_bytes(search.fit(numbers, target)),
    }


def table_models() -> dict[str, bytes]:
    """Fit models on words and on a table whose columns have names."""
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.svm import SVC

    numbers, target = data()
    words = np.array([["red", "s"], ["green", "m"], ["blue", "l"], ["red", "m"]] * 10, dtype=object)
    encoder = ColumnTransformer([("words", OneHotEncoder(handle_unknown="ignore"), [0, 1])])
    table = pd.DataFrame({"age": numbers[:, 0], "colour": words[:, 0].tolist()})
    columns = ColumnTransformer(
        [("n", SimpleImputer(), ["age"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["colour"])]
    )
    return {
        "categories": joblib_bytes(make_pipeline(encoder, SVC()).fit(words, target)),
        "table": joblib_bytes(make_pipeline(columns, LogisticRegression()).fit(table, target)),
        "text": joblib_bytes(make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(WORDS, target)),
    }


def xgboost_models() -> dict[str, bytes]:
    """Fit one booster and give it in every form that XGBoost's container reads."""
    import xgboost

    numbers, target = data()
    rows = xgboost.DMatrix(numbers, target)
    booster = xgboost.train({"max_depth": 2, "objective": "binary:logistic"}, rows, 2)
    forms = ["json", "ubj", "deprecated"]
    if tuple(int(part) for part in xgboost.__version__.split(".")[:2]) >= WITHOUT_BINARY:
        forms.remove("deprecated")
    raw = {form: bytes(booster.save_raw(form)) for form in forms}
    return {**raw, "pickle": pickle.dumps(booster)}


def main() -> None:
    """Write what the installed framework can make."""
    framework, folder = sys.argv[1], Path(sys.argv[2])
    make = {"sklearn": sklearn_models, "xgboost": xgboost_models}[framework]
    version = __import__(framework).__version__
    bare = {"neighbours": "model.pkl"}
    for name, content in make().items():
        member = bare.get(name, "model.joblib") if framework == "sklearn" else "xgboost-model"
        write(folder, f"{framework}-{version}-{name}", {member: content})


if __name__ == "__main__":
    main()
