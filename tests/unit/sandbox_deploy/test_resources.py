"""Creating resources: what arrives, and what is refused instead of dropped."""

from __future__ import annotations

import pytest
from moto.cloudformation.parsing import get_model_map

from sandbox.account import Account
from sandbox.deploy.resources import register
from sandbox.deploy.resources.compute import substitute
from sandbox.deploy.resources.storage import BucketPolicy
from sandbox.deploy.stack import refuse_unknown
from sandbox.errors import Unsupported
from sandbox.kernel import Kernel


def test_a_resource_type_that_cannot_be_created_is_named() -> None:
    template = {
        "Resources": {"Site": {"Type": "AWS::Amplify::App"}, "Q": {"Type": "AWS::SQS::Queue"}}
    }

    with pytest.raises(Unsupported, match="cannot create AWS::Amplify::App"):
        refuse_unknown(template)


def test_a_property_that_is_not_honoured_is_named() -> None:
    with pytest.raises(Unsupported, match="AWS::S3::BucketPolicy: Color"):
        BucketPolicy("policy", {"Bucket": "b", "PolicyDocument": {}, "Color": "red"})


def test_substitutions_fill_a_definition() -> None:
    assert substitute('{"Resource": "${FunctionArn}"}', {"FunctionArn": "arn:x"}) == (
        '{"Resource": "arn:x"}'
    )


def test_a_substitution_without_a_value_is_named() -> None:
    with pytest.raises(Unsupported, match="FunctionArn"):
        substitute('{"Resource": "${FunctionArn}"}', {})


def test_a_closed_sandbox_leaves_moto_its_own_classes() -> None:
    before = dict(get_model_map())
    account = Account(Kernel())
    register(account)

    account.close()

    assert get_model_map() == before
