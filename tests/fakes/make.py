"""Drops, releases and references as tests need them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.images import resolve_image
from slipway.domain.lease import EndpointRecord, Lease
from slipway.domain.naming import ReleaseNames
from slipway.domain.planning import AccountFacts, ArtifactFacts, plan_release
from slipway.domain.release import Drop, LiveRelease, ReleaseRecord
from slipway.domain.scaling import target_tracking
from slipway.domain.spec import EndpointSpec
from slipway.usecases.reference import ReleaseRef
from tests.fakes.world import INSPECTED

if TYPE_CHECKING:
    from tests.fakes.ledger import FakeLedger
    from tests.fakes.world import FakeSageMaker

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:release"
EXECUTIONS = MACHINE.replace("stateMachine", "execution")
BUCKET = "artifacts"


def drop(version: str = "1", *, minute: int = 0, endpoint: str = "churn", **other: str) -> Drop:
    values = {
        "bucket": BUCKET,
        "key": f"models/{endpoint}/{version}/model.tar.gz",
        "version_id": f"object-{version}-{minute}",
        "last_modified": f"2026-03-02T08:{minute:02}:00+00:00",
        "sequencer": f"{minute:04X}",
    }
    return Drop(endpoint=endpoint, version=version, **(values | other))


def execution(name: str) -> str:
    return f"{EXECUTIONS}:{name}"


def ref(what: Drop, name: str = "one") -> ReleaseRef:
    return ReleaseRef(execution(name), MACHINE, what.endpoint, what.release)


def record(what: Drop, name: str = "one", **facts: Any) -> ReleaseRecord:
    opened = ReleaseRecord(
        drop=what,
        outcome="running",
        reason="Being released",
        started="2026-03-02T09:00:00+00:00",
        execution=execution(name),
    )
    return replace(opened, **facts)


def planned(what: Drop, **facts: Any) -> ReleaseRecord:
    """Return a release that has been inspected and planned."""
    uri = f"s3://{BUCKET}/accepted/sha-{what.version}/model.tar.gz"
    spec = EndpointSpec()
    plan = plan_release(
        names=ReleaseNames.of(what.endpoint, what.version, what.digest),
        spec=spec,
        artifact=ArtifactFacts(uri),
        image=resolve_image("xgboost", None, "us-east-1"),
        account=AccountFacts("us-east-1"),
    )
    scaling = target_tracking(
        endpoint=what.endpoint,
        variant=plan.names.variant,
        spec=spec,
        instance_type=plan.instance_type,
        fewest=plan.min_instances,
        most=plan.max_instances,
    )
    values: dict[str, Any] = {
        "inspection": {
            "sha256": f"sha-{what.version}",
            "accepted": uri,
            "copy": {"version_id": INSPECTED, "etag": INSPECTED},
        },
        "plan": plan.as_dict(),
        "scaling": {"target": scaling.target, "policy": scaling.policy},
    }
    return record(what, **(values | facts))


def lease(what: Drop, name: str = "one") -> Lease:
    return Lease(execution(name), what.release, "2026-03-02T09:00:00+00:00")


def live(what: Drop) -> LiveRelease:
    names = ReleaseNames.of(what.endpoint, what.version, what.digest)
    return LiveRelease(
        drop=what,
        sha256=f"sha-{what.version}",
        config=names.endpoint_config,
        model=names.model,
        variant=names.variant,
        instance_type="ml.m5.large",
        instance_count=2,
    )


def serve(what: Drop, ledger: FakeLedger, sagemaker: FakeSageMaker) -> LiveRelease:
    """Let a release serve, as if it had succeeded before."""
    serving = live(what)
    ledger.open_release(planned(what, outcome="succeeded", made={"alarms": ["old-alarm"]}))
    ledger.endpoints[what.endpoint] = EndpointRecord(what.endpoint, revision=1, live=serving)
    variant = {"VariantName": serving.variant, "InitialInstanceCount": 2}
    sagemaker.create_config({"EndpointConfigName": serving.config, "ProductionVariants": [variant]})
    sagemaker.create_endpoint(what.endpoint, serving.config, {})
    sagemaker.settle(what.endpoint)
    return serving
