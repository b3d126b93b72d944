"""Known events on the sandbox: instances before them, the way down after them, beside releases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.stage.archives import scripted, scripted_image
from tests.stage.endpoint import hosting
from tests.stage.promoting import CODE

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

# An instance is meant to have 10 requests a second.
SHIFT = "release: {strategy: all-at-once, bake: 10m, replay: 0, inconclusive: promote}\n"
USUAL, RUSH, AFTERWARDS = 8.0, 55.0, 32.0
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ZONE = ZoneInfo("America/New_York")
MOST = 10


class Sale:
    """An endpoint with two instances that knows of a sale, and its users."""

    def __init__(self, stage: Stage, endpoint: Endpoint) -> None:
        self.stage, self.endpoint, self.floor = stage, endpoint, 8
        # Schedules are due on whole minutes.
        self.begin = (self.now() + 2 * HOUR).replace(second=0, microsecond=0)
        self.end = self.begin + 40 * MINUTE

    def now(self) -> datetime:
        return self.stage.sandbox.kernel.now()

    def settings(self, *, sale: bool = True) -> None:
        begin, end = (f"{each.astimezone(ZONE):%Y-%m-%dT%H:%M}" for each in (self.begin, self.end))
        when = f"from: {begin}, until: {end}, timezone: {ZONE.key}"
        event = f"{{name: Sale, {when}, floor: {self.floor}}}"
        scaling = f"{{target: 600, min: 2, max: {MOST}, events: [{event if sale else ''}]}}"
        self.endpoint.spec(hosting(scripted_image()) + CODE + SHIFT + f"scaling: {scaling}\n")

    def release(self, version: str) -> None:
        record = self.endpoint.release(version, scripted(version))
        assert record.outcome == "succeeded", record.reason

    def users(self, rate: float, time: timedelta) -> None:
        hosting = self.stage.sandbox.account.hosting
        hosting.traffic(self.endpoint.name, rate, time.total_seconds())

    def until(self, moment: datetime) -> None:
        self.stage.sandbox.advance(max((moment - self.now()).total_seconds(), 0))

    def counts(self) -> list[int]:
        described = self.endpoint.describe() or {}
        return [each["CurrentInstanceCount"] for each in described["ProductionVariants"]]

    def limits(self) -> tuple[int, int]:
        (target,) = self.endpoint.targets()
        return target["MinCapacity"], target["MaxCapacity"]

    def schedules(self) -> list[str]:
        prefix = f"slipway-{self.endpoint.name}.event-"
        found = self.stage.client("scheduler").list_schedules(NamePrefix=prefix)["Schedules"]
        return sorted(each["Name"].rpartition("-")[2] for each in found)


@pytest.fixture
def sale(stage: Stage, endpoint: Endpoint) -> Sale:
    return Sale(stage, endpoint)


def test_the_instances_serve_when_the_event_begins_and_go_with_the_demand(sale: Sale) -> None:
    sale.settings()
    sale.release("1")
    (measured,) = sale.stage.ledger.read_endpoint(sale.endpoint.name).provisioning
    assert sale.schedules() == ["claim", "end", "gone"]
    ahead = timedelta(seconds=measured * 1.1 + 60)
    sale.users(USUAL, sale.begin - sale.now())

    sale.until(sale.begin - ahead - MINUTE)
    assert (sale.counts(), sale.limits()) == ([2], (2, MOST))
    sale.until(sale.begin)
    assert (sale.counts(), sale.limits()) == ([8], (8, MOST))
    # Confirmed by the next look: nobody looks any more.
    sale.until(sale.begin + 2 * MINUTE)
    assert sale.schedules() == ["end", "gone"]

    sale.users(RUSH, 38 * MINUTE)
    sale.until(sale.end - MINUTE)
    assert sale.counts() == [8]
    sale.until(sale.end)
    sale.users(AFTERWARDS, 10 * MINUTE)
    sale.until(sale.end + 9 * MINUTE)
    # Target tracking alone would wait a quarter of an hour. It may take one too many: where the
    # maximum falls within a minute, it divides that one's requests by the fleet of before.
    assert sale.limits() == (2, 4)
    assert sale.counts() in ([3], [4])
    sale.until(sale.end + 10 * MINUTE)
    sale.users(USUAL, HOUR)
    sale.until(sale.end + 25 * MINUTE)
    assert (sale.counts(), sale.limits()) == ([2], (2, MOST))
    assert sale.schedules() == ["gone"]
    assert sale.stage.ledger.read_endpoint(sale.endpoint.name).claims == ()
    assert "Event Short" not in [e["detail-type"] for e in sale.stage.said(sale.endpoint.name)]


def test_an_event_that_begins_during_a_release_goes_with_it_and_with_the_settings(
    sale: Sale,
) -> None:
    # A release has both fleets at once, and the account's quota is what it is.
    sale.floor = 4
    sale.settings()
    sale.release("1")
    sale.until(sale.begin - 14 * MINUTE)
    sale.release("2")
    assert sale.now() > sale.begin
    (target,) = sale.endpoint.targets()
    assert "/2-" in target["ResourceId"]
    assert sale.limits() == (4, MOST)
    (claim,) = sale.stage.ledger.read_endpoint(sale.endpoint.name).claims
    assert (claim.source, claim.floor) == ("event:Sale", 4)

    # The next release's settings know of no sale.
    sale.settings(sale=False)
    sale.release("3")
    assert sale.limits() == (2, MOST)
    assert sale.stage.ledger.read_endpoint(sale.endpoint.name).claims == ()
    assert sale.schedules() == []
