"""Which calls a fault hits."""

from __future__ import annotations

import pytest

from sandbox.gateway import ADMIN, Fault, Principal
from sandbox.gateway.faults import Faults

RELEASE = Principal("arn:aws:iam::123456789012:role/slipway-ReleaseRole-1A2B", "run")
OTHER = Principal("arn:aws:iam::123456789012:role/slipway-OtherRole-3C4D", "run")


def hits(faults: Faults, *principals: Principal) -> list[bool]:
    return [faults.take("sqs", "SendMessage", each) is not None for each in principals]


def test_a_fault_lets_the_first_calls_through() -> None:
    faults = Faults()
    faults.add(Fault("sqs", "SendMessage", "X", skip=2, times=2))
    assert hits(faults, *[ADMIN] * 6) == [False, False, True, True, False, False]


def test_a_fault_for_ever_goes_on_once_it_began() -> None:
    faults = Faults()
    faults.add(Fault("sqs", "SendMessage", "X", skip=1, times=None))
    assert hits(faults, *[ADMIN] * 4) == [False, True, True, True]
    faults.clear()
    assert hits(faults, ADMIN) == [False]


def test_a_fault_of_a_role_counts_and_hits_that_roles_calls_alone() -> None:
    faults = Faults()
    faults.add(Fault("sqs", "SendMessage", "X", skip=1, role="slipway-ReleaseRole"))
    assert hits(faults, RELEASE, OTHER, ADMIN, RELEASE, RELEASE) == [
        False,
        False,
        False,
        True,
        False,
    ]


def test_other_operations_do_not_count() -> None:
    faults = Faults()
    faults.add(Fault("sqs", "SendMessage", "X", skip=1))
    assert faults.take("sqs", "ReceiveMessage", ADMIN) is None
    assert hits(faults, ADMIN, ADMIN) == [False, True]


def test_a_fault_of_first_attempts_lets_the_next_one_through() -> None:
    faults = Faults()
    faults.add(Fault("sqs", "SendMessage", "X", times=None, attempts=2))
    attempts = [1, 2, 3, 1, 2, 3]
    found = [faults.take("sqs", "SendMessage", ADMIN, attempt) for attempt in attempts]
    assert [fault is not None for fault in found] == [True, True, False] * 2


@pytest.mark.parametrize("wrong", [{"times": 0}, {"skip": -1}, {"attempts": 0}])
def test_impossible_faults_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        Faults().add(Fault("sqs", "SendMessage", "X", **wrong))  # type: ignore[arg-type]  # wrong on purpose


def test_what_takes_no_entries_cannot_fail_by_entries() -> None:
    with pytest.raises(ValueError, match="takes no entries"):
        Faults().add(Fault("sqs", "SendMessage", fail_entries=True))
