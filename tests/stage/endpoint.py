"""One endpoint on the stage: drop on it, ask it, look at what it is made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.stage.archives import ROWS, SKLEARN_NEW, SKLEARN_OLD, XGBOOST, scripted_image

if TYPE_CHECKING:
    from sandbox.gateway import Fault
    from sandbox.hosting.images import Image
    from slipway.domain.release import ReleaseRecord
    from tests.stage.stage import Stage

_HOSTING = {
    SKLEARN_NEW: "framework: scikit-learn, framework_version: 1.4-2-py312",
    SKLEARN_OLD: "framework: scikit-learn, framework_version: 1.2-1",
    XGBOOST: "framework: xgboost, framework_version: 3.0-5",
}


# Where nothing is tested of it, looking at the traffic each hour only takes time.
SELDOM = "drift: {schedule: 'cron(0 0 1 * ? *)'}\n"


def hosting(image: Image, more: str = "", drift: str = SELDOM) -> str:
    """Return the settings that name an image, and how often the traffic is looked at."""
    return f"hosting: {{{_HOSTING[image]}{more}}}\n{drift}"


def scripted_spec(more: str = "", drift: str = SELDOM) -> str:
    """Return settings under which a script alone is served, and replaced at once.

    Versions of a script answer differently on purpose, so requests are not replayed, and without
    traffic there is nothing to judge them by.
    """
    release = "{strategy: all-at-once, replay: 0, bake: 5m, inconclusive: promote}"
    allowed = "artifact: {allow_code: true}\n"
    return f"{hosting(scripted_image(), more, drift)}{allowed}release: {release}\n"


class Endpoint:
    """An endpoint that belongs to one test.

    Parameters
    ----------
    name
        No other test's.
    """

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.name = name

    def key(self, version: str, file: str = "model.tar.gz") -> str:
        """Return the key of a version's file."""
        return f"models/{self.name}/{version}/{file}"

    def spec(self, text: str) -> None:
        """Write endpoint.yaml."""
        self.stage.sandbox.put(f"models/{self.name}/endpoint.yaml", text.encode())

    def drop(self, version: str, body: bytes, smoke: list[dict[str, Any]] | None = None) -> str:
        """Put the golden requests and the model; return the model's version id."""
        if smoke is not None:
            lines = "".join(json.dumps(line) + "\n" for line in smoke)
            self.stage.sandbox.put(self.key(version, "smoke.jsonl"), lines.encode())
        return self.stage.sandbox.put(self.key(version), body)

    def release(
        self, version: str, body: bytes, smoke: list[dict[str, Any]] | None = None
    ) -> ReleaseRecord:
        """Drop, let the release come to its end, and return its record."""
        self.drop(version, body, smoke)
        self.stage.finish()
        return self.records()[-1]

    def inject(self, fault: Fault) -> None:
        """Let calls fail."""
        self.stage.sandbox.account.gateway.faults.add(fault)

    def records(self) -> list[ReleaseRecord]:
        """Return the ledger's releases, the oldest first."""
        return list(self.stage.ledger.list_releases(self.name))

    def outcomes(self) -> list[tuple[str, str]]:
        """Return version and outcome of every release, the oldest first."""
        return [(record.drop.version, record.outcome) for record in self.records()]

    def live(self) -> str | None:
        """Return the version that the ledger says is live."""
        live = self.stage.ledger.read_endpoint(self.name).live
        return live.drop.version if live else None

    def ask(self, body: str = ROWS, content_type: str = "text/csv", **more: Any) -> str:
        """Send a request as a user does; return the answer's text."""
        answer = self.stage.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=self.name, ContentType=content_type, Body=body.encode(), **more
        )
        text: str = answer["Body"].read().decode()
        return text

    def predict(self) -> list[float]:
        """Return the predictions for ROWS."""
        return [float(cell) for cell in self.ask(Accept="text/csv").split()]

    def schedules(self) -> list[str]:
        """Return what the endpoint's schedules are for, beside the looks at its traffic."""
        prefix = f"slipway-{self.name}."
        found = self.stage.client("scheduler").list_schedules(NamePrefix=prefix)["Schedules"]
        purposes = [schedule["Name"].removeprefix(prefix) for schedule in found]
        return [purpose for purpose in purposes if purpose != "drift"]

    def shares(self) -> dict[str, float]:
        """Return the shares of the traffic by version, in percent."""
        variants = (self.describe() or {})["ProductionVariants"]
        total = sum(variant["CurrentWeight"] for variant in variants)
        return {
            variant["VariantName"].partition("-")[0]: 100 * variant["CurrentWeight"] / total
            for variant in variants
        }

    def describe(self) -> dict[str, Any] | None:
        """Return SageMaker's description; None if it does not exist."""
        try:
            found: dict[str, Any] = self.stage.client("sagemaker").describe_endpoint(
                EndpointName=self.name
            )
        except ClientError:
            return None
        return found

    def has_input(self, version: str) -> bool:
        """Tell whether the dropped object is where it was put."""
        found = self.stage.client("s3").list_objects_v2(
            Bucket=self.stage.artifacts, Prefix=self.key(version)
        )
        return bool(found["KeyCount"] == 1)

    def alarms(self) -> list[dict[str, Any]]:
        """Return Slipway's own alarms of the endpoint."""
        pages = self.stage.client("cloudwatch").get_paginator("describe_alarms")
        prefix = f"slipway-{self.name}/"
        return [a for p in pages.paginate(AlarmNamePrefix=prefix) for a in p["MetricAlarms"]]

    def targets(self) -> list[dict[str, Any]]:
        """Return the scalable targets of the endpoint's variants."""
        found = self.stage.client("application-autoscaling").describe_scalable_targets(
            ServiceNamespace="sagemaker"
        )["ScalableTargets"]
        return [t for t in found if t["ResourceId"].startswith(f"endpoint/{self.name}/")]

    def made(self) -> dict[str, list[str]]:
        """Return everything in the account that belongs to the endpoint; kinds with nothing not."""
        found = {
            "endpoints": [self.name] if self.describe() else [],
            "configs": self._listed("list_endpoint_configs", "EndpointConfig"),
            "models": self._listed("list_models", "Model"),
            "alarms": [alarm["AlarmName"] for alarm in self.alarms()],
            "scaling alarms": self._scaling_alarms(),
            "targets": [target["ResourceId"] for target in self.targets()],
            "dashboards": self._dashboards(),
        }
        return {kind: names for kind, names in found.items() if names}

    def clear(self) -> None:
        """Delete endpoint and schedules as an administrator would, to free the instances."""
        scheduler = self.stage.client("scheduler")
        for each in scheduler.list_schedules(NamePrefix=f"slipway-{self.name}.")["Schedules"]:
            scheduler.delete_schedule(Name=each["Name"])
        described = self.describe()
        if described and described["EndpointStatus"] in {"InService", "Failed"}:
            self.stage.client("sagemaker").delete_endpoint(EndpointName=self.name)

    def _listed(self, operation: str, kind: str) -> list[str]:
        pages = self.stage.client("sagemaker").get_paginator(operation)
        listed = [each for page in pages.paginate() for each in page[f"{kind}s"]]
        return [n for each in listed if (n := each[f"{kind}Name"]).startswith(f"{self.name}-")]

    def _scaling_alarms(self) -> list[str]:
        prefix = f"TargetTracking-endpoint/{self.name}/"
        found = self.stage.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)
        return [alarm["AlarmName"] for alarm in found["MetricAlarms"]]

    def _dashboards(self) -> list[str]:
        prefix = f"slipway-{self.name}_"
        found = self.stage.client("cloudwatch").list_dashboards(DashboardNamePrefix=prefix)
        return [entry["DashboardName"] for entry in found["DashboardEntries"]]
