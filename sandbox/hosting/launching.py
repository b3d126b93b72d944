"""Setting a model server up on an instance: artifact, environment, the code's requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.errors import Unsupported
from sandbox.hosting import artifact, environments
from sandbox.hosting.artifact import ProvisionFailed
from sandbox.hosting.environments import EnvironmentFailed
from sandbox.hosting.images import image_of
from sandbox.hosting.process import Launch, ModelServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.account import Account
    from sandbox.hosting.images import Image
    from sandbox.hosting.store import Model

# A FailureReason has room for 1024 characters.
_REASON = 900


class Machinery(NamedTuple):
    """What real work needs; tests of time alone put something quicker in.

    Attributes
    ----------
    python
        Returns the interpreter of an image's environment, made if it is missing.
    server
        Makes a model server, not yet started.
    """

    python: Callable[[Image], Path] = environments.ensure
    server: Callable[[Launch], ModelServer] = ModelServer


def server_of(account: Account, machinery: Machinery, model: Model, folder: Path) -> ModelServer:
    """Return a model server, ready to start in the instance's folder.

    Raises
    ------
    ProvisionFailed
        The artifact cannot be had, or this machine cannot make the image's environment.
    """
    image = image_of(model.container["Image"])
    uri = artifact.location(model.container)
    if uri is not None:
        archive = artifact.download(account, uri, model.role, folder)
        artifact.unpack(archive, uri, folder / "model")
    environment = _environment(model, folder)
    try:
        with account.kernel.external():
            python = machinery.python(image)
            packages = _install(model, environment, python, folder)
    except (Unsupported, EnvironmentFailed) as error:
        raise ProvisionFailed(f"A limit of the sandbox: {error}"[:_REASON]) from error
    return machinery.server(Launch(image.framework, python, folder, environment, packages))


def _environment(model: Model, folder: Path) -> dict[str, str]:
    """Return the container's variables, with the sandbox's place of /opt/ml/model."""
    given = {str(key): str(value) for key, value in model.container.get("Environment", {}).items()}
    code = given.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if code:
        inside = code.removeprefix(artifact.MODEL_FOLDER)
        given["SAGEMAKER_SUBMIT_DIRECTORY"] = f"{folder / 'model'}{inside}"
    return given


def _install(model: Model, environment: dict[str, str], python: Path, folder: Path) -> Path | None:
    """Install the requirements of the user's code; what fails is in the container's log."""
    code = environment.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if not code:
        return None
    packages = folder / "packages"
    isolated = bool(model.request.get("EnableNetworkIsolation"))
    artifact.install_requirements(
        folder / code, python, packages, folder / "log.txt", isolated=isolated
    )
    return packages if packages.exists() else None
