"""Real requests in sandbox time."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.hosting.behaviour import Behaviour
from sandbox.load import Users


def test_users_ask_at_their_rate_and_every_answer_counts(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    users = Users(aws.account, "churn", b"1,2", per_second=2, expect=lambda body: body == b"1,2")
    users.start()
    aws.kernel.advance(30)
    users.stop()
    aws.kernel.advance(30)
    assert users.requests == users.answers["live"] == pytest.approx(60, abs=2)
    assert users.failures == []


def test_users_can_ask_one_thing_after_the_other(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    asked = iter(range(10**6))
    said: list[bytes] = []
    users = Users(
        aws.account, "churn", lambda: b"%d" % next(asked), expect=lambda body: not said.append(body)
    )
    users.start()
    aws.kernel.advance(5)
    users.stop()
    assert said[:3] == [b"0", b"1", b"2"]


def test_errors_and_useless_answers_are_failures(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.serve(variant("live", "m"))
    users = Users(aws.account, "churn", b"1,2", expect=lambda body: body == b"1,2")
    users.start()
    aws.account.hosting.behave("m", Behaviour(error_rate=1.0))
    aws.kernel.advance(10)
    failed = len(users.failures)
    assert failed == users.requests > 5
    assert "Received server error (500)" in users.failures[0].reason
    aws.account.hosting.behave("m", Behaviour(wrong_shape=True))
    aws.kernel.advance(10)
    assert "of no use" in users.failures[-1].reason
    assert users.failures[-1].variant == "live"
    assert len(users.failures) == users.requests
    users.stop()


def test_an_endpoint_that_is_not_there_fails_its_users(aws: Any) -> None:
    users = Users(aws.account, "nothing", b"1,2")
    users.start()
    with pytest.raises(RuntimeError, match="already"):
        users.start()
    aws.kernel.advance(5)
    users.stop()
    assert len(users.failures) == users.requests >= 5
    with pytest.raises(ValueError, match="above 0"):
        Users(aws.account, "nothing", b"", per_second=0).start()
