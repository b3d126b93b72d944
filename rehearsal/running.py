"""The policies that really act: in the sandbox, one account after another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import yaml

from rehearsal import bare
from rehearsal.delays import delay_range
from rehearsal.errors import WrongScenario
from rehearsal.modelled import Modelled
from sandbox.hosting import PRETENDING, Durations
from sandbox.kernel import Kernel
from sandbox.proving.world import archive
from sandbox.testing import Sandbox

if TYPE_CHECKING:
    from rehearsal.course import Course
    from rehearsal.noise import Noise
    from rehearsal.scenario import Scenario
    from sandbox.account import Account
    from sandbox.hosting.machine import Endpoint
    from slipway.domain.spec import EndpointSpec

# The endpoint is made so long before the scenario begins.
_BEFORE = timedelta(hours=2)
# Instances are not what is rehearsed: a real account asks AWS for more beforehand.
_QUOTA = 1000
# Of a minute's requests, half are seen after half of that time, and look like all of them.
_STRAGGLING = 0.5
# One that the sandbox has.
_VERSION = "1.4-2-py312"
_CODE = b"def model_fn(folder):\n    return None\n"


def target_tracking(scenario: Scenario, noise: Noise, seed: int) -> Course:
    """Return the course of AWS's target tracking alone: no events, no bursts, no sleep."""
    durations = Durations(seed)
    _condition(durations, scenario)
    account = bare.BareAccount(Kernel(start=scenario.start - _BEFORE), durations)
    try:
        account.quotas.set_limit(scenario.endpoint.hosting.instance_type, _QUOTA)
        bare.serve(account, scenario)
        return _carry(account, bare.ENDPOINT, scenario, noise)
    finally:
        account.close()


def slipway(scenario: Scenario, noise: Noise, seed: int) -> Course:
    """Return the course of the stack: its template, workflows and handlers as they are."""
    with Sandbox(start=scenario.start - _BEFORE) as sandbox:
        account = sandbox.account
        account.hosting.use(PRETENDING)
        account.hosting.durations.seed = seed
        _condition(account.hosting.durations, scenario)
        account.quotas.set_limit(scenario.endpoint.hosting.instance_type, _QUOTA)
        _release(sandbox, scenario)
        return _carry(account, bare.ENDPOINT, scenario, noise)


def _release(sandbox: Sandbox, scenario: Scenario) -> None:
    values = _servable(scenario).as_yaml_dict()
    folder = f"models/{bare.ENDPOINT}"
    sandbox.put(f"{folder}/endpoint.yaml", yaml.safe_dump(values).encode())
    sandbox.put(f"{folder}/1/model.tar.gz", archive({"code/inference.py": _CODE}))
    sandbox.advance(3600)
    (execution,) = sandbox.executions()
    if execution["status"] != "SUCCEEDED" or _find(sandbox.account, bare.ENDPOINT) is None:
        described = sandbox.client("stepfunctions").describe_execution(
            executionArn=execution["executionArn"]
        )
        why = described.get("cause") or described.get("output") or described["status"]
        raise WrongScenario(f"The endpoint cannot be released: {why}")


def _servable(scenario: Scenario) -> EndpointSpec:
    """Return the spec with a container that the sandbox has: what serves is modelled anyway."""
    spec = scenario.endpoint
    container = {"image": None, "framework": "scikit-learn", "framework_version": _VERSION}
    hosting = spec.hosting.model_copy(update={**container, "environment": {}})
    artifact = spec.artifact.model_copy(update={"allow_code": True})
    return spec.model_copy(update={"hosting": hosting, "artifact": artifact})


def _condition(durations: Durations, scenario: Scenario) -> None:
    durations.scalings = durations.fleets = delay_range(scenario)
    durations.metrics = scenario.late
    durations.straggling = _STRAGGLING


def _carry(account: Account, endpoint: str, scenario: Scenario, noise: Noise) -> Course:
    """Let the scenario pass on an endpoint that serves."""
    kernel = account.kernel
    kernel.advance(scenario.start.timestamp() - kernel.timestamp())
    load = Modelled(scenario, noise, lambda: _find(account, endpoint))
    load.begin()
    account.hosting.carry(endpoint, load, scenario.seconds)
    kernel.advance(scenario.seconds)
    return load.course


def _find(account: Account, name: str) -> Endpoint | None:
    return account.hosting.find(name)
