"""Alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, message_of, passing_faults
from slipway.errors import DashboardRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class CloudWatchGuards:
    """Implements Guards, AlarmReader and AlarmRinger."""

    def put_alarms(self, alarms: Iterable[Mapping[str, Any]]) -> None:
        """Create or replace alarms."""
        for alarm in alarms:
            with passing_faults():
                client("cloudwatch").put_metric_alarm(**alarm)

    def delete_alarms(self, names: Sequence[str]) -> None:
        """Delete alarms one by one: a single unknown name would keep all of a batch."""
        from botocore.exceptions import ClientError

        for name in names:
            try:
                with passing_faults():
                    client("cloudwatch").delete_alarms(AlarmNames=[name])
            except ClientError as error:
                if code_of(error) not in {"ResourceNotFound", "ResourceNotFoundException"}:
                    raise

    def put_dashboard(self, name: str, body: str) -> None:
        """Create or replace a dashboard; warnings come inside a 200 and are refused here."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                answer = client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
        except ClientError as error:
            raise DashboardRefused(f"Dashboard {name}: {message_of(error)}") from error
        warnings = answer.get("DashboardValidationMessages")
        if warnings:
            raise DashboardRefused(f"Dashboard {name}: {warnings[0].get('Message')}")

    def delete_dashboard(self, name: str) -> None:
        """Delete a dashboard; one that does not exist is no error."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("cloudwatch").delete_dashboards(DashboardNames=[name])
        except ClientError as error:
            if code_of(error) not in {"ResourceNotFound", "DashboardNotFoundError"}:
                raise

    def alarms_in_alarm(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return those of the alarms that are in ALARM, each with CloudWatch's reason."""
        if not names:
            return {}
        with passing_faults():
            answer = client("cloudwatch").describe_alarms(
                AlarmNames=list(names), StateValue="ALARM", AlarmTypes=["MetricAlarm"]
            )
        return {alarm["AlarmName"]: alarm["StateReason"] for alarm in answer["MetricAlarms"]}

    def in_alarm(self, prefix: str) -> list[str]:
        """Return the alarms in ALARM whose names begin so."""
        with passing_faults():
            pages = client("cloudwatch").get_paginator("describe_alarms")
            listed = pages.paginate(
                AlarmNamePrefix=prefix, StateValue="ALARM", AlarmTypes=["MetricAlarm"]
            )
            found = [alarm for page in listed for alarm in page["MetricAlarms"]]
        return [alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM"]

    def ring_again(self, name: str, reason: str) -> None:
        """Take an alarm's state back; one that was deleted meanwhile is no error."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("cloudwatch").set_alarm_state(
                    AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason=reason
                )
        except ClientError as error:
            if code_of(error) not in {"ResourceNotFound", "ResourceNotFoundException"}:
                raise
