"""Layers for this machine: the same pins and the same steps as for Lambda, other wheels.

`python -m sandbox.functions.layers` builds them and prints where they are. What is deployed is the
zip; the folder beside it is used unpacked, found again by the zip's SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.functions.paths import BUILD, ROOT
from sandbox.functions.runtime_dir import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYERS = {
    "SlipwayLayer": ROOT / "layers" / "slipway",
    "DriftLayer": ROOT / "layers" / "drift",
}
_RECIPE = ("requirements.txt", "*.py", "aws-services.txt")
_PACKAGE = "slipway"
_KEPT = 6
# Zip files must not differ from build to build.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class UnknownLayer(Exception):
    """The template has a layer that `LAYERS` does not name."""


def host_layer(logical_id: str) -> Path:
    """Return the folder that stands for /opt, with `python` in it; built where it is not yet."""
    source = _source(logical_id)
    base = _third_parties(logical_id, source)
    key = _hash([base.name.encode(), *_files(source / _PACKAGE)])
    target = BUILD / "layers" / f"{logical_id}-{key}"
    if not target.is_dir():
        draft = _draft()
        shutil.copytree(base, draft, copy_function=os.link, dirs_exist_ok=True)
        if (source / _PACKAGE).is_dir():
            _build(source, draft / "python", "package")
        os.utime(draft)  # It has the time of the folder that it is a copy of.
        settle(draft, target)
        _prune(logical_id)
    return target


def together(folders: Sequence[Path]) -> Path:
    """Return one folder with what is in several, the later over the earlier, as Lambda mounts them.

    Their files are linked, for copying them would take longer than most tests.
    """
    if len(folders) == 1:
        return folders[0]
    key = _hash([folder.name.encode() for folder in folders])
    target = BUILD / "layers" / f"together-{key}"
    if not target.is_dir():
        draft = _draft()
        for folder in folders:
            shutil.copytree(folder, draft, copy_function=_link, dirs_exist_ok=True)
        os.utime(draft)
        settle(draft, target)
        _prune("together")
    return target


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    os.link(source, target)


def host_zip(logical_id: str) -> Path:
    """Return the zip of a layer for this machine, as it is to be deployed."""
    folder = host_layer(logical_id)
    target = folder.with_name(folder.name + ".zip")
    digest = target.with_suffix(".sha256")
    if not digest.is_file():
        draft = _draft() / "layer.zip"
        _zip(folder, draft)
        draft.replace(target)
        draft.parent.rmdir()
        digest.write_text(hashlib.sha256(target.read_bytes()).hexdigest())
    return target


def unpacked(sha256: str) -> Path | None:
    """Return the folder of a layer that was built here, by the SHA-256 of its zip."""
    for digest in (BUILD / "layers").glob("*.sha256"):
        if digest.read_text() == sha256 and digest.with_suffix("").is_dir():
            return digest.with_suffix("")
    return None


def _source(logical_id: str) -> Path:
    if logical_id not in LAYERS:
        known = ", ".join(LAYERS)
        raise UnknownLayer(f"No layer {logical_id}; sandbox/functions/layers.py knows {known}")
    return LAYERS[logical_id]


def _third_parties(logical_id: str, source: Path) -> Path:
    recipe = [p.read_bytes() for name in _RECIPE for p in sorted(source.glob(name))]
    key = _hash([sys.version.encode(), sys.platform.encode(), *recipe])
    kind = f"third-parties-of-{logical_id}"
    target = BUILD / "layers" / f"{kind}-{key}"
    if not target.is_dir():
        draft = _draft()
        _build(source, draft / "python", "third-parties")
        settle(draft, target)
        _prune(kind)
    return target


def _build(source: Path, output: Path, part: str) -> None:
    command = [sys.executable, str(source / "build_layer.py"), "--host"]
    subprocess.run([*command, "--part", part, "--output", str(output)], check=True)


def _draft() -> Path:
    folder = BUILD / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))


def _files(package: Path) -> list[bytes]:
    paths = (path for path in sorted(package.rglob("*")) if "__pycache__" not in path.parts)
    return [
        piece
        for path in paths
        if path.is_file()
        for piece in (str(path.relative_to(package)).encode(), path.read_bytes())
    ]


def _hash(pieces: list[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()[:16]


def _zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                item = zipfile.ZipInfo(str(path.relative_to(folder)), _EPOCH)
                item.external_attr = (path.stat().st_mode & 0o777) << 16
                archive.writestr(item, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _prune(prefix: str) -> None:
    """Remove builds that later ones have replaced; a few stay, for a sandbox may still use them."""
    folders = [path for path in (BUILD / "layers").glob(f"{prefix}-*") if path.is_dir()]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        for suffix in (".sha256", ".zip"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    for each in LAYERS:
        print(host_layer(each) / "python")
