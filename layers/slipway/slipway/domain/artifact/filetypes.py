"""What a member is, by its name and its first bytes."""

from __future__ import annotations

import re
from enum import Enum, auto

HEAD = 64 * 1024
MODEL_SUFFIXES = (".joblib", ".pkl", ".pickle")
_CODE_FOLDERS = ("code", "mar-inf")
_CODE_NAMES = re.compile(
    r"(requirements[^/]*\.txt|constraints[^/]*\.txt|setup\.cfg|pyproject\.toml|pipfile(\.lock)?"
    r"|(conda|environment)\.ya?ml|dockerfile|makefile"
    r"|.*\.(py[a-z]?|pth|so(\.[0-9.]+)?|dylib|dll|exe|whl|egg|jar|sh|bash|ipynb))",
    re.IGNORECASE,
)
_CODE_MAGIC = (b"\x7fELF", b"MZ", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_ARCHIVES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_TAR_MAGIC = slice(257, 262)
_PROTO = b"\x80"
_PICKLE_PROTOCOLS = range(6)


class ModelKind(Enum):
    """How a file is to be looked at."""

    PICKLE = auto()
    """A pickle by name or by its first bytes: it is walked, or the artifact is refused."""

    XGBOOST_JSON = auto()
    XGBOOST_UBJSON = auto()
    XGBOOST_BINARY = auto()
    """The old format; the pickle module refuses its first byte, so it is safe to load."""

    UNKNOWN = auto()


def is_code(path: str, head: bytes) -> bool:
    """Say whether a container could run this file."""
    # A file of that name counts too: Python imports from a zip file in place of a folder.
    if path.partition("/")[0].casefold() in _CODE_FOLDERS:
        return True
    name = path.rpartition("/")[2]
    return bool(_CODE_NAMES.fullmatch(name)) or head.startswith(_CODE_MAGIC)


def archive_kind(path: str, head: bytes) -> str | None:
    """Say what kind of archive this is, if it is one; models may be compressed by joblib."""
    if head[_TAR_MAGIC] == b"ustar":
        return "tar"
    found = next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), None)
    if found != "zip" and path.casefold().endswith(MODEL_SUFFIXES):
        return None
    return found


def model_kind(path: str, head: bytes) -> ModelKind:
    """Say how the file must be looked at."""
    pickled = len(head) > 1 and head[:1] == _PROTO and head[1] in _PICKLE_PROTOCOLS
    if pickled or path.casefold().endswith(MODEL_SUFFIXES):
        return ModelKind.PICKLE
    if head.startswith(b"{"):
        return _json_kind(head)
    # Old models begin with "binf" or with the base score, a float whose low byte is mostly 0.
    # Neither is an instruction that a pickle can begin with.
    if head.startswith((b"binf", b"\0\0")):
        return ModelKind.XGBOOST_BINARY
    return ModelKind.UNKNOWN


def _json_kind(head: bytes) -> ModelKind:
    if b"learner" not in head:
        return ModelKind.UNKNOWN
    text = head[1:].lstrip(b" \t\r\n").startswith(b'"')
    return ModelKind.XGBOOST_JSON if text else ModelKind.XGBOOST_UBJSON


def is_hidden(path: str) -> bool:
    """Say whether the file's own name begins with a dot."""
    return path.rpartition("/")[2].startswith(".")
