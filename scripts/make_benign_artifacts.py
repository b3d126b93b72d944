"""Make the small benign artifacts of tests/unit/artifact/data.

Runs where the frameworks are installed, once per version, and writes what fits that version:

    venv-1.4.2/bin/python scripts/make_benign_artifacts.py tests/unit/artifact/data

The data is random with a fixed seed; archives carry no times, so the same versions of the
frameworks give the same files.
"""

# numpy is where the models are made, not where types are checked.
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import gzip
import io
import pickle
import sys
import tarfile
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

MIDDLE = 0.5


def joblib_bytes(model: Any, **how: Any) -> bytes:
    """Give what joblib.dump writes."""
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


def sklearn_models() -> dict[str, bytes]:
    """Fit small models of different make."""
    random = np.random.RandomState(7)
    numbers = random.rand(40, 3)
    words = np.array([["red", "s"], ["green", "m"], ["blue", "l"], ["red", "m"]] * 10, dtype=object)
    target = (numbers[:, 0] > MIDDLE).astype(int)
    encoder = ColumnTransformer([("words", OneHotEncoder(handle_unknown="ignore"), [0, 1])])
    logistic = make_pipeline(StandardScaler(), LogisticRegression())
    return {
        "logistic": joblib_bytes(logistic.fit(numbers, target)),
        "categories": joblib_bytes(make_pipeline(encoder, SVC()).fit(words, target)),
        "forest": joblib_bytes(RandomForestClassifier(3, random_state=0).fit(numbers, target)),
        "histogram": joblib_bytes(
            HistGradientBoostingClassifier(max_iter=2).fit(numbers, target), compress=("zlib", 9)
        ),
        "clusters": joblib_bytes(KMeans(2, n_init=1).fit(numbers), compress=("xz", 6)),
        "components": joblib_bytes(PCA(2).fit(numbers), compress=("bz2", 9), protocol=2),
        "neighbours": pickle.dumps(
            KNeighborsClassifier(algorithm="kd_tree").fit(numbers, target), protocol=5
        ),
    }


def xgboost_models() -> dict[str, bytes]:
    """Fit one booster and give it in every form that XGBoost's container reads."""
    import xgboost

    random = np.random.RandomState(7)
    numbers = random.rand(40, 3)
    data = xgboost.DMatrix(numbers, (numbers[:, 0] > MIDDLE).astype(int))
    booster = xgboost.train({"max_depth": 2, "objective": "binary:logistic"}, data, 2)
    raw = {form: bytes(booster.save_raw(form)) for form in ("json", "ubj", "deprecated")}
    return {**raw, "pickle": pickle.dumps(booster)}


def main() -> None:
    """Write what the installed frameworks can make."""
    folder = Path(sys.argv[1])
    for name, content in sklearn_models().items():
        member = "model.pkl" if name == "neighbours" else "model.joblib"
        write(folder, f"sklearn-{sklearn.__version__}-{name}", {member: content})
    try:
        models = xgboost_models()
    except ImportError:
        return
    import xgboost

    for name, content in models.items():
        write(folder, f"xgboost-{xgboost.__version__}-{name}", {"xgboost-model": content})


if __name__ == "__main__":
    main()
