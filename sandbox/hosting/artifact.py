"""Getting a model's artifact onto an instance, as its execution role."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.account import Account

MODEL_FOLDER = "/opt/ml/model"


class ProvisionFailed(Exception):
    """The reason why a fleet did not come into service, as DescribeEndpoint gives it."""


def location(container: dict[str, Any]) -> str | None:
    """Return where the artifact of a container definition is, if it has one."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    found = container.get("ModelDataUrl") or source.get("S3Uri")
    return str(found) if found else None


def readable(account: Account, uri: str, role: str) -> bool:
    """Tell whether a role can read the object."""
    bucket, key = _split(uri)
    try:
        account.client("s3", account.role(role, "SageMaker")).head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def download(account: Account, uri: str, role: str, folder: Path) -> Path:
    """Put the archive into a folder, read as the role."""
    bucket, key = _split(uri)
    try:
        client = account.client("s3", account.role(role, "SageMaker"))
        client.list_objects_v2(Bucket=bucket, Prefix=key)  # SageMaker looks before it downloads.
        content = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise ProvisionFailed(
            f'Failed to download model data for container "container_1" from URL: "{uri}". Please '
            "ensure that there is an object located at the URL and that the role passed to "
            "CreateModel has permissions to download the model."
        ) from error
    archive = folder / "model.tar.gz"
    archive.write_bytes(content)
    return archive


def unpack(archive: Path, uri: str, folder: Path) -> None:
    """Unpack the archive as SageMaker does before it starts the container."""
    folder.mkdir()
    try:
        with tarfile.open(archive, "r:gz") as file:
            file.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ProvisionFailed(
            f'Failed to extract model data archive for container "container_1" from URL "{uri}". '
            "Please ensure that the object located at the URL is a valid tar.gz archive."
        ) from error
    finally:
        archive.unlink()


def install_requirements(code: Path, python: Path, target: Path, log: Path, isolated: bool) -> bool:
    """Install the code's requirements.txt as the containers do; False if that fails."""
    requirements = code / "requirements.txt"
    if not requirements.is_file():
        return True
    with log.open("ab") as file:
        if isolated:
            file.write(b"pip install -r requirements.txt: the container has no network.\n")
            return False
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        command = [*pip, "--target", str(target), "-r", str(requirements)]
        done = subprocess.run(command, check=False, stdout=file, stderr=subprocess.STDOUT)
    return done.returncode == 0


def _split(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.netloc, parts.path.lstrip("/")
