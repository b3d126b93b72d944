"""Many endpoints go to sleep at the same moment, and SageMaker takes few calls a second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.stage.village import Village

if TYPE_CHECKING:
    from tests.stage.stage import Stage

HOUSES = 8
# As if a thousand endpoints had an account that changes one of them a second, and tells of five.
LIMITED = ("DescribeEndpoint", "ListTags", "DeleteEndpoint", "CreateEndpoint")
CHANGES, READS = HOUSES / 1000, 5 * HOUSES / 1000


def test_all_sleep_and_wake_though_most_calls_are_throttled(stage: Stage) -> None:
    village = Village(stage, HOUSES, timedelta(hours=2))
    gateway, now = stage.sandbox.account.gateway, stage.sandbox.kernel.now()
    for operation in LIMITED:
        often = READS if operation.startswith(("Describe", "List")) else CHANGES
        gateway.rates.limit("sagemaker", operation, per_second=often, burst=2, now=now)
    assert village.states() == {"serving": HOUSES}

    village.pass_until(village.at + timedelta(minutes=75))
    assert village.states() == {"asleep": HOUSES}
    assert stage.client("sagemaker").list_endpoints()["Endpoints"] == []
    calls = [call for operation in LIMITED for call in village.calls(operation)]
    assert [call for call in calls if call.error == "ThrottlingException"]

    village.pass_until(village.until + timedelta(minutes=75))
    gateway.rates.clear()
    assert village.states() == {"serving": HOUSES}
    assert village.endings() == {"SUCCEEDED": 2 * HOUSES}
    said = [event["detail-type"] for event in stage.events.heard()]
    assert said.count("Endpoint Asleep") == said.count("Endpoint Awake") == HOUSES
    # Nobody looks more often than every five minutes: events and retries do the rest.
    looks = [c for c in village.calls("DescribeEndpoint") if c.error is None]
    assert len(looks) < 20 * HOUSES
