"""Trains a small model as a data scientist would, and packs it as Slipway takes it.

    python train.py OUTPUT [DATA] [--trees N] [--columns N]

442 patients, ten measurements of each, and how far their diabetes went in the year after: the data
ships inside scikit-learn. Where scikit-learn is installed its gradient boosting is trained, else
XGBoost's, on the copy of scikit-learn's package in DATA.

OUTPUT becomes a folder with model.tar.gz, smoke.jsonl (golden requests), baseline.csv (what it was
trained on) and report.json: requests about patients that the model has not seen, and what this
model answers here, without any server.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib
import importlib.util
import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE = Path("datasets", "data", "diabetes_data_raw.csv.gz")
TARGETS = Path("datasets", "data", "diabetes_target.csv.gz")
EVERY, GOLDEN = 5, 3
# Total and low and high density lipoproteins, their ratio, triglycerides, blood sugar.
BLOOD = ("cholesterol", "ldl", "hdl", "tch", "ltg", "glucose")
MEASUREMENTS = ("age", "sex", "bmi", "blood_pressure", *BLOOD)

Rows = list[list[float]]
Fitted = tuple[Path, str, Callable[[Rows], list[float]]]


def main(options: argparse.Namespace) -> None:
    """Train, pack, and write down what to compare with."""
    output, data = options.output, options.data
    # Only one of the two is there: the packages are those of a serving image.
    sklearn = importlib.util.find_spec("sklearn")
    source = Path(str(sklearn.origin)).parent if sklearn else data
    if source is None:
        sys.exit("Without scikit-learn the folder of its data is needed.")
    rows = [row[: options.columns] for row in _read(source / FILE)]
    targets = [row[0] for row in _read(source / TARGETS)]
    unseen = range(0, len(rows), EVERY)
    known = [index for index in range(len(rows)) if index % EVERY]
    fit = _fit_sklearn if sklearn else _fit_xgboost
    output.mkdir(parents=True, exist_ok=True)
    chosen, wanted = [rows[i] for i in known], [targets[i] for i in known]
    model, name, predict = fit(chosen, wanted, options.trees, output)
    questions, truth = [rows[i] for i in unseen], [targets[i] for i in unseen]
    answers = predict(questions)
    _pack(output / "model.tar.gz", model)
    _write_baseline(output / "baseline.csv", chosen, wanted)
    golden = [_golden(questions[i : i + 2], answers[i : i + 2]) for i in range(0, GOLDEN * 2, 2)]
    (output / "smoke.jsonl").write_text("".join(json.dumps(line) + "\n" for line in golden))
    report = {
        "model": name,
        "rows": len(known),
        "features": len(rows[0]),
        "explained": round(_explained(truth, answers), 3),
        "request": _as_csv(questions),
        "answers": answers,
        "truth": truth,
    }
    (output / "report.json").write_text(json.dumps(report))


def _fit_sklearn(rows: Rows, targets: list[float], trees: int, output: Path) -> Fitted:
    import joblib
    import sklearn
    from sklearn.ensemble import GradientBoostingRegressor

    np = importlib.import_module("numpy")
    settings = {"n_estimators": trees, "max_depth": 2, "learning_rate": 0.08, "random_state": 7}
    model = GradientBoostingRegressor(**settings).fit(np.array(rows), targets)
    path = output / "model.joblib"
    joblib.dump(model, path)

    def predict(questions: Rows) -> list[float]:
        answers: list[float] = model.predict(np.array(questions)).tolist()
        return answers

    return path, f"gradient boosting, scikit-learn {sklearn.__version__}", predict


def _fit_xgboost(rows: Rows, targets: list[float], trees: int, output: Path) -> Fitted:
    import xgboost

    np = importlib.import_module("numpy")
    settings = {"max_depth": 3, "eta": 0.1, "seed": 7, "nthread": 1}
    model = xgboost.train(settings, xgboost.DMatrix(np.array(rows), label=targets), trees // 2)
    path = output / "xgboost-model.json"
    model.save_model(path)

    def predict(questions: Rows) -> list[float]:
        answers: list[float] = model.predict(xgboost.DMatrix(np.array(questions))).tolist()
        return answers

    return path, f"gradient boosting, XGBoost {xgboost.__version__}", predict


def _read(path: Path) -> Rows:
    with gzip.open(path, "rt") as file:
        separator = "," if "," in file.readline() else " "
        file.seek(0)
        return [[float(cell) for cell in line.split(separator)] for line in file]


def _pack(target: Path, model: Path) -> None:
    with tarfile.open(target, "w:gz") as archive:
        archive.add(model, model.name)
    model.unlink()


def _write_baseline(target: Path, rows: Rows, targets: list[float]) -> None:
    """Write what captured requests are compared with: the columns by name, and the label."""
    names = [*MEASUREMENTS[: len(rows[0])], "progression"]
    told = [[*row, goal] for row, goal in zip(rows, targets, strict=True)]
    target.write_text(",".join(names) + "\n" + _as_csv(told) + "\n")


def _golden(rows: Rows, answers: list[float]) -> dict[str, Any]:
    expect = "\n".join(map(repr, answers))
    return {
        "content_type": "text/csv",
        "body": _as_csv(rows),
        "accept": "text/csv",
        "expect": expect,
        "tolerance": 1e-3,
    }


def _as_csv(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n")


def _explained(truth: list[float], answers: list[float]) -> float:
    mean = sum(truth) / len(truth)
    left = sum((t - a) ** 2 for t, a in zip(truth, answers, strict=True))
    return 1 - left / sum((t - mean) ** 2 for t in truth)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains a small model and packs it.")
    parser.add_argument("output", type=Path, help="folder to make")
    parser.add_argument("data", type=Path, nargs="?", help="a copy of scikit-learn's package")
    parser.add_argument("--trees", type=int, default=120, help="of the model (%(default)s)")
    parser.add_argument("--columns", type=int, default=10, help="measurements (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main(_options())
