"""What CreateModel and CreateEndpointConfig refuse, lists and tags."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/execution"
IMAGE = f"{REGISTRY}/sagemaker-xgboost:3.0-5"


def create(aws: Any, *, image: str = IMAGE, uri: str = "s3://artifacts/m", role: str = ROLE) -> str:
    with pytest.raises(ClientError) as caught:
        aws.sagemaker.create_model(
            ModelName="m",
            PrimaryContainer={"Image": image, "ModelDataUrl": uri},
            ExecutionRoleArn=role,
        )
    return f"{caught.value.response['Error']['Code']}: {caught.value.response['Error']['Message']}"


def test_an_artifact_that_the_role_cannot_read_is_refused(aws: Any) -> None:
    said = create(aws, uri="s3://artifacts/nothing.tar.gz")
    assert said.startswith(
        "ValidationException: Could not access model data at s3://artifacts/nothing.tar.gz. "
        f'Please ensure that the role "{ROLE}" exists'
    )


def test_the_artifact_is_read_as_the_execution_role(aws: Any) -> None:
    aws.model("m")
    reads = [record for record in aws.account.gateway.records if record.operation == "HeadObject"]
    assert [record.principal.arn for record in reads] == [ROLE]


def test_a_role_without_permission_for_the_artifact_is_refused(aws: Any) -> None:
    uri = aws.artifact("m.tar.gz")
    aws.client("iam").delete_role_policy(RoleName="execution", PolicyName="serve")
    assert "Could not access model data" in create(aws, uri=uri)


def test_a_role_that_does_not_exist_is_refused(aws: Any) -> None:
    said = create(aws, role="arn:aws:iam::123456789012:role/nobody")
    assert said.startswith("ValidationException: The execution role ARN is invalid")


def test_a_role_that_does_not_trust_sagemaker_is_refused(aws: Any) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    aws.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(document))
    said = create(aws, role="arn:aws:iam::123456789012:role/other")
    assert "its trust relationship policy allows" in said


NETWORK_RIGHTS = [
    "CreateNetworkInterface",
    "CreateNetworkInterfacePermission",
    "DeleteNetworkInterface",
    "DeleteNetworkInterfacePermission",
    "DescribeNetworkInterfaces",
    "DescribeVpcs",
    "DescribeDhcpOptions",
    "DescribeSubnets",
    "DescribeSecurityGroups",
]


def model_in_network(aws: Any, rights: list[str]) -> Any:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    named = [f"ec2:{right}" for right in rights]
    statement = {"Effect": "Allow", "Action": named, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").put_role_policy(RoleName="execution", PolicyName="n", PolicyDocument=document)
    container = {"Image": IMAGE, "ModelDataUrl": aws.artifact("m.tar.gz")}
    config = {"Subnets": [subnet], "SecurityGroupIds": [group]}
    aws.sagemaker.create_model(
        ModelName="m", PrimaryContainer=container, ExecutionRoleArn=ROLE, VpcConfig=config
    )
    return config


def test_a_model_works_in_a_network_that_its_role_may_use(aws: Any) -> None:
    config = model_in_network(aws, NETWORK_RIGHTS)
    assert aws.sagemaker.describe_model(ModelName="m")["VpcConfig"] == config


@pytest.mark.parametrize("missing", NETWORK_RIGHTS)
def test_a_role_that_may_not_work_in_the_network_is_refused(aws: Any, missing: str) -> None:
    with pytest.raises(ClientError, match=f"VpcConfig cannot be used.*{missing}"):
        model_in_network(aws, [right for right in NETWORK_RIGHTS if right != missing])


def test_a_model_in_a_network_that_is_not_there_is_refused(aws: Any) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": aws.artifact("m.tar.gz")}
    config = {"Subnets": ["subnet-0123456789abcdef0"], "SecurityGroupIds": ["sg-1"]}
    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        aws.sagemaker.create_model(
            ModelName="m", PrimaryContainer=container, ExecutionRoleArn=ROLE, VpcConfig=config
        )


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1", "custom image"),
        ("public.ecr.aws/mine/model:1", "custom image"),
        (f"{REGISTRY}/sagemaker-scikit-learn:0.23-1-cpu-py3", "no packages for the image"),
        (f"{REGISTRY}/sagemaker-xgboost:1.7-1", "no packages for the image"),
    ],
)
def test_an_image_that_cannot_run_here_is_refused_with_the_reason(
    aws: Any, image: str, why: str
) -> None:
    said = create(aws, image=image, uri=aws.artifact("m.tar.gz"))
    assert said.startswith("ValidationException: A limit of the sandbox, not of SageMaker: ")
    assert why in said
    assert "xgboost-3.0-5" in said


@pytest.mark.parametrize(
    "more",
    [
        {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}},
        {"ManagedInstanceScaling": {"Status": "ENABLED"}},
    ],
)
def test_variants_that_the_sandbox_does_not_host_are_named(
    aws: Any, variant: Any, more: dict[str, Any]
) -> None:
    aws.model("m")
    with pytest.raises(ClientError, match=f"does not host variants with {next(iter(more))}"):
        aws.config("c", variant("live", "m", **more))


def test_guardrails_without_anything_to_guard_are_refused(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.config("c", variant("live", "m"))
    policy = {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
        }
    }
    with pytest.raises(ClientError, match="DeploymentConfig"):
        aws.sagemaker.create_endpoint(
            EndpointName="churn", EndpointConfigName="c", DeploymentConfig=policy
        )


def test_lists_filter_order_and_page(aws: Any) -> None:
    for name in ("b-one", "a-one", "c-two"):
        aws.model(name)
        aws.kernel.advance(60)
    found = aws.sagemaker.list_models(NameContains="one", SortBy="Name", SortOrder="Ascending")
    assert [model["ModelName"] for model in found["Models"]] == ["a-one", "b-one"]
    newest = aws.sagemaker.list_models(MaxResults=2)
    assert [model["ModelName"] for model in newest["Models"]] == ["c-two", "a-one"]
    rest = aws.sagemaker.list_models(MaxResults=2, NextToken=newest["NextToken"])
    assert [model["ModelName"] for model in rest["Models"]] == ["b-one"]
    assert "NextToken" not in rest


def test_tags_come_with_creation_and_change(aws: Any, variant: Any) -> None:
    aws.model("m")
    tags = [{"Key": "release", "Value": "1"}]
    aws.config("c", variant("live", "m"), Tags=tags)
    arn = aws.sagemaker.describe_endpoint_config(EndpointConfigName="c")["EndpointConfigArn"]
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == tags
    aws.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "x"}])
    aws.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["release"])
    assert aws.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "x"}]


def test_descriptions_give_back_what_was_asked(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.config("c", variant("live", "m"))
    model = aws.sagemaker.describe_model(ModelName="m")
    assert model["PrimaryContainer"]["Image"] == IMAGE
    assert model["EnableNetworkIsolation"] is False
    config = aws.sagemaker.describe_endpoint_config(EndpointConfigName="c")
    assert config["ProductionVariants"][0]["InitialVariantWeight"] == 1.0
