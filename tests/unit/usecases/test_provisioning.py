"""Every release measures how long its instances take."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.canary import NEW, Canary
from tests.fakes.world import FakeLog


def check(canary: Canary) -> str:
    from slipway.usecases.check_endpoint import check_endpoint

    return check_endpoint(
        canary.ref,
        ledger=canary.ledger,
        endpoints=canary.sagemaker,
        log=FakeLog(),
        clock=canary.clock,
        stage="canary",
    ).verdict


def measured(canary: Canary) -> tuple[int, ...]:
    return canary.ledger.read_endpoint("churn").provisioning


def test_a_release_measures_its_fleet_once() -> None:
    canary = Canary()
    canary.add()
    canary.clock.advance(seconds=100)
    assert check(canary) == "waiting"
    canary.clock.advance(seconds=241)
    canary.sagemaker.settle("churn")
    assert check(canary) == "serving"
    canary.clock.advance(minutes=5)
    assert check(canary) == "serving"
    assert measured(canary) == (341,)
    found = canary.ledger.read_release("churn", NEW.release).evidence["provisioning"]
    assert found["seconds"] == 341


def test_the_last_five_fleets_are_remembered() -> None:
    canary = Canary()
    record = canary.ledger.read_endpoint("churn")
    canary.ledger.write_endpoint(replace(record, provisioning=(1, 2, 3, 4, 5)))
    canary.add()
    canary.clock.advance(seconds=6)
    canary.sagemaker.settle("churn")
    check(canary)
    assert measured(canary) == (2, 3, 4, 5, 6)
