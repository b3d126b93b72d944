"""An endpoint with version 1 on it, users, and a second version to come."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from tests.stage.archives import scripted, scripted_image
from tests.stage.endpoint import hosting

if TYPE_CHECKING:
    from sandbox.hosting.behaviour import Behaviour
    from slipway.domain.release import ReleaseRecord
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

LONG = 24 * 3600.0


class Serving:
    """An endpoint with version 1 on it, requests of users captured, and traffic."""

    def __init__(self, stage: Stage, endpoint: Endpoint) -> None:
        self.stage = stage
        self.endpoint = endpoint
        self.hosting = stage.sandbox.account.hosting

    def serve(self, requests_per_second: float = 20.0, spec: str = "") -> None:
        self.settings(spec)
        first = self.endpoint.release("1", scripted("one"))
        assert first.outcome == "succeeded", first.reason
        for _ in range(20):
            self.endpoint.ask("me")
        # Captured requests reach the bucket after a while.
        self.stage.sandbox.advance(150)
        if requests_per_second:
            self.hosting.traffic(self.endpoint.name, requests_per_second, LONG)
            # With all of the traffic on the new version, minutes from before are compared.
            self.stage.sandbox.advance(300)

    def settings(self, spec: str, more: str = "") -> None:
        """Write endpoint.yaml, with further settings of `hosting`."""
        # The instances that there are carry the load: these tests are not about scaling.
        still = "" if "scaling:" in spec else "scaling: {target: 6000}\n"
        code = "artifact: {allow_code: true}\n"
        self.endpoint.spec(hosting(scripted_image(), more) + code + still + spec)

    def behave(self, version: str, behaviour: Behaviour) -> None:
        self.hosting.behave(f"{self.endpoint.name}-{version}-*", behaviour)

    def convert(self, version: str, sold: int, requests: int) -> None:
        """Publish what a shop does: for each request, whether the customer bought."""
        variants = (self.endpoint.describe() or {})["ProductionVariants"]
        names = [each["VariantName"] for each in variants]
        for name in (each for each in names if each.startswith(f"{version}-")):
            sales = {
                "MetricName": "Conversion",
                "Dimensions": [{"Name": "Model", "Value": name}],
                "Values": [1.0, 0.0],
                "Counts": [float(sold), float(requests - sold)],
            }
            self.stage.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[sales])

    def until_step(self, step: int) -> None:
        """Let time pass until a step's traffic has been asked for."""
        for _ in range(100):
            if any(record.step >= step for record in self.endpoint.records()):
                return
            self.stage.sandbox.advance(15)
        raise TimeoutError(f"Step {step} was not reached")

    def command(self, command: str) -> None:
        """Command as an operator does."""
        release = self.endpoint.records()[-1].release
        detail = {
            "endpoint": self.endpoint.name,
            "release": release,
            "command": command,
            "by": "ops",
            "reason": "looks good" if command == "approve" else "looks bad",
        }
        entry = {
            "Source": "slipway.operator",
            "DetailType": "Release Command",
            "Detail": json.dumps(detail),
            "EventBusName": self.stage.outputs["EventBusName"],
        }
        self.stage.client("events").put_events(Entries=[entry])
        self.stage.sandbox.kernel.settle()

    @property
    def execution(self) -> str:
        return str(self.stage.executions()[-1]["executionArn"])

    def shares(self) -> dict[str, float]:
        """Return the shares of the traffic by version, in percent."""
        return self.endpoint.shares()

    def schedules(self) -> list[str]:
        """Return what the endpoint's schedules are for."""
        return self.endpoint.schedules()

    def failed(self) -> int:
        return self.hosting.traffic_log.total(self.endpoint.name).failed

    def shares_met(self, version: str) -> list[int]:
        """Return the shares of users' requests that a version got one after the other, in tens.

        Only minutes that are like the one before them count: in others the weights moved.
        """
        requests: dict[int, Counter[bool]] = defaultdict(Counter)
        for minute, count in self.hosting.traffic_log.minutes.items():
            if minute.endpoint == self.endpoint.name and minute.variant:
                ours = minute.variant.startswith(f"{version}-")
                requests[minute.start][ours] += count.requests
        shares = [round(10 * found[True] / found.total()) * 10 for found in requests.values()]
        steady = [share for last, share in itertools.pairwise(shares) if last == share]
        return [share for share, _ in itertools.groupby(steady)]

    def steps_of_users(self) -> list[int]:
        said = self.stage.said(self.endpoint.name)
        reached = [
            event["detail"]
            for event in said
            if event["detail-type"] == "Release Step Reached" and "waiting" not in event["detail"]
        ]
        return [detail["weight"] for detail in reached]


def parts(endpoint: Endpoint) -> dict[str, Any]:
    described = endpoint.describe() or {}
    return {**endpoint.made(), "config": described.get("EndpointConfigName")}


def assert_rolled_back(serving: Serving, record: ReleaseRecord, before: dict[str, Any]) -> None:
    """Check that everything is as it was, and that it was said."""
    assert record.outcome == "rolled-back", record.reason
    assert_as_before(serving, record, before)
    assert serving.stage.said(serving.endpoint.name)[-1]["detail-type"] == "Release Rolled Back"


def assert_as_before(serving: Serving, record: ReleaseRecord, before: dict[str, Any]) -> None:
    """Check that everything is as it was before a release, and that its reason was said."""
    endpoint = serving.endpoint
    assert parts(endpoint) == before
    assert (endpoint.live(), endpoint.ask("me")) == ("1", "one to me")
    (target,) = endpoint.targets()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)
    assert not any(target["SuspendedState"].values())
    assert serving.schedules() == []
    assert serving.stage.said(endpoint.name)[-1]["detail"]["reason"] == record.reason
    (status,) = serving.stage.status(endpoint.name)
    assert status["state"] == "serving"
