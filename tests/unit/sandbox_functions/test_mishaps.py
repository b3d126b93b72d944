"""Invocations that die, or run out of time, however well their function works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.functions.layers import host_zip
from sandbox.functions.mishaps import Mishap

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create

SOURCE = """
import boto3

def handler(event, context):
    logs = boto3.client("logs")
    for number in range(4):
        logs.create_log_group(logGroupName=f"/made/{event}/{number}")
    return "done"
"""


@pytest.fixture
def worker(account: Account, create: Create) -> str:
    content = {"ZipFile": host_zip("SlipwayLayer").read_bytes()}
    published = account.client("lambda").publish_layer_version(LayerName="l", Content=content)
    return create(SOURCE, Layers=[str(published["LayerVersionArn"])])


def invoke(account: Account, event: str) -> str:
    """Return the answer, or the type of the error."""
    answer = account.client("lambda").invoke(FunctionName="f", Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    return str(payload["errorType"] if "FunctionError" in answer else payload)


def made(account: Account, event: str) -> int:
    client = account.client("logs")
    return len(client.describe_log_groups(logGroupNamePrefix=f"/made/{event}/")["logGroups"])


def test_each_mishap_comes_where_it_is_said_to_and_the_next_invocation_works(
    account: Account, worker: str
) -> None:
    del worker
    mishaps = account.functions.runner.mishaps
    mishaps.add(Mishap("f", "dies first", skip=1))
    mishaps.add(Mishap("f", "dies half-way", after_calls=2))
    mishaps.add(Mishap("f", "dies unanswered"))
    mishaps.add(Mishap("f", "times out"))
    mishaps.add(Mishap("g", "dies first"))

    # The first one is let through to the second mishap.
    assert (invoke(account, "half"), made(account, "half")) == ("Runtime.ExitError", 2)
    assert (invoke(account, "first"), made(account, "first")) == ("Runtime.ExitError", 0)
    assert (invoke(account, "all"), made(account, "all")) == ("Runtime.ExitError", 4)
    before = account.kernel.timestamp()
    assert (invoke(account, "late"), made(account, "late")) == ("Sandbox.Timedout", 4)
    assert account.kernel.timestamp() - before >= 10
    assert (invoke(account, "well"), made(account, "well")) == ("done", 4)
    assert mishaps.met == 4
    assert [each.calls for each in account.functions.history] == [2, 0, 4, 4, 4]


def test_who_makes_fewer_calls_does_not_die_half_way(account: Account, worker: str) -> None:
    del worker
    mishaps = account.functions.runner.mishaps
    mishaps.add(Mishap("f", "dies half-way", after_calls=9, times=None))
    assert [invoke(account, each) for each in ("one", "two")] == ["done", "done"]
    assert mishaps.met == 0
