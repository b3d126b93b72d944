"""What this area takes for granted of moto: after a failure here, `_moto.py` needs a look."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
from moto.awslambda import models
from moto.sns import models as sns_models

from sandbox.functions import _moto
from sandbox.replacing import replace

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create, Logged, Zipped


def test_the_seam_of_invocations_still_has_its_shape() -> None:
    source = inspect.getsource(models.LambdaFunction.invoke)
    assert "res, errored, logs = self._invoke_lambda(event=body)" in source


def test_a_subscription_is_still_published_to_in_the_same_way() -> None:
    names = list(inspect.signature(_moto._publish).parameters)
    assert names[:3] == ["self", "message", "message_id"]
    caller = inspect.getsource(sns_models.Topic.publish)
    assert "subscription.publish(\n                message,\n                message_id," in caller


def test_a_method_that_moto_gave_up_is_not_replaced_in_silence() -> None:
    with pytest.raises(AttributeError, match="no function gone"):
        replace(models.LambdaFunction, gone=lambda: None)


def test_moto_still_forgets_what_is_remembered_here(account: Account, create: Create) -> None:
    create("def handler(e, c): return 1", LoggingConfig={"LogGroup": "/g"})
    function = _moto.Store(account).find("f")
    assert "LoggingConfig" not in _moto._get_configuration(function)
    assert function.get_configuration()["LoggingConfig"] == {"LogGroup": "/g"}


def test_an_s3_notification_reaches_the_function_through_ours(
    account: Account, create: Create, logged: Logged
) -> None:
    arn = create("def handler(e, c): print('key', e['Records'][0]['s3']['object']['key'])")
    s3 = account.client("s3")
    s3.create_bucket(Bucket="drops")
    s3.put_bucket_notification_configuration(
        Bucket="drops",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
    s3.put_object(Bucket="drops", Key="drop.json", Body=b"")
    account.kernel.advance(5)
    assert "key drop.json\n" in logged()


def test_published_versions_and_aliases_keep_their_code(
    account: Account, create: Create, zipped: Zipped
) -> None:
    create("def handler(e, c): return c.function_version")
    client = account.client("lambda")
    version = client.publish_version(FunctionName="f")["Version"]
    client.create_alias(FunctionName="f", Name="live", FunctionVersion=version)
    new = zipped({"app.py": "def handler(e, c): return 'new'"})
    client.update_function_code(FunctionName="f", ZipFile=new)
    answers = [
        client.invoke(FunctionName=name)["Payload"].read() for name in ("f", "f:1", "f:live")
    ]
    assert answers == [b'"new"', b'"1"', b'"1"']
