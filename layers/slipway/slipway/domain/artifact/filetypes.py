"""What a member is, by its name and its first bytes."""

from __future__ import annotations

import lzma
import re
import zlib
from enum import Enum, auto

HEAD = 64 * 1024
_MODEL_SUFFIXES = (".joblib", ".pkl", ".pickle")
_CODE_FOLDERS = ("code", "mar-inf")
_CODE_NAMES = re.compile(
    r"(requirements[^/]*\.txt|constraints[^/]*\.txt|setup\.cfg|pyproject\.toml|pipfile(\.lock)?"
    r"|(conda|environment)\.ya?ml|dockerfile|makefile"
    r"|.*\.(py[a-z]?|pth|so(\.[0-9.]+)?|dylib|dll|exe|whl|egg|jar|sh|bash|ipynb)"
    r"|.*\.([cm]?[jt]s|pl|pm|r|rb|lua|php|jl|tcl|wasm|class|war|bat|cmd|ps1|vbs|node))",
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
_TRIED = 4096
_LZMA_MEMORY = 96 << 20
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

    NPY = auto()
    SAFETENSORS = auto()
    """Numbers, and nothing else to the last byte."""

    TEXT = auto()
    """Text for people, or a table."""

    EMPTY = auto()
    UNKNOWN = auto()


XGBOOST_KINDS = frozenset(
    {ModelKind.XGBOOST_JSON, ModelKind.XGBOOST_UBJSON, ModelKind.XGBOOST_BINARY}
)
"""What XGBoost itself writes."""


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
    found = next((kind for magic, kind in _ARCHIVES if head.startswith(magic)), _stream(head))
    if found != "zip" and is_named_pickle(path):
        return None
    return found


def is_named_pickle(path: str) -> bool:
    """Say whether the name says that this is a pickle."""
    return path.casefold().endswith(_MODEL_SUFFIXES)


def _stream(head: bytes) -> str | None:
    """Recognise what has no magic number of its own: by trying, as joblib does."""
    start = head[:_TRIED]
    try:
        if start[:1] == b"\x78" and zlib.decompressobj().decompress(start, 1):
            return "zlib"
    except zlib.error:
        return None
    try:
        alone = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY)
        if start[:2] == b"\x5d\0" and alone.decompress(start, 1):
            return "lzma"
    except (lzma.LZMAError, MemoryError):
        return None
    return None


def model_kind(path: str, head: bytes) -> ModelKind:
    """Say how the file must be looked at."""
    pickled = len(head) > 1 and head[:1] == _PROTO and head[1] in _PICKLE_PROTOCOLS
    if pickled or is_named_pickle(path):
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
