"""SageMaker's own deployment guardrail on an endpoint: what Slipway is compared with.

Blue/green with a canary, and an alarm on Invocation5XXErrors, Average > 2 %, 1 of 1 at 60 s,
missing data `missing`. Nothing of Slipway takes part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.dropping import Unexpected

if TYPE_CHECKING:
    from benchmarks.dropping import Endpoint
    from sandbox.hosting import Behaviour

THRESHOLD = 0.02
_LIMIT, _AFTER = 3 * 3600.0, 300.0


@dataclass
class Guarded:
    """Deployments of a copy of the model that serves.

    Parameters
    ----------
    endpoint : Endpoint
        It serves, under modelled load.
    percent : int
        Of the fleet, which SageMaker shifts first.
    bake_seconds : int
        Between the first step and the second, and after it.
    """

    endpoint: Endpoint
    percent: int
    bake_seconds: int
    _made: int = field(default=0, init=False)

    def deploy(self, behaviour: Behaviour, *, own_metrics: bool) -> int:
        """Deploy a version that behaves so; return how many requests of users failed.

        Parameters
        ----------
        own_metrics : bool
            Whether the alarm watches the new fleet alone, by the dimension EndpointConfigName; the
            variant's own metrics count both fleets together.
        """
        before = self.endpoint.failed()
        config, variant = self._copy()
        self.endpoint.hosting.behave(config, behaviour)
        alarm = self._alarm(config if own_metrics else "", variant)
        self._client("sagemaker").update_endpoint(
            EndpointName=self.endpoint.name,
            EndpointConfigName=config,
            DeploymentConfig=self._policy(alarm),
        )
        self.endpoint.sandbox.run_until(lambda: self.endpoint.status() == "InService", limit=_LIMIT)
        described = self._describe()
        if described["EndpointConfigName"] == config:
            raise Unexpected(f"Alarm {alarm} did not ring, and {config} serves")
        # Requests of this minute are booked at its end.
        self.endpoint.sandbox.advance(_AFTER)
        self._client("cloudwatch").delete_alarms(AlarmNames=[alarm])
        return self.endpoint.failed() - before

    def _copy(self) -> tuple[str, str]:
        """Copy the model that serves and its configuration; return the name and the variant."""
        sagemaker = self._client("sagemaker")
        self._made += 1
        name = f"{self.endpoint.name}-guarded-{self._made}"
        config = sagemaker.describe_endpoint_config(
            EndpointConfigName=self._describe()["EndpointConfigName"]
        )
        (variant,) = config["ProductionVariants"]
        model = sagemaker.describe_model(ModelName=variant["ModelName"])
        sagemaker.create_model(
            ModelName=name,
            PrimaryContainer=model["PrimaryContainer"],
            ExecutionRoleArn=model["ExecutionRoleArn"],
        )
        sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[{**variant, "ModelName": name}]
        )
        return name, str(variant["VariantName"])

    def _alarm(self, config: str, variant: str) -> str:
        name = f"guard-{self.endpoint.name}-{self._made}"
        dimensions = {"EndpointName": self.endpoint.name, "VariantName": variant}
        if config:
            dimensions["EndpointConfigName"] = config
        self._client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SageMaker",
            MetricName="Invocation5XXErrors",
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            DatapointsToAlarm=1,
            Threshold=THRESHOLD,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="missing",
        )
        return name

    def _policy(self, alarm: str) -> dict[str, Any]:
        size = {"Type": "CAPACITY_PERCENT", "Value": self.percent}
        return {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {
                    "Type": "CANARY",
                    "CanarySize": size,
                    "WaitIntervalInSeconds": self.bake_seconds,
                },
                "TerminationWaitInSeconds": self.bake_seconds,
            },
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": alarm}]},
        }

    def _describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client("sagemaker").describe_endpoint(
            EndpointName=self.endpoint.name
        )
        return found

    def _client(self, service: str) -> Any:
        return self.endpoint.sandbox.client(service)
