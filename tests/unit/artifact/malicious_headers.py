"""Archives whose headers programs read differently, so that one of them unpacks something else."""

from __future__ import annotations

import gzip

from slipway.domain.artifact import Reason
from tests.unit.artifact.builders import BOOSTER, file, packed
from tests.unit.artifact.malicious_archives import pax

_POSIX = b"ustar\x0000"
_OLDEST = b"\0" * 8
_PICKLE = b"cos\nsystem\n(S'id'\ntR."
_MODEL = "xgboost-model.json"


def octal(number: int) -> bytes:
    return b"%011o\0" % number


def member(  # noqa: PLR0913 - the fields of a header, given by name
    name: str,
    content: bytes = b"",
    *,
    size: bytes | None = None,
    mode: bytes = b"0000644\0",
    kind: bytes = b"0",
    magic: bytes = _POSIX,
) -> bytes:
    """A header as it is asked for, with the right checksum, and the content."""
    head = bytearray(512)
    head[: len(name)] = name.encode()
    head[100:124] = mode + b"0000000\0" * 2
    head[124:136] = size or octal(len(content))
    head[136:148] = octal(0)
    head[148:157] = b" " * 8 + kind
    head[257:265] = magic
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + content + b"\0" * (-len(content) % 512)


def archive(*members: bytes) -> bytes:
    return gzip.compress(b"".join(members) + b"\0" * 1024, 1, mtime=0)


MODEL = member(_MODEL, BOOSTER)
# What lies inside of the first file is a header of the oldest form: a search for archives inside
# of archives does not see it, and a program that ends the number early unpacks it.
HIDDEN = member("model.pkl", _PICKLE, magic=_OLDEST)


def hiding(size: bytes) -> bytes:
    """A file with a header inside, and a size that programs read differently."""
    return archive(member("m/notes.txt", HIDDEN, size=size), MODEL)


def noted(records: dict[str, str]) -> bytes:
    return packed(pax(records), file(_MODEL, BOOSTER))


def sized_by_notes() -> bytes:
    record = b"13 size=1024\n"
    return archive(
        member("x", record, kind=b"x"), member("m/notes.txt", HIDDEN, size=octal(0)), MODEL
    )


ATTACKS = {
    "size with an underscore": (hiding(b"00000_02000\0"), Reason.AMBIGUOUS),
    "size in Python's octal": (hiding(b"0o000002000\0"), Reason.AMBIGUOUS),
    "size with a sign": (hiding(b"      +2000\0"), Reason.AMBIGUOUS),
    "size behind an end": (hiding(b"2000\x000000000"), Reason.AMBIGUOUS),
    "size in tabs": (hiding(b"\t2000\t      "), Reason.AMBIGUOUS),
    "size for few readers": (sized_by_notes(), Reason.AMBIGUOUS),
    "mode in Python's octal": (
        archive(member(_MODEL, BOOSTER, mode=b"0o00644\0")),
        Reason.AMBIGUOUS,
    ),
    "setuid": (archive(member(_MODEL, BOOSTER, mode=b"0004755\0")), Reason.SPECIAL_FILE),
    "setgid": (archive(member(_MODEL, BOOSTER, mode=b"0002755\0")), Reason.SPECIAL_FILE),
    "file named as a folder": (archive(member(f"{_MODEL}/", BOOSTER)), Reason.AMBIGUOUS),
    "file noted as a folder": (
        packed(pax({"path": f"{_MODEL}/"}), file("x", BOOSTER)),
        Reason.AMBIGUOUS,
    ),
    "link by a note": (noted({"SCHILY.filetype": "symlink"}), Reason.AMBIGUOUS),
    "folder link by a note": (noted({"LIBARCHIVE.symlinktype": "dir"}), Reason.AMBIGUOUS),
    "size by a note": (noted({"SCHILY.size": "9"}), Reason.AMBIGUOUS),
    "place by a note": (noted({"SCHILY.offset": "9"}), Reason.AMBIGUOUS),
    "rights by a note": (noted({"SCHILY.xattr.security.capability": "x"}), Reason.AMBIGUOUS),
    "name of an option": (archive(member("-rf", BOOSTER)), Reason.UNSAFE_PATH),
    "name of a command": (archive(member("$(id)", BOOSTER)), Reason.UNSAFE_PATH),
    "name after a blank": (archive(member(f" {_MODEL}", BOOSTER)), Reason.UNSAFE_PATH),
    "name before a blank": (archive(member(f"{_MODEL} ", BOOSTER)), Reason.UNSAFE_PATH),
    "folder of a blank": (archive(member(" /model.json", BOOSTER)), Reason.UNSAFE_PATH),
}
