"""What nobody noticed when it happened is found a day later, and put right where that is safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.hosting import PRETENDING
from slipway.domain.lease import Lease
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

DAY = 25 * 3600.0


def reports(stage: Stage) -> list[dict[str, Any]]:
    heard = stage.events.heard()
    return [each["detail"] for each in heard if each["detail-type"] == "Self-Check Done"]


def mails(stage: Stage) -> list[str]:
    outbox = stage.sandbox.account.bus.notifications.outbox
    return [
        s.subject for s in outbox if s.protocol == "email" and "Self-Check" in (s.subject or "")
    ]


def test_a_lost_end_a_silent_rollback_and_orphans_are_found(
    stage: Stage, endpoint: Endpoint
) -> None:
    stage.sandbox.account.hosting.use(PRETENDING)
    since = len(stage.sandbox.account.gateway.records)
    endpoint.spec(scripted_spec())
    assert endpoint.release("1", scripted("one")).outcome == "succeeded"
    name, live = endpoint.name, stage.ledger.read_endpoint(endpoint.name).live
    assert live
    alarm = endpoint.alarms()[0]
    orphan = alarm["AlarmName"].replace(live.variant, "0-gone")
    names = ("Namespace", "MetricName", "EvaluationPeriods", "Threshold", "ComparisonOperator")
    settings = {each: alarm[each] for each in names} | {"Statistic": "Sum", "Period": 60}
    stage.client("cloudwatch").put_metric_alarm(AlarmName=orphan, **settings)
    # A clean-up may still be under way.
    stage.sandbox.advance(DAY)
    assert reports(stage)[-1]["found"] == 0
    assert mails(stage) == []

    sagemaker = stage.client("sagemaker")
    kept = sagemaker.describe_endpoint_config(EndpointConfigName=live.config)
    other = {
        "EndpointConfigName": f"{name}-by-hand",
        "ProductionVariants": kept["ProductionVariants"],
    }
    sagemaker.create_endpoint_config(**other)
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=f"{name}-by-hand")
    stage.sandbox.advance(DAY)
    report = reports(stage)[-1]
    found = {(each["thing"], each["name"]): each["repaired"] for each in report["findings"]}
    assert found == {("endpoint", name): False, ("alarm", orphan): True}
    assert "by-hand, which no release made" in report["reason"]
    assert len(mails(stage)) == 1
    assert orphan not in {each["AlarmName"] for each in endpoint.alarms()}

    # The event of an execution's end was lost: nobody gave its lease back.
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=live.config)
    (done,) = [each for each in stage.executions() if each["name"]][-1:]
    since_then = stage.sandbox.kernel.now() - timedelta(hours=2)
    lease = Lease(done["executionArn"], live.release, since_then.isoformat())
    record = stage.ledger.read_endpoint(name)
    stage.ledger.write_endpoint(replace(record, lease=lease))
    stage.sandbox.advance(DAY)
    assert [each["thing"] for each in reports(stage)[-1]["findings"]] == ["lease"]
    assert stage.ledger.read_endpoint(name).lease is None
    assert stage.denied(since) == []
