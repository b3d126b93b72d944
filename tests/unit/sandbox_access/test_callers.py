"""Who calls: many sessions of roles share few clients, and none is taken for another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sandbox.account import Account
from sandbox.errors import Unsupported
from sandbox.gateway import ADMIN, Principal
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.gateway import Call

ROLE = "arn:aws:iam::123456789012:role/caller"


class Bare(Account):
    """An account in which nothing is installed and roles may do everything."""

    def _install(self) -> None:
        self.gateway.authorize = None

    def close(self) -> None:
        self._server.close()
        self.kernel.close()
        self._folder.cleanup()

    def callers(self) -> list[str | None]:
        return [record.principal.session for record in self.gateway.records]


@pytest.fixture
def account() -> Iterator[Bare]:
    account = Bare(Kernel(start=datetime(2026, 1, 5, 9, 0, tzinfo=UTC), timing="recorded"))
    yield account
    account.close()


def test_each_session_calls_as_itself(account: Bare) -> None:
    sessions = [account.client("sqs", Principal(ROLE, name)) for name in ("first", "second")]

    for client in (*sessions, account.client("sqs"), sessions[0]):
        client.list_queues()
    assert account.callers() == ["first", "second", None, "first"]


def test_pages_are_asked_for_by_the_same_caller(account: Bare) -> None:
    client = account.client("sqs", Principal(ROLE, "reader"))

    list(client.get_paginator("list_queues").paginate())
    assert account.callers() == ["reader"]


def test_what_the_sandbox_calls_for_a_role_it_calls_itself(account: Bare) -> None:
    def publish(_: Call) -> dict[str, str]:
        account.client("sqs").list_queues()
        return {"MessageId": "1"}

    account.gateway.serve("sns", "Publish", publish)
    topic = "arn:aws:sns:us-east-1:123456789012:news"
    account.client("sns", Principal(ROLE, "speaker")).publish(TopicArn=topic, Message="x")
    assert account.callers() == [None, "speaker"]


def test_a_role_presigns_nothing_in_the_sandboxs_name(account: Bare) -> None:
    with pytest.raises(Unsupported, match="presigned"):
        account.client("s3", Principal(ROLE, "signer")).generate_presigned_url("get_object")
    assert account.client("s3", ADMIN).generate_presigned_url(
        "get_object", Params={"Bucket": "b", "Key": "k"}
    )
