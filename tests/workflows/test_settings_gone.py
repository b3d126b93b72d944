"""Settings that somebody deletes for ever while a release is bound to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.functions.mishaps import Mishap
from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

WORDS = "which the release is bound to, no longer exists: drop the model again"


def test_settings_that_are_gone_are_named(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    # Its schedules are planned last, when it serves.
    first = _dropped_without(stage, endpoint, "1", "Plan Schedules")
    assert endpoint.outcomes() == [("1", "succeeded")]
    assert WORDS in stage.describe(first)["cause"]
    assert "Workflow Failed" in [each["detail-type"] for each in stage.said(endpoint.name)]

    endpoint.spec(scripted_spec())
    _dropped_without(stage, endpoint, "2", "Plan Release")
    assert endpoint.outcomes()[-1] == ("2", "failed")
    assert WORDS in endpoint.records()[-1].reason
    assert endpoint.live() == "1"
    assert endpoint.ask("me") == "1 to me"


def _dropped_without(stage: Stage, endpoint: Endpoint, version: str, state: str) -> str:
    """Drop a version whose settings are deleted for ever when it comes to a state."""
    # It dies at first, so that there is time between the state's begin and its reading.
    function = f"slipway-{state.replace(' ', '')}Function-"
    mishap = Mishap(function, "dies first", times=3)
    stage.sandbox.account.functions.runner.mishaps.add(mishap)
    s3, key = stage.client("s3"), f"models/{endpoint.name}/endpoint.yaml"
    bound = s3.head_object(Bucket=stage.artifacts, Key=key)["VersionId"]
    workflows, kernel = stage.sandbox.account.workflows, stage.sandbox.kernel
    found: list[str] = []

    def watch() -> None:
        while not found:
            kernel.sleep(0.2)
            running = [e.exec_arn for e in workflows.all_executions() if e.status == "RUNNING"]
            found.extend(arn for arn in running if workflows.entered(arn)[-1:] == [state])
        s3.delete_object(Bucket=stage.artifacts, Key=key, VersionId=bound)

    endpoint.drop(version, scripted(version))
    kernel.spawn(watch, name="somebody who deletes settings")
    stage.finish()
    return found[0]
