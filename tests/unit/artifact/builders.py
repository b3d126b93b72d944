"""Builds archives and pickles by hand, good ones and bad ones."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.domain.artifact import ArtifactRefused, Inspection, inspect_artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA = Path(__file__).parent / "data"
BOOSTER = b'{"learner":{"learner_model_param":{}},"version":[1,7,4]}'


def file(path: str, content: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(path)
    info.size = len(content)
    for name, value in attributes.items():
        setattr(info, name, value)
    return info, content


def tar(
    members: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.USTAR_FORMAT
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    return gzip.compress(tar(members), 1, mtime=0)


def model(content: bytes, path: str = "model.joblib") -> bytes:
    return packed(file(path, content))


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of an archive, as another program reads them."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        streams = {member.name: opened.extractfile(member) for member in opened.getmembers()}
        return {path: stream.read() for path, stream in streams.items() if stream is not None}


def inspect(archive: bytes, **settings: Any) -> Inspection:
    known: dict[str, Any] = {
        "framework": None,
        "framework_version": None,
        "image_packages": None,
        "allow_code": False,
        "allow_classes": (),
    }
    return inspect_artifact(io.BytesIO(archive), **{**known, **settings})


def refusal(archive: bytes, **settings: Any) -> ArtifactRefused:
    try:
        found = inspect(archive, **settings)
    except ArtifactRefused as refused:
        return refused
    raise AssertionError(f"was accepted: {found}")


# --- pickles, instruction by instruction


def text(value: str) -> bytes:
    encoded = value.encode()
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def proto(body: bytes, version: int = 3) -> bytes:
    return b"\x80" + bytes([version]) + body + b"."


def call(module: str, attribute: str, *arguments: bytes) -> bytes:
    return name(module, attribute) + b"(" + b"".join(arguments) + b"tR"


def dtype(code: str = "f8", order: str = "<", size: int = -1, flags: int = 0) -> bytes:
    state = b"(K\x03" + text(order) + b"NNN" + number(size) + number(size) + number(flags) + b"t"
    return call("numpy", "dtype", text(code), b"\x89", b"\x88") + state + b"b"


def number(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def long_number(value: int) -> bytes:
    encoded = pickle.encode_long(value)
    return b"\x8a" + bytes([len(encoded)]) + encoded


def wrapper(shape: bytes, item: bytes | None = None, *, aligned: bool = False) -> bytes:
    """The instructions before joblib's raw array bytes, which padding precedes where aligned."""
    alignment = text("numpy_array_alignment_bytes") + b"K\x10" if aligned else b""
    entries = (
        *(text("subclass"), name("numpy", "ndarray")),
        *(text("shape"), shape),
        *(text("order"), text("C")),
        *(text("dtype"), item or dtype()),
        *(text("allow_mmap"), b"\x88"),
        alignment,
    )
    made = name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    return made + b"}(" + b"".join(entries) + b"ub"


def estimator(*entries: bytes, cls: tuple[str, str] | None = None) -> bytes:
    module, attribute = cls or ("sklearn.linear_model._logistic", "LogisticRegression")
    return name(module, attribute) + b")\x81}(" + b"".join(entries) + b"ub"


SKLEARN = proto(estimator(text("_sklearn_version"), text("1.4.2")))
ATTACK = call("posix", "system", text("touch owned"))


def changed(archive: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change an archive under its compression."""
    return gzip.compress(change(gzip.decompress(archive)), 1, mtime=0)
