"""network.yaml lets through what functions call, for this account, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.access.policies import Demand, allowed
from tests.unit.conventions.changes import network, written
from tests.unit.conventions.project import ROOT
from tests.unit.conventions.rules import storage
from tests.unit.conventions.rules.reading import as_list, of_kind, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS, OTHERS = "123456789012", "999999999999"
# Where the name of an endpoint's service is not the prefix of its actions.
PREFIXES = {"monitoring": "cloudwatch", "sagemaker.api": "sagemaker"}
PREFIXES |= {"sagemaker.runtime": "sagemaker"}
# Rights that nobody uses through the network: a role is passed within a call of another service,
# and Lambda and SageMaker make the interfaces by which something is in the network.
NOT_CALLED = ("iam:", "ec2:")
# Whose roles act within the network, and whose from AWS's own side.
WITHIN = {"lambda.amazonaws.com", "sagemaker.amazonaws.com"}
BESIDE = {f"{service}.amazonaws.com" for service in ("events", "scheduler", "states")}
# SageMaker pulls images for its instances from its own network.
OUTSIDE = ("ecr:",)


def endpoints(template: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    return {
        properties["ServiceName"]["Fn::Sub"].removeprefix(
            "com.amazonaws.${AWS::Region}."
        ): properties
        for _, properties in of_kind(template or network(), "AWS::EC2::VPCEndpoint")
    }


def let_through(
    action: str,
    resource: str = "*",
    *,
    principal: str = OURS,
    owner: str = OURS,
    network: dict[str, Any] | None = None,
) -> bool:
    """Tell whether an endpoint lets a call through, by its policy."""
    context = {"aws:principalaccount": principal, "aws:resourceaccount": owner}
    prefix = action.split(":", maxsplit=1)[0]
    documents = [
        _with_account(properties["PolicyDocument"])
        for service, properties in endpoints(network).items()
        if PREFIXES.get(service, service) == prefix
    ]
    return allowed(Demand(action, resource, context), documents)


def _with_account(value: Any) -> Any:
    if value == {"Ref": "AWS::AccountId"}:
        return OURS
    if isinstance(value, dict):
        return {key: _with_account(each) for key, each in value.items()}
    return [_with_account(each) for each in value] if isinstance(value, list) else value


Right = tuple[str, str]


@cache
def rights() -> dict[str, frozenset[Right]]:
    """Return actions and resources by role, from wherever a policy stands."""
    template, found = written(), defaultdict[str, set[Right]](set)
    for name, role in of_kind(template, "AWS::IAM::Role"):
        managed = [template["Resources"][each["Ref"]] for each in role.get("ManagedPolicyArns", [])]
        for policy in (*role.get("Policies", []), *(each["Properties"] for each in managed)):
            found[name].update(_rights_of(policy))
    for _, policy in of_kind(template, "AWS::IAM::Policy"):
        for each in policy["Roles"]:
            found[each["Ref"]].update(_rights_of(policy))
    return {name: frozenset(each) for name, each in found.items()}


def _rights_of(policy: dict[str, Any]) -> Iterator[Right]:
    for statement in statements_of(policy):
        for resource in as_list(statement["Resource"]):
            named = resource if isinstance(resource, str) else str(list(resource.values())[0])
            yield from ((action, named) for action in as_list(statement["Action"]))


@cache
def taken_by() -> dict[str, str]:
    """Return the service that takes each role."""
    return {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        for name, role in of_kind(written(), "AWS::IAM::Role")
    }


def refused(network: dict[str, Any] | None = None) -> set[tuple[str, str]]:
    """Return roles and actions that no endpoint lets through, though the role may do it."""
    return {
        (role, action)
        for role, found in rights().items()
        if taken_by()[role] in WITHIN
        for action, resource in found
        if not action.startswith(NOT_CALLED) and not let_through(action, resource, network=network)
    }


def test_every_call_of_a_function_finds_an_endpoint_that_lets_it_through() -> None:
    assert sum(len(each) for each in rights().values()) > 200
    assert {each for each in refused() if not each[1].startswith(OUTSIDE)} == set()


def test_of_every_role_it_is_known_whether_it_acts_within_the_network() -> None:
    assert set(taken_by().values()) == WITHIN | BESIDE


def test_policies_apart_and_the_role_of_models_are_looked_at_too() -> None:
    assert "states:StartExecution" in {action for action, _ in rights()["RecordReleaseRole"]}
    of_models = {action for action, _ in rights()["SageMakerExecutionRole"]}
    assert {"s3:GetObject", "s3:PutObject", "kms:Decrypt"} <= of_models


def test_images_alone_are_pulled_outside_and_the_page_says_so() -> None:
    outside = {role for role, action in refused() if action.startswith(OUTSIDE)}
    assert outside == {"SageMakerExecutionRole"}
    page = (ROOT / "docs" / "private-network.md").read_text()
    assert {each for each in ("ecr.api", "ecr.dkr") if f"`{each}`" not in page} == set()


def _narrowed(endpoint: str, field: str, value: Any) -> dict[str, Any]:
    network_then = deepcopy(network())
    place = network_then["Resources"][endpoint]["Properties"]["PolicyDocument"]["Statement"][0]
    place[field] = value
    return network_then


@pytest.mark.parametrize(
    ("endpoint", "field", "value"),
    [
        ("S3Endpoint", "Action", ["s3:GetObject"]),
        ("S3Endpoint", "Resource", "arn:aws:s3:::elsewhere/*"),
        ("S3Endpoint", "Condition", {"StringEquals": {"aws:PrincipalAccount": OTHERS}}),
        ("DynamoDbEndpoint", "Effect", "Deny"),
        ("StepFunctionsEndpoint", "Action", "states:DescribeExecution"),
    ],
)
def test_an_endpoint_that_lets_less_through_is_seen(endpoint: str, field: str, value: Any) -> None:
    assert refused(_narrowed(endpoint, field, value)) - refused() != set()


def test_what_the_issue_names_has_an_endpoint() -> None:
    named = "sagemaker.api sagemaker.runtime states events scheduler application-autoscaling lambda"
    named += " xray logs monitoring sns sqs kms sts s3 dynamodb"
    assert set(named.split()) <= set(endpoints())


@pytest.mark.parametrize("accounts", [(OTHERS, OURS), (OURS, OTHERS)])
def test_no_endpoint_serves_other_accounts(accounts: tuple[str, str]) -> None:
    assert serves_others(accounts, network()) == set()


def test_an_endpoint_that_serves_others_is_seen() -> None:
    for endpoint in ("S3Endpoint", "SageMakerEndpoint"):
        open_to_all = _narrowed(endpoint, "Condition", {})
        assert serves_others((OTHERS, OURS), open_to_all) != set()


def serves_others(accounts: tuple[str, str], template: dict[str, Any]) -> set[str]:
    principal, owner = accounts
    actions = {action for found in rights().values() for action, _ in found}
    return {
        each
        for each in actions
        if let_through(each, principal=principal, owner=owner, network=template)
    }


def test_gateways_are_reached_by_routes_and_interfaces_by_their_usual_names() -> None:
    gateways = {name for name, each in endpoints().items() if each["VpcEndpointType"] == "Gateway"}
    assert gateways == {"s3", "dynamodb"}
    for name, each in endpoints().items():
        if name in gateways:
            assert each["RouteTableIds"] == [{"Ref": "Routes"}]
        else:
            assert each["PrivateDnsEnabled"] is True
            assert each["SecurityGroupIds"] == [{"Ref": "EndpointGroup"}]
            assert each["SubnetIds"] == [{"Ref": "FirstSubnet"}, {"Ref": "SecondSubnet"}]


def test_nothing_leads_to_the_internet() -> None:
    kinds = {resource["Type"] for resource in network()["Resources"].values()}
    ways_out = {"InternetGateway", "NatGateway", "Route", "VPCPeeringConnection", "EIP"}
    assert kinds.isdisjoint(f"AWS::EC2::{each}" for each in ways_out)


def test_its_outputs_are_parameters_of_the_template() -> None:
    parameters = written()["Parameters"]
    assert set(network()["Outputs"]) <= set(parameters)


def test_its_key_rotates() -> None:
    assert list(storage.keys_rotate(network())) == []
