"""Which calls are proved, and in which ways they fail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.session import get_session

from sandbox.gateway import ADMIN, CallRecord, Principal
from sandbox.proving import KINDS, CallSite, calls_of, cases_of, distinct, fault_of, sample
from sandbox.proving.conditions import CAPACITY, IN_PROGRESS, NOT_FOUND
from sandbox.proving.words import BROKEN

NOW = datetime(2030, 1, 7, tzinfo=UTC)
JUDGE, MODEL = (
    Principal(f"arn:aws:iam::123456789012:role/slipway-{name}-1A2B3C", session)
    for name, session in (("JudgeRole", "judge"), ("ExecutionRole", "SageMaker"))
)


def record(principal: Principal, operation: str, service: str = "dynamodb") -> CallRecord:
    return CallRecord(NOW, principal, service, operation, {})


def test_calls_are_counted_by_role_and_operation() -> None:
    records = [
        record(JUDGE, "GetItem"),
        record(ADMIN, "GetItem"),
        record(JUDGE, "PutItem"),
        record(JUDGE, "GetItem"),
    ]
    assert [str(site) for site in calls_of(records)] == [
        "slipway-JudgeRole dynamodb:GetItem #1",
        "slipway-JudgeRole dynamodb:PutItem #1",
        "slipway-JudgeRole dynamodb:GetItem #2",
    ]
    assert calls_of(records, ["slipway-OtherRole"]) == []


def test_what_services_do_in_a_roles_name_is_no_call_of_slipways() -> None:
    records = [
        record(MODEL, "GetObject", "s3"),
        record(JUDGE, "PutLogEvents", "logs"),
        record(JUDGE, "FilterLogEvents", "logs"),
    ]
    assert [site.operation for site in calls_of(records)] == ["FilterLogEvents"]


def test_every_call_can_be_answered_badly_be_lost_and_lose_its_reply() -> None:
    site = CallSite("slipway-JudgeRole", "newservice", "NewOperation", 0)
    possible = {case.kind for case in cases_of([site])}
    assert possible == {
        "throttled",
        "server error",
        "refused",
        "access denied",
        "never arrives",
        "reply lost",
    }


def test_a_case_hits_exactly_its_call() -> None:
    fault = fault_of(CallSite("slipway-JudgeRole", "s3", "GetObject", 3), "not found", 2)
    assert fault is not None
    assert (fault.error, fault.skip, fault.times, fault.role) == (
        "NoSuchKey",
        3,
        2,
        "slipway-JudgeRole-",
    )


def test_what_is_deleted_is_gone_when_it_is_not_found() -> None:
    site = CallSite("slipway-JudgeRole", "cloudwatch", "DeleteAlarms", 0)
    gone, denied = (fault_of(site, kind, 1) for kind in ("not found", "access denied"))
    assert gone is not None
    assert denied is not None
    assert (gone.carry_out, denied.carry_out) == (True, False)


@pytest.mark.parametrize(("service", "operation"), sorted({*CAPACITY, *NOT_FOUND, *IN_PROGRESS}))
def test_the_operations_that_fail_in_their_own_way_exist(service: str, operation: str) -> None:
    operations = get_session().get_service_model(service).operation_names
    # The product of verbs and things holds a few that SageMaker has not.
    assert operation in operations or operation.endswith(
        ("EndpointWeightsAndCapacities", "UpdateModel", "UpdateEndpointConfig")
    )


def test_the_calls_between_the_second_and_the_last_are_the_same_again() -> None:
    sites = [CallSite("r", "cloudwatch", "GetMetricData", nth) for nth in range(30)]
    assert [site.nth for site in distinct(sites)] == [0, 1, 29]


@pytest.mark.parametrize("service", sorted(BROKEN))
def test_what_a_service_says_when_it_is_at_fault_itself_is_a_server_error(service: str) -> None:
    fault = fault_of(CallSite("slipway-JudgeRole", service, "Anything", 0), "server error", 1)
    assert fault is not None
    assert fault.status >= 500


def test_a_slice_is_seeded_and_takes_every_kind_before_one_twice() -> None:
    sites = [CallSite("r", "sagemaker", name, 0) for name in ("CreateEndpoint", "UpdateEndpoint")]
    sites += [CallSite("r", "dynamodb", name, 0) for name in ("PutItem", "UpdateItem", "GetItem")]
    sites += [CallSite("r", "events", "PutEvents", 0)]
    cases = cases_of(sites)
    some = sample(cases, 15, seed=3)
    assert some == sample(cases, 15, seed=3) != sample(cases, 15, seed=4)
    assert {case.kind for case in some} == set(KINDS)
    assert {case.site for case in some} == set(sites)
    assert [cases.index(case) for case in some] == sorted(cases.index(case) for case in some)


def test_a_call_in_a_loop_that_ended_is_looked_for_at_earlier_turns() -> None:
    site = CallSite("slipway-JudgeRole", "scheduler", "DeleteSchedule", 12)
    case = next(each for each in cases_of([site]) if each.often == "once")
    turns = []
    while case is not None:
        turns.append(case.site.nth)
        case = case.earlier()
    assert turns == [12, 6, 3, 1]
