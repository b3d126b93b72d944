"""CreateModel and its kin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from sandbox.errors import Unsupported
from sandbox.hosting import artifact, environments, images, permissions, refusals
from sandbox.hosting.listing import page
from sandbox.hosting.store import Model

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.store import Store


class Models:
    """Serves the operations on models."""

    def __init__(self, account: Account, store: Store) -> None:
        self._account = account
        self._store = store
        for operation, handler in {
            "CreateModel": self._create,
            "DescribeModel": self._describe,
            "DeleteModel": self._delete,
            "ListModels": self._list,
        }.items():
            account.gateway.serve("sagemaker", operation, handler)

    def _create(self, call: Call) -> dict[str, Any]:
        request = call.params
        arn = self._store.arn("model", request["ModelName"])
        if any(model.arn == arn for model in self._store.models.values()):
            raise refusals.already_exists("model", arn)
        model = Model(request["ModelName"], arn, self._account.kernel.now(), request)
        _require_supported(request)
        self._require_role(request.get("ExecutionRoleArn"))
        _require_runnable(model.container)
        if "VpcConfig" in request:
            permissions.require_network(self._account, model.role, request["VpcConfig"])
        uri = artifact.location(model.container)
        if uri is not None and not artifact.readable(self._account, uri, model.role):
            raise refusals.no_access_to_artifact(uri, model.role, self._account.region)
        self._store.models[model.name] = model
        self._store.tag(arn, request.get("Tags", []))
        return {"ModelArn": arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        model = self._store.model(call.params["ModelName"])
        shown = {key: value for key, value in model.request.items() if key != "Tags"}
        isolated = model.request.get("EnableNetworkIsolation", False)
        own = {"ModelArn": model.arn, "CreationTime": model.created}
        return {**shown, **own, "EnableNetworkIsolation": isolated}

    def _delete(self, call: Call) -> None:
        # SageMaker lets a model go that an endpoint uses; its next instance is what fails.
        model = self._store.model(call.params["ModelName"])
        del self._store.models[model.name]
        self._store.tags.pop(model.arn, None)

    def _list(self, call: Call) -> dict[str, Any]:
        found = [
            {"ModelName": model.name, "ModelArn": model.arn, "CreationTime": model.created}
            for model in self._store.models.values()
        ]
        return page("Models", found, call.params, name="ModelName")

    def _require_role(self, arn: str | None) -> None:
        if arn is None:
            raise refusals.invalid("ExecutionRoleArn must be specified.")
        try:
            role = self._account.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
        except ClientError as error:
            raise refusals.role_not_assumable() from error
        if role["Arn"] != arn or not _trusts_sagemaker(role["AssumeRolePolicyDocument"]):
            raise refusals.role_not_assumable()


def _trusts_sagemaker(policy: Any) -> bool:
    document = json.loads(unquote(policy)) if isinstance(policy, str) else policy
    return "sagemaker.amazonaws.com" in json.dumps(document)


def _require_supported(request: dict[str, Any]) -> None:
    containers = request.get("Containers") or [request.get("PrimaryContainer")]
    if len(containers) != 1 or containers[0] is None:
        raise Unsupported("The sandbox serves models of exactly one container.")
    container = containers[0]
    for member in ("ModelPackageName", "AdditionalModelDataSources", "MultiModelConfig"):
        if member in container:
            raise Unsupported(f"The sandbox does not serve a container with {member}.")
    if container.get("Mode", "SingleModel") != "SingleModel":
        raise Unsupported("The sandbox serves no multi-model container.")
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    if source.get("CompressionType", "Gzip") != "Gzip":
        raise Unsupported("The sandbox unpacks artifacts of CompressionType Gzip only.")
    if "Image" not in container:
        raise refusals.invalid("Image must be specified for the container.")


def _require_runnable(container: dict[str, Any]) -> None:
    code = container.get("Environment", {}).get("SAGEMAKER_SUBMIT_DIRECTORY", "")
    if code and not code.startswith(artifact.MODEL_FOLDER):
        raise refusals.beyond_the_sandbox(
            f"SAGEMAKER_SUBMIT_DIRECTORY must be within {artifact.MODEL_FOLDER}, not {code}."
        )
    try:
        environments.interpreter(images.image_of(container["Image"]))
    except Unsupported as error:
        raise refusals.beyond_the_sandbox(str(error)) from error
