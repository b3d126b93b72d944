"""SageMaker: hosting and its runtime.

Source: SageMaker developer guide, "API permissions reference": CreateEndpoint also needs
kms:CreateGrant where its configuration names a key. What the guide lists for other resources under
a customer key adds kms:DescribeKey. Updates are not listed, and start instances just the same: they
are held to both, for the sandbox is to be stricter than AWS.

API_CreateEndpointConfig, KmsKeyId: the key has to let the role of the endpoint in;
API_DeleteEndpoint: grants are removed with the rights of the models' ExecutionRoleArn. Neither
names actions, and the guide's list for execution roles has none of KMS: they are held to the
caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import (
    Maker,
    Makers,
    Params,
    Resource,
    everything,
    pass_role,
    same_named,
    simple,
    use_key,
)
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts
    from sandbox.access.keys import Protection


def _named(kind: str, member: str) -> Resource:
    return lambda facts, params: facts.arn("sagemaker", f"{kind}/{params[member]}".lower())


_MODEL = _named("model", "ModelName")
_CONFIG = _named("endpoint-config", "EndpointConfigName")
_ENDPOINT = _named("endpoint", "EndpointName")


def _with_tags(action: str, resource: Resource, *also: Resource) -> Maker:
    """Creation under tags also needs AddTags, and the tags are condition keys."""

    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        context = {f"aws:requesttag/{t['Key'].lower()}": t["Value"] for t in params.get("Tags", [])}
        if context:
            context["aws:tagkeys"] = [tag["Key"] for tag in params["Tags"]]
        for target in (resource, *also):
            yield Demand(f"sagemaker:{action}", target(facts, params), context)
        if context:
            yield Demand("sagemaker:AddTags", resource(facts, params), context)
        if role := params.get("ExecutionRoleArn"):
            yield pass_role(role, "sagemaker.amazonaws.com")

    return make


def _create_endpoint(facts: Facts, params: Params) -> Iterator[Demand]:
    yield from _with_tags("CreateEndpoint", _ENDPOINT, _CONFIG)(facts, params)
    yield from _grant(facts, facts.keys.of_configuration(params["EndpointConfigName"]))


def _update_endpoint(facts: Facts, params: Params) -> Iterator[Demand]:
    yield Demand("sagemaker:UpdateEndpoint", _ENDPOINT(facts, params), {})
    yield Demand("sagemaker:UpdateEndpoint", _CONFIG(facts, params), {})
    # A deployment that alarms roll back needs the right to see them on whoever asks for it.
    deployment = params.get("DeploymentConfig") or {}
    for alarm in (deployment.get("AutoRollbackConfiguration") or {}).get("Alarms", []):
        arn = facts.arn("cloudwatch", f"alarm:{alarm['AlarmName']}")
        yield Demand("cloudwatch:DescribeAlarms", arn, {})
    yield from _grant(facts, facts.keys.of_configuration(params["EndpointConfigName"]))


def _update_capacities(facts: Facts, params: Params) -> Iterator[Demand]:
    yield Demand("sagemaker:UpdateEndpointWeightsAndCapacities", _ENDPOINT(facts, params), {})
    yield from _grant(facts, facts.keys.of_endpoint(params["EndpointName"]))


def _grant(facts: Facts, key: Protection | None) -> Iterator[Demand]:
    for demand in use_key(facts, "sagemaker", key, "CreateGrant"):
        context = {**demand.context, "kms:grantisforawsresource": "true"}
        yield Demand(demand.action, demand.resource, context)
    yield from use_key(facts, "sagemaker", key, "DescribeKey")


def _encrypt_volumes(facts: Facts, params: Params) -> Iterator[Demand]:
    """Return what SageMaker needs of the execution role for the volumes of its instances."""
    yield from _grant(facts, facts.keys.of_configuration(params["EndpointConfigName"]))


def _tagged(action: str) -> Maker:
    return simple("sagemaker", action, lambda _, params: str(params["ResourceArn"]))


def _invoke_endpoint(facts: Facts, params: Params) -> Iterator[Demand]:
    context = {}
    if variant := params.get("TargetVariant"):
        context["sagemaker:targetvariant"] = variant
    yield Demand("sagemaker:InvokeEndpoint", _ENDPOINT(facts, params), context)


MAKERS: Makers = {
    ("kms", "CreateGrant"): _encrypt_volumes,
    ("sagemaker", "CreateModel"): _with_tags("CreateModel", _MODEL),
    ("sagemaker", "CreateEndpointConfig"): _with_tags("CreateEndpointConfig", _CONFIG),
    ("sagemaker", "CreateEndpoint"): _create_endpoint,
    ("sagemaker", "UpdateEndpoint"): _update_endpoint,
    ("sagemaker", "AddTags"): _tagged("AddTags"),
    ("sagemaker", "ListTags"): _tagged("ListTags"),
    ("sagemaker", "DeleteTags"): _tagged("DeleteTags"),
    **same_named("sagemaker", _MODEL, "DescribeModel", "DeleteModel"),
    **same_named("sagemaker", _CONFIG, "DescribeEndpointConfig", "DeleteEndpointConfig"),
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): _update_capacities,
    **same_named("sagemaker", _ENDPOINT, "DescribeEndpoint", "DeleteEndpoint"),
    **same_named("sagemaker", everything, "ListEndpoints", "ListModels", "ListEndpointConfigs"),
    ("sagemaker-runtime", "InvokeEndpoint"): _invoke_endpoint,
}
