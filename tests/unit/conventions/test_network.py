"""network.yaml lets through what functions call, for this account, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.access.policies import Demand, allowed
from sandbox.deploy.transform import load
from tests.unit.conventions.project import ROOT
from tests.unit.conventions.rules import storage
from tests.unit.conventions.rules.reading import as_list, of_kind, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS, OTHERS = "123456789012", "999999999999"
# Where the name of an endpoint's service is not the prefix of its actions.
PREFIXES = {"monitoring": "cloudwatch", "sagemaker.api": "sagemaker"}
PREFIXES |= {"sagemaker.runtime": "sagemaker"}
# Rights that no function uses through the network: a role is passed within a call of another
# service, and Lambda itself makes the interfaces by which a function is in the network.
NOT_CALLED = ("iam:", "ec2:")


@cache
def network() -> dict[str, Any]:
    return load(ROOT / "network.yaml")


def endpoints() -> dict[str, dict[str, Any]]:
    return {
        properties["ServiceName"]["Fn::Sub"].removeprefix(
            "com.amazonaws.${AWS::Region}."
        ): properties
        for _, properties in of_kind(network(), "AWS::EC2::VPCEndpoint")
    }


def let_through(action: str, *, principal: str = OURS, resource: str = OURS) -> bool:
    context = {"aws:principalaccount": principal, "aws:resourceaccount": resource}
    prefix = action.split(":", maxsplit=1)[0]
    documents = [
        _with_account(properties["PolicyDocument"])
        for service, properties in endpoints().items()
        if PREFIXES.get(service, service) == prefix
    ]
    return allowed(Demand(action, "*", context), documents)


def _with_account(value: Any) -> Any:
    if value == {"Ref": "AWS::AccountId"}:
        return OURS
    if isinstance(value, dict):
        return {key: _with_account(each) for key, each in value.items()}
    return [_with_account(each) for each in value] if isinstance(value, list) else value


def rights_of_functions() -> set[str]:
    template = load(ROOT / "template.yaml")
    roles = {
        function["Role"]["Fn::GetAtt"][0]
        for _, function in of_kind(template, "AWS::Serverless::Function")
    }
    return {action for name in roles for action in _rights(template, name)}


def _rights(template: dict[str, Any], role: str) -> Iterator[str]:
    properties = template["Resources"][role]["Properties"]
    managed = [
        template["Resources"][policy["Ref"]]["Properties"]
        for policy in properties["ManagedPolicyArns"]
    ]
    for policy in (*properties.get("Policies", []), *managed):
        for statement in statements_of(policy):
            yield from as_list(statement["Action"])


def test_every_call_of_a_function_finds_an_endpoint_that_lets_it_through() -> None:
    called = {each for each in rights_of_functions() if not each.startswith(NOT_CALLED)}
    assert len(called) > 50
    assert {each for each in called if not let_through(each)} == set()


def test_what_the_issue_names_has_an_endpoint() -> None:
    named = "sagemaker.api sagemaker.runtime states events scheduler application-autoscaling lambda"
    named += " xray logs monitoring sns sqs kms sts s3 dynamodb"
    assert set(named.split()) <= set(endpoints())


@pytest.mark.parametrize("accounts", [(OTHERS, OURS), (OURS, OTHERS)])
def test_no_endpoint_serves_other_accounts(accounts: tuple[str, str]) -> None:
    principal, resource = accounts
    for action in rights_of_functions():
        assert not let_through(action, principal=principal, resource=resource), action


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
    parameters = load(ROOT / "template.yaml")["Parameters"]
    assert set(network()["Outputs"]) <= set(parameters)


def test_its_key_rotates() -> None:
    assert list(storage.keys_rotate(network())) == []
