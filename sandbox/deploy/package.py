"""What `sam package` does: local folders and files go to S3, the template refers to them there."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from sandbox.functions.layers import host_zip

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.account import Account

BUCKET = "sandbox-deployments"


def package(account: Account, template: dict[str, Any], root: Path) -> None:
    """Upload what a template refers to by local paths and write the S3 addresses into it.

    Parameters
    ----------
    template
        The parsed SAM template; changed in place.
    root
        The folder that the template's paths are relative to.
    """
    account.client("s3").create_bucket(Bucket=BUCKET)
    for name, resource in template["Resources"].items():
        packer = _PACKERS.get(resource["Type"])
        if packer is not None:
            packer(account, name, resource["Properties"], root)


def upload(account: Account, key: str, body: bytes) -> str:
    """Put a file into the deployment bucket and return its address."""
    account.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def _function(account: Account, name: str, properties: dict[str, Any], root: Path) -> None:
    archive = _zip_folder(root / properties["CodeUri"])
    properties["CodeUri"] = upload(account, f"{name}.zip", archive)


def _layer(account: Account, name: str, properties: dict[str, Any], _root: Path) -> None:
    # Not the wheels for Lambda but those for this machine, from the same pins.
    properties["ContentUri"] = upload(account, f"{name}.zip", host_zip(name).read_bytes())


def _state_machine(account: Account, name: str, properties: dict[str, Any], root: Path) -> None:
    definition = (root / properties["DefinitionUri"]).read_bytes()
    properties["DefinitionUri"] = upload(account, f"{name}.asl.json", definition)


def _zip_folder(folder: Path) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"Nothing to deploy in {folder}")
    wanted = (path for path in files if "__pycache__" not in path.parts)
    return _zip({str(path.relative_to(folder)): path.read_bytes() for path in wanted})


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # One date for all, so that the same sources make the same archive.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


_PACKERS = {
    "AWS::Serverless::Function": _function,
    "AWS::Serverless::LayerVersion": _layer,
    "AWS::Serverless::StateMachine": _state_machine,
}
