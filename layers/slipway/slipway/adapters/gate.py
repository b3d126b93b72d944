"""The gate metric and the state of its alarm."""

from __future__ import annotations

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults
from slipway.domain.gate import HELD, METRIC, NAMESPACE, PULLED, gate_dimensions

# What SetAlarmState takes.
LONGEST_REASON = 1023


class GateMetric:
    """Implements RollbackGate."""

    def hold(self, endpoint: str, release: str) -> None:
        """Say that nothing speaks against the release."""
        self._put(endpoint, release, HELD)

    def pull(self, endpoint: str, release: str, alarm: str, reason: str) -> None:
        """Say that the release has to go, by the metric and by the alarm's state at once.

        The metric comes first: a state that is set by hand lasts only until the alarm is
        evaluated again.
        """
        from botocore.exceptions import ClientError

        self._put(endpoint, release, PULLED)
        try:
            with passing_faults():
                client("cloudwatch").set_alarm_state(
                    AlarmName=alarm, StateValue="ALARM", StateReason=reason[:LONGEST_REASON]
                )
        except ClientError as error:
            # The release went back meanwhile, and its gate with it.
            if code_of(error) not in {"ResourceNotFound", "ResourceNotFoundException"}:
                raise

    def _put(self, endpoint: str, release: str, value: float) -> None:
        datum = {
            "MetricName": METRIC,
            "Dimensions": gate_dimensions(endpoint, release),
            "Value": value,
            "Unit": "None",
        }
        with passing_faults():
            client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
