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
    from collections.abc import Callable

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


def _make_strays(
    stage: Stage, endpoint: Endpoint, config: str
) -> dict[tuple[str, str], Callable[[], Any]]:
    """Make what releases make, as if the ledger had lost them; return how to remove each."""
    sagemaker, name = stage.client("sagemaker"), f"{endpoint.name}-9-0123456789ab"
    tags = [{"Key": "slipway:endpoint", "Value": f"{endpoint.name}-lost"}]
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    model = sagemaker.describe_model(ModelName=variants[0]["ModelName"])
    parts = {each: model[each] for each in ("ExecutionRoleArn", "PrimaryContainer")}
    sagemaker.create_model(ModelName=name, **parts, Tags=tags)
    sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=variants, Tags=tags
    )
    lost = f"{endpoint.name}-lost"
    sagemaker.create_endpoint(EndpointName=lost, EndpointConfigName=config, Tags=tags)
    uri = f"s3://{stage.artifacts}/accepted/0a/model.tar.gz"
    _plant(stage, uri)
    return {
        ("endpoint", lost): lambda: sagemaker.delete_endpoint(EndpointName=lost),
        ("config", name): lambda: sagemaker.delete_endpoint_config(EndpointConfigName=name),
        ("model", name): lambda: sagemaker.delete_model(ModelName=name),
        ("artifact", uri): lambda: _plant(stage, uri, back=True),
    }


def _schedule(stage: Stage, endpoint: Endpoint) -> str:
    """Make a schedule as if its endpoint still settled; return its name."""
    scheduler, name = stage.client("scheduler"), f"slipway-{endpoint.name}.settle"
    (daily, *_) = scheduler.list_schedules(NamePrefix="slipway-DailySelfCheck")["Schedules"]
    other = scheduler.get_schedule(Name=daily["Name"])
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression="rate(365 days)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={each: other["Target"][each] for each in ("Arn", "RoleArn")},
    )
    return name


def _plant(stage: Stage, uri: str, *, back: bool = False) -> None:
    """Write other bytes in place of accepted ones, or take them away, as who owns the account."""
    s3, bucket = stage.client("s3"), stage.artifacts
    place = {"Bucket": bucket, "Key": uri.removeprefix(f"s3://{bucket}/")}
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    if back:
        s3.delete_object(**place, VersionId=s3.head_object(**place)["VersionId"])
    else:
        s3.put_object(**place, Body=scripted("planted"))
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


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
    stale = _schedule(stage, endpoint)
    strays = _make_strays(stage, endpoint, live.config)
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
    (release,) = endpoint.records()
    planted = release.inspection["accepted"]
    _plant(stage, planted)
    stage.sandbox.advance(DAY)
    report = reports(stage)[-1]
    found = {(each["thing"], each["name"]): each["repaired"] for each in report["findings"]}
    assert found == {
        ("endpoint", name): False,
        ("artifact", planted): False,
        ("alarm", orphan): True,
        ("schedule", stale): True,
        **dict.fromkeys(strays, False),
    }
    assert "by-hand, which no release made" in report["reason"]
    assert f"{planted}, the model of version 1 of {name}, is not what was" in report["reason"]
    assert len(mails(stage)) == 1
    assert orphan not in {each["AlarmName"] for each in endpoint.alarms()}
    assert "settle" not in endpoint.schedules()

    # The event of an execution's end was lost: nobody gave its lease back.
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=live.config)
    for remove in strays.values():
        remove()
    _plant(stage, planted, back=True)
    (done,) = [each for each in stage.executions() if each["name"]][-1:]
    since_then = stage.sandbox.kernel.now() - timedelta(hours=2)
    lease = Lease(done["executionArn"], live.release, since_then.isoformat())
    record = stage.ledger.read_endpoint(name)
    stage.ledger.write_endpoint(replace(record, lease=lease))
    stage.sandbox.advance(DAY)
    assert [each["thing"] for each in reports(stage)[-1]["findings"]] == ["lease"]
    assert stage.ledger.read_endpoint(name).lease is None
    assert stage.denied(since) == []
