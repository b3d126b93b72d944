"""Clearing an account between cases, so that each begins as the first one did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.proving import ledger
from sandbox.proving.account import Holdings, holdings

if TYPE_CHECKING:
    from sandbox.testing import Sandbox

_DELETION = 60.0
# DynamoDB takes no more at once.
_BATCH = 25
_STABLE = {"InService", "Failed", "OutOfService", "UpdateRollbackFailed"}


def lift(sandbox: Sandbox) -> None:
    """Let nothing go wrong any more."""
    sandbox.account.gateway.faults.clear()
    sandbox.account.functions.runner.mishaps.clear()
    sandbox.account.bus.courier.misdeliveries.clear()
    sandbox.account.hosting.lifecycle.troubles.clear()


def clear(sandbox: Sandbox) -> bool:
    """Take everything away that releases made; False if the account is better given up."""
    lift(sandbox)
    sandbox.account.hosting.traffic_log.clear()
    there = holdings(sandbox)
    if there.running or any(
        each["EndpointStatus"] not in _STABLE for each in there.endpoints.values()
    ):
        return False
    _delete_schedules(sandbox, there)
    _delete_guards(sandbox, there)
    _delete_hosting(sandbox, there)
    for bucket in ("ArtifactBucketName", "MonitoringBucketName"):
        _empty_bucket(sandbox, sandbox.outputs[bucket])
    _empty_ledger(sandbox)
    # Thousands of executions and calls would only slow the next cases down.
    sandbox.account.gateway.records.clear()
    return True


def _delete_schedules(sandbox: Sandbox, there: Holdings) -> None:
    """First of all: time passes while the rest goes, and schedules fire."""
    scheduler, endpoints = sandbox.client("scheduler"), ledger.read(sandbox).endpoints
    for name in there.schedules:
        if name.removeprefix("slipway-").rpartition(".")[0] in endpoints:
            scheduler.delete_schedule(Name=name)


def _delete_guards(sandbox: Sandbox, there: Holdings) -> None:
    cloudwatch = sandbox.client("cloudwatch")
    scaling = sandbox.client("application-autoscaling")
    for target in there.targets:
        scaling.deregister_scalable_target(
            ServiceNamespace="sagemaker",
            ResourceId=target,
            ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        )
    # Those of target tracking go with their targets.
    left = [name for name in there.alarms if name.startswith("slipway-")]
    if left:
        cloudwatch.delete_alarms(AlarmNames=left)
    if there.dashboards:
        cloudwatch.delete_dashboards(DashboardNames=there.dashboards)


def _delete_hosting(sandbox: Sandbox, there: Holdings) -> None:
    sagemaker = sandbox.client("sagemaker")
    for name in there.endpoints:
        sagemaker.delete_endpoint(EndpointName=name)
    if there.endpoints:
        sandbox.advance(_DELETION)
    for name in there.configs:
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
    for name in there.models:
        sagemaker.delete_model(ModelName=name)


def _empty_bucket(sandbox: Sandbox, bucket: str) -> None:
    client = sandbox.client("s3")
    # It keeps also an administrator from what was inspected.
    policy = client.get_bucket_policy(Bucket=bucket)["Policy"]
    client.delete_bucket_policy(Bucket=bucket)
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if objects:
            client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    client.put_bucket_policy(Bucket=bucket, Policy=policy)


def _empty_ledger(sandbox: Sandbox) -> None:
    client, table = sandbox.client("dynamodb"), sandbox.outputs["LedgerTableName"]
    keys = [{key: {"S": item[key]} for key in ("pk", "sk")} for item in ledger.scan(sandbox)]
    for begin in range(0, len(keys), _BATCH):
        some = [{"DeleteRequest": {"Key": key}} for key in keys[begin : begin + _BATCH]]
        client.batch_write_item(RequestItems={table: some})
