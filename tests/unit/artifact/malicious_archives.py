"""Archives that would harm whoever unpacks them, or that programs read differently."""

import gzip
import io
import struct
import tarfile
import zipfile

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import DATA, SKLEARN, changed, file, model, packed, tar

GOOD = file("model.joblib", SKLEARN)
REAL = (DATA / "sklearn-1.4.2-logistic.tar.gz").read_bytes()


def zip_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("model.joblib", SKLEARN)
    return out.getvalue()


def pax(records: dict[str, str], *, everywhere: bool = False) -> tuple[tarfile.TarInfo, bytes]:
    content = b""
    for key, value in records.items():
        body = f" {key}={value}\n".encode()
        length = len(body) + len(str(len(body)))
        length = len(body) + len(str(length))
        content += str(length).encode() + body
    return file("pax", content, type=tarfile.XGLTYPE if everywhere else tarfile.XHDTYPE)


def hidden_behind_a_damaged_header() -> bytes:
    evil = tar([file("code/inference.py", b"import os")])

    def damage(data: bytes) -> bytes:
        end = len(data.rstrip(b"\0")) // 512 * 512 + 512
        return data[:end] + b"x" * 512 + evil

    return changed(packed(GOOD), damage)


def shortened_end(data: bytes) -> bytes:
    """Cut the end mark off."""
    return data[: 512 + -(-len(SKLEARN) // 512) * 512]


def sparse() -> bytes:
    return packed(file("model.joblib", SKLEARN, type=tarfile.GNUTYPE_SPARSE))


def two_formats() -> bytes:
    """Give a GNU header a POSIX name prefix, and a matching checksum."""

    def change(data: bytes) -> bytes:
        head = bytearray(data[:512])
        head[257:265] = b"ustar  \0"
        head[345:349] = b"code"
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        return bytes(head) + data[512:]

    return changed(packed(GOOD), change)


def negative_size() -> bytes:
    def change(data: bytes) -> bytes:
        head = bytearray(data[:512])
        head[124:136] = b"\xff" * 4 + struct.pack(">q", -512)
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        return bytes(head) + data[512:]

    return changed(packed(GOOD), change)


ATTACKS = {
    "empty file": (b"", Reason.EMPTY),
    "zip": (zip_archive(), Reason.NOT_GZIP),
    "bare pickle": (SKLEARN, Reason.NOT_GZIP),
    "tar without gzip": (tar([GOOD]), Reason.NOT_GZIP),
    "gzip of something else": (gzip.compress(b"hello " * 500), Reason.NOT_TAR),
    "gzip of nothing": (gzip.compress(b""), Reason.NOT_TAR),
    "truncated": (REAL[: len(REAL) // 2], Reason.TRUNCATED),
    "one byte short": (REAL[:-1], Reason.TRUNCATED),
    "damaged": (REAL[:300] + b"\0\0\0\0" + REAL[304:], Reason.CORRUPT),
    "wrong checksum": (REAL[:-8] + b"\1\2\3\4" + REAL[-4:], Reason.CORRUPT),
    "no end mark": (changed(packed(GOOD), shortened_end), Reason.TRUNCATED),
    "second gzip member": (REAL + gzip.compress(b"more"), Reason.TRAILING_DATA),
    "garbage behind": (REAL + b"garbage", Reason.TRAILING_DATA),
    "second archive behind": (
        changed(packed(GOOD), lambda data: data + tar([file("evil.py")])),
        Reason.TRAILING_DATA,
    ),
    "hidden behind damage": (hidden_behind_a_damaged_header(), Reason.CORRUPT),
    "empty archive": (packed(), Reason.EMPTY),
    "folders only": (packed(file("a", type=tarfile.DIRTYPE)), Reason.EMPTY),
    "parent": (packed(file("../model.joblib", SKLEARN)), Reason.UNSAFE_PATH),
    "parent inside": (packed(file("a/../../model.joblib", SKLEARN)), Reason.UNSAFE_PATH),
    "absolute": (packed(file("/etc/passwd", b"x")), Reason.UNSAFE_PATH),
    "backslash": (packed(file("a\\..\\b", b"x")), Reason.UNSAFE_PATH),
    "drive": (packed(file("C:evil", b"x")), Reason.UNSAFE_PATH),
    "control characters": (packed(file("a\x1b[2Jb", b"x")), Reason.UNSAFE_PATH),
    "reversed text": (packed(file("a\u202egpj.yp", b"x")), Reason.UNSAFE_PATH),
    "deep": (packed(file("a/" * 40 + "b", b"x")), Reason.UNSAFE_PATH),
    "symlink": (packed(file("m", type=tarfile.SYMTYPE, linkname="/etc")), Reason.LINK),
    "hard link": (packed(GOOD, file("m", type=tarfile.LNKTYPE, linkname="a")), Reason.LINK),
    "long link": (packed(file("m", b"x" * 200, type=b"K")), Reason.LINK),
    "character device": (packed(file("m", type=tarfile.CHRTYPE)), Reason.SPECIAL_FILE),
    "block device": (packed(file("m", type=tarfile.BLKTYPE)), Reason.SPECIAL_FILE),
    "named pipe": (packed(file("m", type=tarfile.FIFOTYPE)), Reason.SPECIAL_FILE),
    "unknown type": (packed(file("m", type=b"Z")), Reason.SPECIAL_FILE),
    "sparse": (sparse(), Reason.SPARSE),
    "sparse by extended header": (
        packed(pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}), GOOD),
        Reason.SPARSE,
    ),
    "twice": (packed(GOOD, GOOD), Reason.DUPLICATE),
    "twice with dot": (packed(GOOD, file("./model.joblib", SKLEARN)), Reason.DUPLICATE),
    "twice but for case": (packed(GOOD, file("MODEL.joblib", b"x")), Reason.DUPLICATE),
    "twice but for form": (packed(file("é", b"x"), file("e\u0301", b"x")), Reason.DUPLICATE),
    "file and folder": (packed(file("a", b"x"), file("a/b", b"x")), Reason.DUPLICATE),
    "folder and file": (packed(file("a/b", b"x"), file("a", b"x")), Reason.DUPLICATE),
    "folder of two cases": (packed(file("a/b", b"x"), file("A/c", b"x")), Reason.DUPLICATE),
    "two sizes": (packed(pax({"size": "9999"}), GOOD), Reason.AMBIGUOUS),
    "signed size": (packed(pax({"size": "-1"}), GOOD), Reason.AMBIGUOUS),
    "renamed for all": (packed(pax({"path": "x"}, everywhere=True), GOOD), Reason.AMBIGUOUS),
    "two names": (
        packed(file("l", b"code/x", type=b"L"), pax({"path": "y"}), GOOD),
        Reason.AMBIGUOUS,
    ),
    "linkpath": (packed(pax({"linkpath": "/etc/passwd"}), GOOD), Reason.LINK),
    "damaged extended header": (
        packed(file("p", b"999 path=x\n", type=tarfile.XHDTYPE), GOOD),
        Reason.AMBIGUOUS,
    ),
    "huge extended header": (
        packed(file("p", b"x" * 100_000, type=tarfile.XHDTYPE), GOOD),
        Reason.AMBIGUOUS,
    ),
    "header of two formats": (two_formats(), Reason.AMBIGUOUS),
    "negative size": (negative_size(), Reason.AMBIGUOUS),
    "folder with content": (packed(file("a/", b"xyz", type=b"5")), Reason.AMBIGUOUS),
    "nested zip": (packed(GOOD, file("more.npz", zip_archive())), Reason.NESTED_ARCHIVE),
    "nested tar": (packed(GOOD, file("more.dat", tar([GOOD]))), Reason.NESTED_ARCHIVE),
    "nested gzip": (packed(GOOD, file("a.gz", gzip.compress(b"x"))), Reason.NESTED_ARCHIVE),
    "zip as joblib": (model(zip_archive()), Reason.NESTED_ARCHIVE),
}
CODE = {
    "code/inference.py": b"x = 1",
    "CODE/data.csv": b"1,2",
    "code/requirements.txt": b"requests",
    "code": b"not a folder",
    "helper.py": b"x = 1",
    "requirements.txt": b"requests",
    "requirements-gpu.txt": b"requests",
    "a/site.pth": b"import os",
    "lib.so": b"x",
    "lib.so.1": b"x",
    "module.pyc": b"x",
    "weights.bin": b"\x7fELF\x02\x01\x01",
    "run": b"#!/bin/sh\nid",
    "package.whl": b"x",
    "MAR-INF/MANIFEST.json": b'{"model": {"handler": "evil"}}',
}
