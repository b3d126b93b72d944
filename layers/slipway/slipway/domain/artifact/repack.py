"""Packs Slipway's inference script beside a bare model, which the container cannot load alone."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from slipway.domain.artifact.contents import ENTRY_SCRIPT
from slipway.domain.artifact.gunzip import GunzipReader
from slipway.domain.artifact.limits import GIB, ArtifactLimits
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.streams import HashingReader
from slipway.domain.artifact.tar import TarWalker

if TYPE_CHECKING:
    from slipway.domain.artifact.inspection import Inspection
    from slipway.domain.artifact.members import Content
    from slipway.domain.artifact.streams import Readable

_LEVEL = 3
_ALIGNED_NO, _ALIGNED_YES = b"\nALIGNED_ARRAYS = False\n", b"\nALIGNED_ARRAYS = True\n"
_DEFAULT_LIMITS = ArtifactLimits()
_FILE_MODE = 0o644
_FOLDER_MODE = 0o755


class Writable(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> int | None:
        """Take the data."""
        ...


def sklearn_inference_script(*, aligned_arrays: bool = False) -> bytes:
    """Give the script that serves a bare scikit-learn model.

    Parameters
    ----------
    aligned_arrays
        Whether the model may only be loaded by joblib 1.2 or newer.
    """
    script = resources.files(__package__).joinpath("inference_sklearn.py").read_bytes()
    if script.count(_ALIGNED_NO) != 1:
        raise AssertionError("the script does not say once whether arrays are aligned")
    return script.replace(_ALIGNED_NO, _ALIGNED_YES) if aligned_arrays else script


def check_repackable(found: Inspection, limits: ArtifactLimits = _DEFAULT_LIMITS) -> None:
    """Refuse a bare model that cannot be written again within a function's time."""
    if found.members.bytes > limits.repacked_bytes:
        raise ArtifactRefused(
            Reason.TOO_LARGE,
            f"The archive is a bare model of {found.members.bytes / GIB:.3g} GiB unpacked, and "
            f"Slipway packs its script into one of {limits.repacked_bytes / GIB:.3g} GiB at most",
            remedy="Pack a `code/inference.py` of your own with the model, and write "
            "`artifact.allow_code: true` in endpoint.yaml",
        )


def repack_with_script(source: Readable, destination: Writable, script: bytes) -> str:
    """Write the archive again with `code/inference.py`, and give the SHA-256 of what was written.

    The same input gives the same bytes: no times, no owners, members in their order and the
    script last. Nothing is held in memory.

    Parameters
    ----------
    source
        An archive that passed the inspection; it is checked as a tar again.
    destination
        Where the new archive goes.
    script
        The content of `code/inference.py`.
    """
    limits = _DEFAULT_LIMITS
    hashing = _HashingWriter(destination)
    with (
        gzip.GzipFile("", "wb", _LEVEL, hashing, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in TarWalker(GunzipReader(HashingReader(source, limits), limits), limits):
            if member.path == ENTRY_SCRIPT:
                raise ArtifactRefused(
                    Reason.DUPLICATE, "is there already and would be replaced", path=member.path
                )
            if member.path:
                info = _info(member.path, member.size, folder=member.folder)
                archive.addfile(info, _Exact(member.content))
        archive.addfile(_info(ENTRY_SCRIPT, len(script), folder=False), io.BytesIO(script))
    return hashing.hexdigest()


def _info(path: str, size: int, *, folder: bool) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.size = size
    info.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
    info.mode = _FOLDER_MODE if folder else _FILE_MODE
    return info


class _Exact(io.RawIOBase):
    """Gives as many bytes as asked for: `tarfile` takes fewer for the end."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def read(self, size: int = -1, /) -> bytes:
        parts = []
        while size > 0 and (data := self._content.read(size)):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)


class _HashingWriter:
    """Hashes what passes through to the destination."""

    def __init__(self, destination: Writable) -> None:
        self._destination = destination
        self._sha256 = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Pass on."""
        self._sha256.update(data)
        self._destination.write(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the destination is its owner's."""

    def hexdigest(self) -> str:
        """Give the SHA-256 of what was written until now."""
        return self._sha256.hexdigest()
