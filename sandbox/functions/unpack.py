"""Deployed zip files, unpacked as Lambda unpacks them."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.functions.runtime_dir import settle
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.functions.config import Config

# Lambda's quota for a function's code with all its layers, unpacked.
MAX_UNPACKED_BYTES = 262_144_000
MAX_LAYERS = 5

_SIZES: dict[str, int] = {}


class Unpacked:
    """Unpacks code and layers once each.

    Parameters
    ----------
    folder
        Where to; goes with the account.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def code(self, config: Config) -> Path:
        """Return the folder that stands for /var/task."""
        return self._unpack("task", [config.code])

    def opt(self, config: Config) -> Path:
        """Return the folder that stands for /opt: all layers, the later over the earlier."""
        # Not at the top: `python -m sandbox.functions.layers` would find itself imported.
        from sandbox.functions import layers

        built = [layers.unpacked(digest) for digest, _ in config.layers]
        known = [folder for folder in built if folder is not None]
        if known and len(known) == len(built):
            return layers.together(known)
        return self._unpack("opt", config.layers)

    def _unpack(self, kind: str, zips: Iterable[tuple[str, bytes]]) -> Path:
        zips = list(zips)
        key = hashlib.sha256(repr([digest for digest, _ in zips]).encode()).hexdigest()[:24]
        target = self._folder / f"{kind}-{key}"
        if not target.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=self._folder))
            for _, content in zips:
                extract(content, draft)
            settle(draft, target)
        return target


def extract(content: bytes, target: Path) -> None:
    """Unpack one zip file; names that lead out of the folder are refused."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not (target / name).resolve().is_relative_to(target.resolve()):
                raise AwsError("InvalidParameterValueException", f"Unsafe name in zip: {name}")
        archive.extractall(target)


def check_sizes(config: Config) -> None:
    """Refuse what Lambda refuses for its size when a function is created or changed.

    Layers that were built here hold libraries for this machine, which are larger: what they are for
    Lambda is checked where they are built for Lambda.
    """
    # Not at the top: `python -m sandbox.functions.layers` would find itself imported.
    from sandbox.functions import layers

    if len(config.layers) > MAX_LAYERS:
        text = f"Number of layers must be less than or equal to {MAX_LAYERS}"
        raise AwsError("InvalidParameterValueException", text)
    foreign = (each for each in config.layers if layers.unpacked(each[0]) is None)
    total = sum(_unpacked_size(*each) for each in (config.code, *foreign))
    if total > MAX_UNPACKED_BYTES:
        text = f"Unzipped size must be smaller than {MAX_UNPACKED_BYTES} bytes"
        raise AwsError("InvalidParameterValueException", text)


def _unpacked_size(digest: str, content: bytes) -> int:
    # A layer has thousands of files, and every function of a stack comes with the same one.
    if digest not in _SIZES:
        _SIZES[digest] = _measure(content)
    return _SIZES[digest]


def _measure(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        text = "Could not unzip uploaded file. Please check your file, then try to upload again."
        raise AwsError("InvalidParameterValueException", text) from error
