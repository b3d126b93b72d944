"""Real models, saved by real frameworks, pass; and nothing of theirs is imported meanwhile."""

import hashlib
import json
import sys
from importlib import util
from pathlib import Path

import pytest

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import (
    BOOSTER,
    DATA,
    SKLEARN,
    call,
    estimator,
    file,
    inspect,
    model,
    name,
    packed,
    proto,
    refusal,
    text,
    wrapper,
)
from tests.unit.artifact.malicious_pickles import MEMMAP, VECTORIZER

REAL = sorted(DATA.glob("*.tar.gz"))
FORMATS = {
    "boosting": "joblib",
    "categories": "joblib",
    "clusters": "joblib+xz",
    "components": "joblib+bz2",
    "curve": "joblib",
    "forest": "joblib",
    "histogram": "joblib+zlib",
    "isolation": "joblib",
    "logistic": "joblib",
    "neighbours": "pickle",
    "network": "joblib+gzip",
    "process": "joblib",
    "search": "joblib",
    "table": "joblib",
    "text": "joblib",
    "json": "xgboost-json",
    "ubj": "xgboost-ubjson",
    "deprecated": "xgboost-binary",
    "pickle": "pickle",
}


def test_the_corpus_covers_every_format() -> None:
    assert {path.name.removesuffix(".tar.gz").split("-")[2] for path in REAL} == set(FORMATS)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_real_model_passes(path: Path) -> None:
    framework, version, kind = path.name.removesuffix(".tar.gz").split("-")

    found = inspect(path.read_bytes())

    assert (found.framework, found.warnings) == (framework, ())
    assert found.layout == ("sklearn-bare" if framework == "sklearn" else "xgboost")
    assert found.models[0].format == FORMATS[kind]
    if framework == "sklearn":
        assert found.models[0].versions == {"scikit-learn": version}
    elif kind != "deprecated":
        assert found.models[0].versions == {"xgboost": version}
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.compressed_bytes == path.stat().st_size
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_nothing_of_a_model_is_imported(path: Path) -> None:
    before = set(sys.modules)

    inspect(path.read_bytes())

    imported = {module.partition(".")[0] for module in set(sys.modules) - before}
    assert not imported & {"sklearn", "numpy", "scipy", "joblib", "xgboost"}


def test_members_are_counted() -> None:
    folder = file("./", type=b"5")
    found = inspect(packed(folder, file("./model.joblib", SKLEARN), file("./notes.txt", b"hello")))

    assert (found.members.count, found.members.bytes) == (3, len(SKLEARN) + 5)
    assert found.warnings == ("Not used by the container: `notes.txt`",)


def test_an_array_that_was_a_mapped_file_passes() -> None:
    """Such an array names its kind, in either way to save it."""
    mapped = wrapper(b"(K\x01t").replace(name("numpy", "ndarray"), MEMMAP) + b"\0" * 8
    plain = call("numpy.core.multiarray", "_reconstruct", MEMMAP, b"K\0\x85", b"C\1b")
    for array in (mapped, plain):
        fitted = proto(estimator(text("coef_"), array))
        assert inspect(model(fitted)).layout == "sklearn-bare"


def test_vectorizers_of_what_requests_hold_pass() -> None:
    words = b"".join(text(f"word{i}") + b"K\1" for i in range(300))
    for entries in ((), (text("input"), text("content")), (words, text("input"), text("content"))):
        assert inspect(model(proto(estimator(*entries, cls=VECTORIZER)))).framework == "sklearn"
    late = proto(estimator(words, text("input"), text("filename"), cls=VECTORIZER))
    assert refusal(model(late)).reason is Reason.PICKLE_UNSAFE


def test_a_class_of_the_users_passes_when_allowed() -> None:
    own = SKLEARN.replace(b"sklearn.linear_model._logistic", b"mine.features")

    found = inspect(
        model(own), framework="sklearn", allow_classes=["mine.features.LogisticRegression"]
    )

    assert found.models[0].model_class == "mine.features.LogisticRegression"
    assert any("mine.features.LogisticRegression" in warning for warning in found.warnings)


@pytest.mark.skipif(util.find_spec("picklescan") is None, reason="picklescan is not installed")
def test_the_scanner_only_warns() -> None:
    numbers = DATA / "sklearn-1.4.2-logistic.tar.gz"
    found = inspect(numbers.read_bytes())
    assert found.second_opinion is not None
    assert found.second_opinion.files == 1
    assert not found.second_opinion.flagged

    # Allowed by the user, dangerous to the scanner: the walk decides, the doubt is recorded.
    risky = proto(estimator(text("_sklearn_version"), text("1.4.2"), cls=("requests.api", "Get")))
    doubted = inspect(model(risky), framework="sklearn", allow_classes=["requests.api.Get"])
    assert doubted.second_opinion is not None
    assert doubted.second_opinion.flagged == ("model.joblib: requests.api.Get",)
    (doubt,) = [warning for warning in doubted.warnings if "picklescan" in warning]
    assert doubt.endswith("only `artifact.allow_classes` admits it")


def test_a_booster_without_a_pickle_needs_no_scanner() -> None:
    assert inspect(model(BOOSTER, "xgboost-model")).second_opinion is None
