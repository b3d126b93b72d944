"""A bare model gets Slipway's script, and nothing else changes."""

import ast
import gzip
import hashlib
import io
import tarfile

import pytest

from slipway.domain.artifact import (
    ArtifactRefused,
    Reason,
    repack_with_script,
    sklearn_inference_script,
)
from tests.unit.artifact.builders import DATA, SKLEARN, file, inspect, packed, unpacked

BARE = packed(
    file("./", type=b"5"),
    file("./model.joblib", SKLEARN, mtime=5),
    file("a/notes.txt", b"x" * 70_000),
)


def repacked(archive: bytes) -> tuple[bytes, str]:
    out = io.BytesIO()
    digest = repack_with_script(io.BytesIO(archive), out, sklearn_inference_script())
    return out.getvalue(), digest


def test_the_same_members_and_the_script_come_out() -> None:
    archive, digest = repacked(BARE)

    assert unpacked(archive) == {
        "model.joblib": SKLEARN,
        "a/notes.txt": b"x" * 70_000,
        "code/inference.py": sklearn_inference_script(),
    }
    assert digest == hashlib.sha256(archive).hexdigest()


def test_it_is_then_a_model_with_a_script() -> None:
    archive, digest = repacked((DATA / "sklearn-1.4.2-logistic.tar.gz").read_bytes())
    found = inspect(archive, allow_code=True)
    assert (found.layout, found.sha256) == ("sklearn-script", digest)


def test_the_same_input_gives_the_same_bytes_whatever_its_times() -> None:
    later = packed(
        file("model.joblib", SKLEARN, mtime=99, uid=7, uname="me", mode=0o700),
        file("a/notes.txt", b"x" * 70_000),
    )
    assert repacked(BARE) == repacked(BARE)
    assert unpacked(repacked(later)[0]) == unpacked(repacked(BARE)[0])
    assert repacked(later) == repacked(BARE)


def test_no_time_and_no_owner_is_left() -> None:
    with tarfile.open(fileobj=io.BytesIO(repacked(BARE)[0])) as archive:
        assert {(m.mtime, m.uid, m.gid, m.uname, m.mode) for m in archive} == {(0, 0, 0, "", 0o644)}


def test_a_script_of_the_users_is_never_replaced() -> None:
    with pytest.raises(ArtifactRefused) as caught:
        repacked(packed(file("code/inference.py", b"mine")))
    assert caught.value.reason is Reason.DUPLICATE


def test_a_damaged_archive_is_refused_here_too() -> None:
    with pytest.raises(ArtifactRefused):
        repacked(gzip.compress(b"no tar"))


def test_the_script_is_readable_for_the_oldest_container() -> None:
    ast.parse(sklearn_inference_script(), feature_version=(3, 7))
