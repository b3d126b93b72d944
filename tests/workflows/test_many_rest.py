"""Many endpoints go to sleep at the same moment, and AWS takes few calls a second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.stage.picture import picture
from tests.stage.village import Village

if TYPE_CHECKING:
    from tests.stage.stage import Stage

HOUSES = 12
# As if there were three hundred of them.
SHARE = HOUSES / 300
# The ninth in the village; each of them has alarms and scales.
ANYONE = "house8"


def test_all_sleep_and_wake_though_calls_are_throttled(stage: Stage) -> None:
    village = Village(stage, HOUSES, timedelta(hours=2))
    village.limit(SHARE, burst=3)
    assert village.states() == {"serving": HOUSES}
    evening = picture(stage.client, ANYONE)
    assert len(evening["alarms"]) == 8
    assert len(evening["targets"]) == len(evening["policies"]) == 1

    village.pass_until(village.at + timedelta(minutes=75))
    assert village.states() == {"asleep": HOUSES}
    assert stage.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert village.throttled() > HOUSES

    village.pass_until(village.until + timedelta(minutes=75))
    stage.sandbox.account.gateway.rates.clear()
    assert village.states() == {"serving": HOUSES}
    assert village.endings() == {"SUCCEEDED": 2 * HOUSES}
    assert picture(stage.client, ANYONE) == evening
    # Nothing rings because an endpoint sleeps, and so no alarm is written.
    assert village.calls("PutMetricAlarm") == []
    said = [event["detail-type"] for event in stage.events.heard()]
    assert said.count("Endpoint Asleep") == said.count("Endpoint Awake") == HOUSES
    # Nobody looks more often than every five minutes: events and retries do the rest.
    looks = [c for c in village.calls("DescribeEndpoint") if c.error is None]
    assert len(looks) < 20 * HOUSES
