"""Pickles that would run code are refused, each for its own reason."""

import bz2
import io
import lzma
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from slipway.domain.artifact import ArtifactLimits, Reason
from slipway.domain.class_names import why_no_class
from tests.unit.artifact.builders import (
    ATTACK,
    SKLEARN,
    call,
    estimator,
    inspect,
    model,
    name,
    proto,
    refusal,
    text,
)
from tests.unit.artifact.malicious_pickles import ATTACKS, NAME, UNSAFE, parameter


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: case.replace(" ", "-"))
def test_a_bad_pickle_is_refused(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, reason = ATTACKS[case]
    monkeypatch.chdir(tmp_path)

    refused = refusal(model(content), framework="sklearn")

    assert refused.reason is reason, refused
    assert refused.path == "model.joblib"
    assert str(refused).isprintable()
    assert not list(tmp_path.iterdir())


def test_unknown_names_are_named_with_the_line_that_allows_them() -> None:
    refused = refusal(model(proto(estimator(cls=("mine.features", "Encoder")))))

    assert "`mine.features.Encoder`" in str(refused)
    assert "artifact.allow_classes: [mine.features.Encoder]" in str(refused)


def test_an_allowed_class_is_still_never_called() -> None:
    content = proto(call("mine", "Encoder", text("id")))
    refused = refusal(model(content), allow_classes=["mine.Encoder"])
    assert refused.reason is UNSAFE


def test_allowing_a_class_allows_no_other() -> None:
    for allowed in ("posix", "posix.System", "system", "posix.system.x", "osposix.system"):
        assert refusal(model(proto(ATTACK)), allow_classes=[allowed]).reason is NAME


@pytest.mark.parametrize(
    "name_of",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "pathlib.os.system",
        "mine.os.system",
        "numpy.load",
        "numpy.memmap",
        "joblib.numpy_pickle.load",
        "pandas.io.pickle.read_pickle",
        "cloudpickle.cloudpickle.CloudPickler",
        "_io.FileIO",
        "importlib.import_module",
        # Containers have them, whether or not the Python that looks does.
        "asyncore.dispatcher",
        "distutils.spawn.spawn",
        "imp.load_source",
        "mine.imp.load_source",
        "telnetlib.Telnet",
    ],
)
def test_what_is_no_class_of_a_model_cannot_be_allowed(name_of: str) -> None:
    assert why_no_class(name_of)
    module, _, attribute = name_of.rpartition(".")
    refused = refusal(model(parameter(name(module, attribute))), allow_classes=[name_of])
    assert refused.reason in (NAME, UNSAFE)
    assert "allow_classes" not in str(refused)


@pytest.mark.parametrize(
    "name_of",
    [
        "mine.features.Encoder",
        "mine.types.Encoder",
        "mine.features.encoder",
        "datetime.datetime",
        "decimal.Decimal",
        "pandas.core.frame.DataFrame",
        "sklearn.new._module.Model",
    ],
)
def test_classes_of_models_can_be_allowed(name_of: str) -> None:
    assert why_no_class(name_of) is None
    module, _, attribute = name_of.rpartition(".")
    own = proto(estimator(cls=(module, attribute)))
    found = inspect(model(own), framework="sklearn", allow_classes=[name_of])
    assert found.models[0].model_class == name_of


def test_a_known_constructor_stays_one_when_the_user_names_it() -> None:
    content = parameter(name("numpy.core.multiarray", "_reconstruct"))
    allowed = ["numpy.core.multiarray._reconstruct"]
    assert refusal(model(content), allow_classes=allowed).reason is UNSAFE


@pytest.mark.parametrize("path", ["old.pkl", "deep/er/x.pickle", "x.JOBLIB", "no-suffix"])
@pytest.mark.parametrize("framework", ["sklearn", "xgboost", "custom", None])
def test_every_pickle_of_an_archive_is_walked(path: str, framework: str | None) -> None:
    refused = refusal(model(proto(ATTACK, 4), path), framework=framework, allow_code=True)
    assert refused.reason is NAME


def test_a_pickle_of_the_first_protocols_is_one_by_its_bytes() -> None:
    attack = model(b"\x80\x01" + ATTACK + b".", "weights.bin")
    assert refusal(attack, framework="custom").reason is NAME


def test_limits_of_pickles_are_kept() -> None:
    def reason(content: bytes, **limits: int) -> Reason:
        return refusal(model(content), limits=ArtifactLimits(**limits)).reason

    limited = Reason.PICKLE_LIMIT
    assert reason(proto(b"N0" * 3000 + b"N"), opcodes=5000) is limited
    assert reason(proto(b"N" * 3000), stack=1000) is limited
    assert reason(proto(b"]0" * 3000), objects=1000) is limited
    assert reason(proto(b"N\x94" * 3000), memo=1000) is limited


def test_names_are_known_after_more_text_than_is_kept() -> None:
    words = b"".join(b"(" + text(f"word{i}") + b"l0" for i in range(3000))
    tight = ArtifactLimits(text_bytes=1000)

    found = inspect(model(proto(words + SKLEARN[2:-1])), limits=tight)
    assert found.models[0].versions == {"scikit-learn": "1.4.2"}

    hidden = refusal(model(proto(words + text("os") + text("system") + b"\x93", 4)), limits=tight)
    assert hidden.reason is NAME
    special = proto(words + estimator(text("__setstate__"), b"N"))
    assert refusal(model(special), limits=tight).reason is UNSAFE


def test_python_would_have_run_what_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack itself works, so that its refusal means something."""
    monkeypatch.chdir(tmp_path)
    pickle.load(io.BytesIO(proto(ATTACK)))
    assert (tmp_path / "owned").exists()


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress])
def test_less_is_unpacked_of_what_is_slow_to_unpack(compress: Callable[[bytes], bytes]) -> None:
    few = ArtifactLimits(slow_bytes=len(SKLEARN) - 1)
    refused = refusal(model(compress(SKLEARN)), framework="sklearn", limits=few)
    assert refused.reason is Reason.TOO_LARGE
    assert inspect(model(zlib.compress(SKLEARN)), framework="sklearn", limits=few).models
