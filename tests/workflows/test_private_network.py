"""The stack in a private network, with every role bounded: it works as it does elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.account import ROOT
from sandbox.deploy import deploy
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

# What docs/operations.md says that a boundary has to allow.
BOUNDARY = [
    "application-autoscaling:*",
    "cloudwatch:*",
    "dynamodb:*",
    "ec2:*NetworkInterface*",
    "ec2:*PrivateIpAddresses",
    "ec2:Describe*",
    "ecr:*",
    "events:*",
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
    "kms:*",
    "lambda:InvokeFunction",
    "logs:*",
    "s3:*",
    "sagemaker:*",
    "scheduler:*",
    "servicequotas:*",
    "sns:*",
    "sqs:*",
    "states:*",
    "xray:*",
]


def prepare_account(account: Account) -> dict[str, str]:
    statement = {"Effect": "Allow", "Action": BOUNDARY, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = account.client("iam").create_policy(PolicyName="bound", PolicyDocument=document)
    network = deploy(account, template=ROOT / "network.yaml", stack="network")
    return {**network, "PermissionsBoundaryArn": made["Policy"]["Arn"]}


def test_every_function_is_in_the_network_and_every_role_is_bounded(stage: Stage) -> None:
    ec2 = stage.client("ec2")
    subnets = ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.64.*"]}])
    private = {each["SubnetId"] for each in subnets["Subnets"]}
    assert len(private) == 2
    functions = stage.client("lambda").get_paginator("list_functions").paginate()
    places = [each["VpcConfig"] for page in functions for each in page["Functions"]]
    assert len(places) > 50
    assert all(set(each["SubnetIds"]) == private for each in places)
    assert len({tuple(each["SecurityGroupIds"]) for each in places}) == 1
    iam = stage.client("iam")
    pages = iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    roles = [iam.get_role(RoleName=n)["Role"] for n in names if n.startswith("slipway-")]
    bounds = [role["PermissionsBoundary"]["PermissionsBoundaryArn"] for role in roles]
    assert len(bounds) > 60
    assert {each.rpartition("/")[2] for each in bounds} == {"bound"}


def test_models_are_released_into_the_network(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    for version in ("1", "2"):
        record = endpoint.release(version, scripted(version))
        assert record.outcome == "succeeded", record.reason
    sagemaker = stage.client("sagemaker")
    models = [model["ModelName"] for model in sagemaker.list_models()["Models"]]
    assert len(models) == 2
    for name in models:
        model = sagemaker.describe_model(ModelName=name)
        assert len(model["VpcConfig"]["Subnets"]) == 2
        assert model["EnableNetworkIsolation"] is True
