"""A container of the user's gets what Slipway has looked through, or what the spec trusts."""

import lzma
import pickle
import zlib

import pytest

from slipway.domain.artifact import Reason, scanning
from tests.unit.artifact.builders import (
    BOOSTER,
    DATA,
    SKLEARN,
    file,
    inspect,
    model,
    packed,
    proto,
    refusal,
    text,
    unpacked,
    wrapper,
)
from tests.unit.artifact.malicious_formats import (
    CALLING,
    FORMATS,
    npy,
    objects,
    safetensors,
    tensor,
)

UNKNOWN = Reason.UNKNOWN_FORMAT
TENSORS = {
    "__metadata__": {"format": "pt"},
    "a": tensor(0, 16, [2, 2]),
    "b": tensor(16, 18, [1], "F16"),
}
LOOKED_THROUGH = {
    "model.pkl": pickle.dumps({"weights": [1.5, 2.0], "classes": ["a", "b"]}),
    "weights.bin": pickle.dumps([1, 2, 3], 0),
    "model.safetensors": safetensors(TENSORS, b"\0" * 18),
    # As long as the first bytes of a pickle say.
    "padded.safetensors": safetensors({"a": tensor(0, 4, [1])}, b"\0" * 4, 128 - 60),
    "weights.npy": npy("'<f8'", b"\0" * 48, "(2, 3)"),
    "names.npy": npy("'<U5'", b"\0" * 40, "(2,)"),
    "scalar.npy": npy("'|b1'", b"\1", "()"),
    "words.npy": npy("'|O'", objects(text("word"))),
    "README": "Zur Küste: ein Modell.\n".encode(),
    "README.md": b"# churn\n\nChurn of customers, by month.\n",
    "columns.csv": b"customer,age\nc-1,30\nc-2,40\n",
    "labels.txt": b"no churn, really\nchurn\n",
    "vocabulary.txt": b"general\nprices\nIn all\nSalary\nNo 5\nP&L\n",
    "card.md": b"churn is what this model predicts, for each customer. " * 40 + b"\n\n",
    "numbers.tsv": b"1\t2\n3\t4\n",
    ".gitkeep": b"",
}
# What may hold anything: the line that allows code allows it.
NEEDS_THE_LINE = {
    "model.onnx": b"\x08\x08\x12\x07pytorch",
    "model.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 64,
    "config.json": b'{"hidden_size": 768}',
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "table.parquet": b"PAR1\x15\x04\x15\x10" + b"\0" * 64 + b"PAR1",
    "picture.gif": b"GIF89a\x10\x00\x10\x00\xf7\0\0\0" + b"\0" * 64,
    "scan.tiff": b"II*\0\x08\0\0\0" + b"\0" * 2000,
    "picture.bmp": b"BM\x76\x02\0\0\0\0\0\0\x36\0\0\0" + b"\0" * 64,
    "xgboost-model.json": BOOSTER,
    "model.joblib": unpacked((DATA / "sklearn-1.4.2-forest.tar.gz").read_bytes())["model.joblib"],
    "list.txt": b"churn\nage\nincome\n",
    "hello.txt": b"N.B. this is no pickle.\n",
    "weights.bin": b"\0\0\x80\x3f" * 20,
}


@pytest.mark.parametrize("path", LOOKED_THROUGH)
def test_what_was_looked_through_needs_no_line(path: str) -> None:
    found = inspect(model(LOOKED_THROUGH[path], path), framework="custom")
    assert not any("Not inspected" in warning for warning in found.warnings)


def test_what_was_looked_through_is_told() -> None:
    kept = [file(path, LOOKED_THROUGH[path]) for path in ("model.safetensors", "weights.npy")]
    found = inspect(packed(*kept), framework="custom")
    assert [each.format for each in found.models] == ["safetensors", "npy"]


@pytest.mark.parametrize("path", NEEDS_THE_LINE)
def test_what_nobody_looks_through_is_named_with_the_line_that_allows_it(path: str) -> None:
    refused = refusal(model(NEEDS_THE_LINE[path], path), framework="custom")

    assert (refused.reason, refused.path) == (UNKNOWN, path), refused
    assert "artifact.allow_code: true" in str(refused)

    found = inspect(model(NEEDS_THE_LINE[path], path), framework="custom", allow_code=True)
    assert f"Not inspected inside: `{path}`" in found.warnings


@pytest.mark.parametrize("path", FORMATS)
def test_what_a_container_could_run_is_refused(path: str) -> None:
    content, reason = FORMATS[path]
    refused = refusal(model(content, path), framework="custom")
    assert (refused.reason, refused.path) == (reason, path), refused


@pytest.mark.parametrize("path", CALLING)
def test_the_line_that_allows_code_allows_no_pickle_that_calls(path: str) -> None:
    refused = refusal(model(FORMATS[path][0], path), framework="custom", allow_code=True)
    assert refused.reason is Reason.PICKLE_NAME


def test_a_script_is_told_which_files_it_may_trust() -> None:
    script = file("code/inference.py", b"def model_fn(folder): ...")
    more = [file(path, content) for path, content in NEEDS_THE_LINE.items()]
    found = inspect(packed(script, *more), framework="sklearn", allow_code=True)
    (told,) = [each for each in found.warnings if each.startswith("Not inspected inside")]
    assert "`model.onnx`" in told
    assert "`model.joblib`" not in told
    assert told.endswith("more")


def test_what_a_bare_model_has_beside_it_is_not_used() -> None:
    beside = [file(f"docs/{path}", NEEDS_THE_LINE[path]) for path in ("picture.png", "list.txt")]
    for good, framework in (
        (file("model.joblib", SKLEARN), "sklearn"),
        (file("m.json", BOOSTER), "xgboost"),
    ):
        found = inspect(packed(good, *beside))
        assert (found.framework, len(found.warnings)) == (framework, 1)
        assert found.warnings[0].startswith("Not used by the container")


def test_a_plain_pickle_of_a_custom_container_may_not_hold_arrays_of_joblibs() -> None:
    arrays = model(proto(wrapper(b"(K\x01t") + b"\0" * 8), "model.joblib")
    assert "pickle.dump" in str(refusal(arrays, framework="custom"))
    assert inspect(arrays, framework="custom", allow_code=True).layout == "custom"


def test_what_takes_long_to_look_at_is_not_looked_at_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names of tensors are parsed, and compressed files tried, within bounds."""
    each = safetensors({"x": tensor(0, 0, [0])}, b"")
    monkeypatch.setattr(scanning, "_MOST_TENSOR_NAMES", 3 * len(each))
    names = [file(f"{i}.safetensors", each) for i in range(4)]
    assert inspect(packed(*names[:3]), framework="custom").layout == "custom"
    assert refusal(packed(*names), framework="custom").path == "3.safetensors"
    wide = safetensors({"x": tensor(0, 0, [0] * 65)}, b"")
    assert refusal(model(wide, "wide.safetensors"), framework="custom").reason is UNKNOWN
    bombs = [
        lzma.compress(b"\0" * (20 << 20), lzma.FORMAT_ALONE)[:4096],
        zlib.compress(b"\0" * 9999),
    ]
    for bomb in bombs:
        assert refusal(model(bomb, "x.bin"), framework="custom").reason is Reason.NESTED_ARCHIVE
