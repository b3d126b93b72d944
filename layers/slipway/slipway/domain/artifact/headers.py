"""Judges a tar header by itself: what a program could read otherwise than `tarfile` does.

`tarfile` reads numbers as Python does, `0o17`, `1_7` and `+17` included; other programs end at the
first character that is no octal digit, and then find the next header elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.artifact.refusal import ArtifactRefused, Reason

if TYPE_CHECKING:
    import tarfile

_MAGIC = slice(257, 263)
_PREFIX = slice(345, 500)
_OCTAL = re.compile(rb"(?: *[0-7]+)?[ \0]*")
_DIGITS = re.compile(rb" *[0-7]+[ \0]*")
# A large number follows in binary; a negative one begins with 0xff, and no size is negative.
_BINARY = b"\x80"
_BINARY_NEGATIVE = b"\xff"
_SIZES = {"size": slice(124, 136), "checksum": slice(148, 156)}
_OWNERS_AND_TIME = {"uid": slice(108, 116), "gid": slice(116, 124), "mtime": slice(136, 148)}
_OTHERS = {"mode": slice(100, 108), "devmajor": slice(329, 337), "devminor": slice(337, 345)}
_AS_OTHERS = 0o6000
_READABLE = 0o400
_PACK_AGAIN = "Pack the model with an ordinary `tar czf`"


def check(block: bytes, name: str) -> None:
    """Refuse a header that has two readings."""
    # Only POSIX headers have a name prefix there; some programs read it in others too.
    if block[_MAGIC] != b"ustar\0" and block[_PREFIX].strip(b"\0"):
        raise ArtifactRefused(Reason.AMBIGUOUS, "has a header of two formats", path=name)
    wrong = _wrong_numbers(block)
    if wrong:
        raise ArtifactRefused(
            Reason.AMBIGUOUS,
            f"has a header whose {wrong[0]} is no octal number, which programs read differently",
            path=name,
            remedy=_PACK_AGAIN,
        )


def _wrong_numbers(block: bytes) -> list[str]:
    wrong = [name for name, where in _SIZES.items() if not _is_size(block[where], name)]
    wrong += [name for name, where in _OWNERS_AND_TIME.items() if not _is_note(block[where])]
    return wrong + [name for name, at in _OTHERS.items() if not _OCTAL.fullmatch(block[at])]


def _is_size(field: bytes, name: str) -> bool:
    binary = name == "size" and field[:1] == _BINARY
    return binary or bool(_DIGITS.fullmatch(field))


def _is_note(field: bytes) -> bool:
    return field[:1] in (_BINARY, _BINARY_NEGATIVE) or bool(_OCTAL.fullmatch(field))


def check_member(header: tarfile.TarInfo, name: str, size: int, *, folder: bool) -> None:
    """Refuse a member that programs take for different things, or that would be unpacked badly."""
    if folder and size:
        raise ArtifactRefused(Reason.AMBIGUOUS, "is a folder with content", path=name)
    if folder:
        return
    if name.endswith("/"):
        what = "is a file with the name of a folder, which programs read differently"
        raise ArtifactRefused(Reason.AMBIGUOUS, what, path=name, remedy=_PACK_AGAIN)
    if header.mode & _AS_OTHERS:
        what = "would run as somebody else (setuid or setgid), which no model needs"
        remedy = "Take the bits away with `chmod u-s,g-s` and pack it again"
        raise ArtifactRefused(Reason.SPECIAL_FILE, what, path=name, remedy=remedy)
    if not header.mode & _READABLE:
        what = "could not be read by its own owner once it is unpacked"
        remedy = "Give the right with `chmod u+r` and pack it again"
        raise ArtifactRefused(Reason.LAYOUT, what, path=name, remedy=remedy)
