"""Trains a gradient-boosted model, in pieces that survive the loss of a Spot instance.

For AWS's XGBoost container in script mode, which gives folders by environment variables and
hyperparameters as options. Every few rounds the model is saved where SageMaker copies it to S3 as
it comes, and back onto the next instance: an interruption costs those rounds and no more.
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import xgboost

CHECKPOINTS = Path("/opt/ml/checkpoints")
EVERY = 10


def main(options: argparse.Namespace) -> None:
    """Train as many rounds as are missing, then save the model."""
    columns, label = read(options.train / "train.csv", options.label)
    matrix = xgboost.DMatrix(columns, label=label)
    model, done = resume(options.checkpoints)
    print(f"{len(label)} rows, {columns.shape[1]} columns, {done} rounds done before")
    while done < options.rounds:
        wanted = min(EVERY, options.rounds - done)
        settings = {"objective": options.objective, "max_depth": options.depth, "seed": 1}
        model = xgboost.train(settings, matrix, wanted, xgb_model=model)
        done += wanted
        save(model, options.checkpoints / f"{done:06}.ubj")
    save(model, options.model / "xgboost-model.ubj")


def read(path: Path, label: str) -> tuple[Any, Any]:
    """Return the columns in their order without the label, and the label; empty is missing."""
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        names = next(lines)
        table = np.array([[float(cell or "nan") for cell in line] for line in lines])
    place = names.index(label)
    return np.delete(table, place, axis=1), table[:, place]


def resume(folder: Path) -> tuple[Any, int]:
    """Return the newest checkpoint and its rounds; None and 0 at the very beginning."""
    found = sorted(folder.glob("[0-9]*.ubj"))
    if not found:
        return None, 0
    return xgboost.Booster(model_file=found[-1]), int(found[-1].stem)


def save(model: Any, path: Path) -> None:
    """Write a model whole or not at all: what is half-written may be copied as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"half-{path.name}")
    model.save_model(half)
    half.replace(path)


def arguments() -> argparse.Namespace:
    """Return the hyperparameters of the training job."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--label", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--objective", default="binary:logistic")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS)
    parser.add_argument("--train", type=Path, default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--model", type=Path, default=os.environ.get("SM_MODEL_DIR"))
    return parser.parse_args()


if __name__ == "__main__":
    main(arguments())
