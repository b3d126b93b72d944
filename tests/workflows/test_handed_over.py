"""A drop that waited is handed the lease, and whoever was to begin with it dies before that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.gateway import Fault
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

DENIED = {"error": "AccessDeniedException", "message": "Not today."}
FULL = {"error": "ExecutionLimitExceeded", "message": "The limit of open executions is reached."}


@pytest.fixture
def waiting(stage: Stage, endpoint: Endpoint) -> Endpoint:
    """Release version 1 while version 2 waits."""
    endpoint.spec(scripted_spec())
    endpoint.drop("1", scripted("one"))
    stage.sandbox.advance(30)
    endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(10)
    assert endpoint.outcomes() == [("1", "running"), ("2", "parked")]
    return endpoint


def begun(stage: Stage, endpoint: Endpoint) -> dict[str, str]:
    """Return the states of the executions that were started for version 2, by attempt."""
    digest = endpoint.records()[1].drop.digest
    named = {each["name"].rpartition("-"): each["status"] for each in stage.executions()}
    return {attempt: str(status) for (name, _, attempt), status in named.items() if name == digest}


def all_is_over(stage: Stage, endpoint: Endpoint) -> None:
    record = stage.ledger.read_endpoint(endpoint.name)
    assert (record.lease, record.parked, record.abandoned) == (None, None, ())
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "succeeded")]
    assert endpoint.ask("you") == "two to you"


def test_as_many_executions_as_an_account_may_have_open_are_waited_for(
    stage: Stage, waiting: Endpoint
) -> None:
    waiting.inject(Fault("stepfunctions", "StartExecution", role="slipway-Record", times=3, **FULL))
    stage.finish()
    all_is_over(stage, waiting)
    assert "Workflow Failed" not in {each["detail-type"] for each in stage.told(waiting.name)}


def test_who_handed_over_and_died_before_it_started_the_next_one_has_it_started(
    stage: Stage, waiting: Endpoint
) -> None:
    waiting.inject(Fault("stepfunctions", "StartExecution", role="slipway-Record", **DENIED))
    stage.finish()
    all_is_over(stage, waiting)
    assert begun(stage, waiting) == {"2": "SUCCEEDED"}


@pytest.mark.parametrize("deaths", [1, 2, 3])
def test_what_dies_before_it_claims_the_drop_is_followed(
    stage: Stage, waiting: Endpoint, deaths: int
) -> None:
    waiting.inject(
        Fault("dynamodb", "PutItem", role="slipway-ClaimRelease", times=deaths, **DENIED)
    )
    stage.finish()
    stage.sandbox.advance(30 * 60)
    stage.finish()
    all_is_over(stage, waiting)
    assert begun(stage, waiting) == {"2": "FAILED", "3": "FAILED" if deaths > 1 else "SUCCEEDED"}
