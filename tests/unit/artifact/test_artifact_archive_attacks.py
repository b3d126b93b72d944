"""Archives that would harm whoever unpacks them are refused; those that only look odd pass."""

import gzip
import io
import os
import tarfile

import pytest

from slipway.domain.artifact import ArtifactLimits, Reason
from tests.unit.artifact import malicious_archives, malicious_headers
from tests.unit.artifact.builders import file, inspect, model, packed, refusal, tar
from tests.unit.artifact.malicious_archives import CODE, GOOD, REAL, pax
from tests.unit.artifact.malicious_headers import MODEL, archive, member, octal

ATTACKS = {**malicious_archives.ATTACKS, **malicious_headers.ATTACKS}


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: case.replace(" ", "-"))
def test_a_bad_archive_is_refused(case: str) -> None:
    content, reason = ATTACKS[case]

    refused = refusal(content)

    assert refused.reason is reason, refused
    assert str(refused).endswith(".")
    assert str(refused).isprintable()


@pytest.mark.parametrize("path", CODE)
def test_code_is_refused_with_the_line_that_allows_it(path: str) -> None:
    refused = refusal(packed(GOOD, file(path, CODE[path])))

    assert (refused.reason, refused.path) == (Reason.CODE, path)
    assert "artifact.allow_code: true" in str(refused)


@pytest.mark.parametrize("path", CODE)
def test_code_is_reported_when_allowed(path: str) -> None:
    found = inspect(packed(GOOD, file(path, CODE[path])), framework="custom", allow_code=True)

    assert path in found.code_files
    assert any(path in warning for warning in found.warnings)


def bomb(size: int) -> bytes:
    return model(b"\0" * size, "weights.bin")


def test_limits_are_kept() -> None:
    small = ArtifactLimits(
        members=3, expanded_bytes=1 << 20, ratio=50, ratio_from_bytes=1 << 16, compressed_bytes=4096
    )
    many = packed(*[file(f"f{i}", b"x") for i in range(4)])
    assert refusal(many, limits=small).reason is Reason.TOO_MANY_MEMBERS
    assert refusal(bomb(1 << 19), limits=small).reason is Reason.RATIO_BOMB
    assert refusal(bomb(1 << 21), limits=small).reason is Reason.TOO_LARGE
    assert refusal(model(os.urandom(8192)), limits=small).reason is Reason.TOO_LARGE


def test_a_bomb_is_refused_by_the_ordinary_limits() -> None:
    refused = refusal(bomb(80 << 20))
    assert refused.reason is Reason.RATIO_BOMB


def test_long_names_and_notes_of_ordinary_programs_pass() -> None:
    long = "a" * 120 + ".txt"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        info = file(long, b"x", mtime=1.5)
        assert long in str(inspect(gzip.compress(tar([GOOD, info], form))).warnings)
    apple = packed(pax({"LIBARCHIVE.xattr.com.apple": "x", "mtime": "1.5"}), GOOD)
    assert inspect(apple).layout == "sklearn-bare"


@pytest.mark.parametrize(
    "size", [b"%11o\0" % 5, b"%012o" % 5, b"5          \0", b"\x80" + b"\0" * 10 + b"\5"]
)
def test_sizes_that_every_program_reads_alike_pass(size: bytes) -> None:
    found = inspect(archive(member("a/notes.txt", b"hello", size=size), MODEL))
    assert found.members.count == 2


def test_what_nobody_could_read_is_named() -> None:
    refused = refusal(archive(member("model.json", b"{}", mode=octal(0)[:8])))
    assert (refused.reason, "chmod u+r" in str(refused)) == (Reason.LAYOUT, True)


def test_owners_of_large_organisations_and_folders_of_groups_pass() -> None:
    mine = file("model.joblib", GOOD[1], uid=1 << 30, gid=1 << 30)
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        found = inspect(gzip.compress(tar([file("./", type=b"5", mode=0o2775), mine], form)))
        assert found.layout == "sklearn-bare"


def test_zeros_behind_the_archive_are_padding() -> None:
    assert inspect(REAL + b"\0" * 512).compressed_bytes == len(REAL) + 512


def test_what_is_accepted_unpacks_to_the_same_members() -> None:
    made = packed(file("./", type=b"5"), file("a", type=b"5"), file("a/x", b"1"), GOOD)
    with tarfile.open(fileobj=io.BytesIO(made)) as unpacked:
        files = [m.size for m in unpacked.getmembers() if m.isfile()]
    found = inspect(made)
    assert (found.members.count, found.members.bytes) == (4, sum(files))
