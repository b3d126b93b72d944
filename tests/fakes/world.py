"""What surrounds a release: the topic, executions, SageMaker, scaling, alarms, S3."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from slipway.errors import DropGone, EndpointBusy, NameTaken, ServiceBusy, SmokeTestFailed
from slipway.ports import (
    Answer,
    EndpointState,
    FoundSchedule,
    LastState,
    News,
    StoredArrival,
    StoredCopy,
    StoredText,
    VariantState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from slipway.domain.release import Drop


class FakeAnnouncer:
    """Implements Announcer."""

    def __init__(self) -> None:
        self.news: list[News] = []

    def announce(self, news: News) -> None:
        self.news.append(news)

    @property
    def kinds(self) -> list[str]:
        return [news.kind for news in self.news]


class FakeExecutions:
    """Implements Executions, Endings, History, Starter, Waker and Failer."""

    def __init__(self) -> None:
        self.last_states: dict[str, LastState] = {}
        self.running: set[str] = set()
        self.endings: dict[str, str] = {}
        self.unknown: set[str] = set()
        self.started: dict[str, Mapping[str, Any]] = {}
        self.waiting: set[str] = set()
        self.woken: list[str] = []
        self.failed: list[tuple[str, str, str]] = []

    def runs(self, execution: str) -> bool | None:
        return None if execution in self.unknown else execution in self.running

    def ending(self, execution: str) -> str:
        return self.endings.get(execution, "")

    def last_state(self, execution: str) -> LastState:
        return self.last_states.get(execution, LastState("", deliberate=False))

    def start(self, machine: str, name: str, payload: Mapping[str, Any]) -> None:
        self.started.setdefault(f"{machine.replace('stateMachine', 'execution')}:{name}", payload)

    def wake(self, token: str) -> bool:
        self.woken.append(token)
        return token in self.waiting

    def fail(self, token: str, error: str, cause: str) -> bool:
        self.failed.append((token, error, cause))
        return token in self.waiting


class FakeSageMaker:
    """Implements all that is asked of SageMaker; an endpoint settles when it is told to."""

    def __init__(self) -> None:
        self.models: dict[str, Mapping[str, Any]] = {}
        self.configs: dict[str, Mapping[str, Any]] = {}
        self.endpoints: dict[str, EndpointState] = {}
        self.previous: dict[str, str] = {}
        self.deployments: dict[str, Mapping[str, Any]] = {}
        self.replaced: set[str] = set()
        self.calls: list[str] = []

    def describe(self, endpoint: str) -> EndpointState | None:
        return self.endpoints.get(endpoint)

    def create_model(self, request: Mapping[str, Any]) -> bool:
        return self._create(self.models, request["ModelName"], request)

    def create_config(self, request: Mapping[str, Any]) -> bool:
        return self._create(self.configs, request["EndpointConfigName"], request)

    def _create(
        self, things: dict[str, Mapping[str, Any]], name: str, request: Mapping[str, Any]
    ) -> bool:
        self.calls.append(f"create {name}")
        if name in things and things[name] != request:
            raise NameTaken(name)
        new = name not in things
        things[name] = request
        return new

    def create_endpoint(self, endpoint: str, config: str, tags: Mapping[str, str]) -> bool:
        self.calls.append(f"create endpoint {endpoint}")
        if endpoint in self.endpoints:
            if self.endpoints[endpoint].config != config:
                raise NameTaken(endpoint)
            return False
        self.endpoints[endpoint] = EndpointState("Creating", config, "", ())
        return True

    def update_endpoint(self, endpoint: str, config: str) -> None:
        self.calls.append(f"update endpoint {endpoint}")
        state = self.endpoints[endpoint]
        if state.status != "InService":
            raise EndpointBusy(endpoint)
        self.previous[endpoint] = state.config
        self.endpoints[endpoint] = replace(state, status="Updating", config=config)

    def replace_fleet(self, endpoint: str, config: str) -> None:
        self.update_endpoint(endpoint, config)
        self.replaced.add(endpoint)

    def restore_endpoint(self, endpoint: str, config: str) -> None:
        self.update_endpoint(endpoint, config)
        before = self.endpoints[endpoint]
        began = {
            each["VariantName"]: float(each.get("InitialVariantWeight", 1.0))
            for each in self.configs[config]["ProductionVariants"]
        }
        variants = tuple(
            replace(each, desired_weight=began.get(each.name, each.desired_weight))
            for each in before.variants
        )
        self.endpoints[endpoint] = replace(before, variants=variants)

    def deploy_guarded(self, endpoint: str, config: str, deployment: Mapping[str, Any]) -> None:
        self.update_endpoint(endpoint, config)
        self.deployments[endpoint] = deployment

    def settle(self, endpoint: str, status: str = "InService", failure: str = "") -> None:
        """Finish what goes on: a failed update rolls back silently."""
        state = self.endpoints[endpoint]
        if state.status == "Deleting":
            del self.endpoints[endpoint]
            return
        if state.status == "Updating" and failure:
            state = replace(state, config=self.previous[endpoint])
        fresh = endpoint in self.replaced and not failure
        self.replaced.discard(endpoint)
        kept = {} if fresh else {variant.name: variant for variant in state.variants}
        variants = tuple(
            _variant(each, kept.get(each["VariantName"]))
            for each in self.configs.get(state.config, {}).get("ProductionVariants", [])
        )
        self.endpoints[endpoint] = EndpointState(status, state.config, failure, variants)

    def set_weights(self, endpoint: str, weights: Mapping[str, float]) -> None:
        self.calls.append(f"set weights {sorted(weights.values())}")
        self._change(endpoint, {name: {"desired_weight": w} for name, w in weights.items()})

    def set_count(self, endpoint: str, variant: str, count: int) -> None:
        self.calls.append(f"set count {count}")
        self._change(endpoint, {variant: {"desired_count": count}})

    def _change(self, endpoint: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        state = self.endpoints[endpoint]
        if state.status != "InService":
            raise EndpointBusy(endpoint)
        changed = tuple(replace(each, **wanted.get(each.name, {})) for each in state.variants)
        self.endpoints[endpoint] = replace(state, status="Updating", variants=changed)

    def weights(self, endpoint: str) -> dict[str, float]:
        """Return what each variant gets, or has been asked to get."""
        return {each.name: _weight(each) for each in self.endpoints[endpoint].variants}

    def delete_endpoint(self, endpoint: str) -> None:
        self.calls.append(f"delete endpoint {endpoint}")
        self.endpoints[endpoint] = replace(self.endpoints[endpoint], status="Deleting")

    def delete_config(self, name: str) -> None:
        self.configs.pop(name, None)

    def delete_model(self, name: str) -> None:
        self.models.pop(name, None)


def _variant(wanted: Mapping[str, Any], kept: VariantState | None) -> VariantState:
    """Return a variant in service; one of the same name keeps its count and its weight."""
    if kept is None:
        count, weight = wanted["InitialInstanceCount"], wanted.get("InitialVariantWeight", 1.0)
    else:
        count, weight = kept.desired_count, _weight(kept)
    return VariantState(wanted["VariantName"], count, count, weight, weight)


def _weight(variant: VariantState) -> float:
    wanted = variant.desired_weight
    return variant.weight if wanted is None else wanted


class FakeScaling:
    """Implements Scaling, Bounds and ScalingRestorer."""

    def __init__(self) -> None:
        self.targets: dict[str, Mapping[str, Any]] = {}
        self.policies: dict[str, Mapping[str, Any]] = {}
        self.actions: dict[str, list[Mapping[str, Any]]] = {}

    def register(self, target: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        self.set_bounds(target)
        self.policies[target["ResourceId"]] = policy

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        # What is not said stays as it was.
        before = self.targets.get(target["ResourceId"], {})
        self.targets[target["ResourceId"]] = {**before, **target}

    def put_policy(self, policy: Mapping[str, Any]) -> None:
        self.policies[policy["ResourceId"]] = policy

    def put_action(self, action: Mapping[str, Any]) -> None:
        self.actions.setdefault(action["ResourceId"], []).append(action)

    def deregister(self, resource_id: str) -> None:
        self.actions.pop(resource_id, None)
        self.targets.pop(resource_id, None)
        self.policies.pop(resource_id, None)


class FakeGuards:
    """Implements Guards and AlarmReader."""

    def __init__(self) -> None:
        self.alarms: dict[str, Mapping[str, Any]] = {}
        self.dashboards: dict[str, str] = {}
        self.ringing: dict[str, str] = {}
        self.puts = 0
        # Below zero, however many are put.
        self.throttled_after = -1

    def alarms_in_alarm(self, names: Sequence[str]) -> Mapping[str, str]:
        return {name: self.ringing[name] for name in names if name in self.ringing}

    def put_alarms(self, alarms: Iterable[Mapping[str, Any]]) -> None:
        for alarm in alarms:
            if self.throttled_after == 0:
                raise ServiceBusy("PutMetricAlarm: Rate exceeded")
            self.throttled_after -= 1
            self.puts += 1
            self.alarms[alarm["AlarmName"]] = alarm

    def delete_alarms(self, names: Sequence[str]) -> None:
        for name in names:
            self.alarms.pop(name, None)

    def put_dashboard(self, name: str, body: str) -> None:
        self.dashboards[name] = body

    def delete_dashboard(self, name: str) -> None:
        self.dashboards.pop(name, None)


class FakeSchedules:
    """Implements RecurringSchedules, PausedSchedules and ScheduleReader."""

    def __init__(self) -> None:
        self.schedules: dict[str, dict[str, Any]] = {}
        self.made: list[str] = []

    def every_minute(
        self, name: str, target: str, payload: Mapping[str, Any], *, until: datetime
    ) -> None:
        self.made.append(name)
        self.schedules[name] = {"target": target, "payload": dict(payload), "until": until}

    def once(self, name: str, target: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        self.schedules[name] = {"target": target, "payload": dict(payload), "at": at}

    def recurring(
        self,
        name: str,
        target: str,
        payload: Mapping[str, Any],
        *,
        expression: str,
        timezone: str,
        window: timedelta,
    ) -> None:
        self.schedules[name] = {
            "target": target,
            "payload": dict(payload),
            "expression": expression,
            "timezone": timezone,
            "window": window,
        }

    def find(self, name: str) -> FoundSchedule | None:
        found = self.schedules.get(name)
        if found is None:
            return None
        zone = found.get("timezone", "UTC")
        return FoundSchedule(found.get("expression", ""), zone, not found.get("paused"))

    def pause(self, name: str) -> bool:
        if name not in self.schedules or self.schedules[name].get("paused"):
            return False
        self.schedules[name]["paused"] = True
        return True

    def resume(self, name: str) -> None:
        self.schedules.get(name, {}).pop("paused", None)

    def remove(self, name: str) -> None:
        self.schedules.pop(name, None)


# The version, and the tag, of all that was accepted and is as it was.
INSPECTED = "as-inspected"


class FakeStage(io.BytesIO):
    """Implements Stage."""

    def __init__(self, store: FakeStore) -> None:
        super().__init__()
        self._store = store

    def keep(self, sha256: str) -> StoredCopy:
        return self._store.put_accepted(sha256, self.getvalue())


class FakeStore:
    """Implements DropStore, TextStore, ArtifactStore, AcceptedStore and AcceptedReader."""

    def __init__(self) -> None:
        self.arrivals: dict[tuple[str, str], str] = {}
        self.bodies: dict[tuple[str, str], bytes] = {}
        self.texts: dict[str, list[str]] = {}
        self.accepted: dict[str, bytes] = {}
        self.quarantined: dict[str, str] = {}
        self.opened = 0
        self.uploader = ""
        self.replaced: dict[str, str] = {}

    def drop(self, key: str, version_id: str, at: str, body: bytes = b"") -> None:
        self.arrivals[key, version_id] = at
        self.bodies[key, version_id] = body

    def arrival_of(self, drop: Drop) -> StoredArrival:
        try:
            return StoredArrival(self.arrivals[drop.key, drop.version_id], self.uploader)
        except KeyError as error:
            raise DropGone(f"{drop.key} is gone") from error

    def version_of(self, key: str) -> str | None:
        versions = self.texts.get(key)
        return f"v{len(versions)}" if versions else None

    def write_text(self, key: str, text: str) -> None:
        self.texts.setdefault(key, []).append(text)

    def read_text(self, key: str, version_id: str = "") -> StoredText | None:
        versions = self.texts.get(key, [])
        if not versions:
            return None
        number = int(version_id.removeprefix("v")) if version_id else len(versions)
        if number > len(versions):
            return None
        return StoredText(versions[number - 1].encode(), f"v{number}")

    def copy_of(self, uri: str) -> StoredCopy | None:
        tag = self.replaced.get(uri, INSPECTED)
        return StoredCopy(tag, tag) if tag else None

    def open_drop(self, drop: Drop) -> BinaryIO:
        self.opened += 1
        return io.BytesIO(self.bodies[drop.key, drop.version_id])

    def accept(self, drop: Drop, sha256: str) -> StoredCopy:
        return self.put_accepted(sha256, self.bodies[drop.key, drop.version_id])

    @contextmanager
    def staging(self, drop: Drop) -> Iterator[FakeStage]:
        yield FakeStage(self)

    def put_accepted(self, sha256: str, body: bytes) -> StoredCopy:
        uri = self.accepted_uri(sha256)
        self.accepted.setdefault(uri, body)
        return StoredCopy(INSPECTED, INSPECTED)

    def accepted_uri(self, sha256: str) -> str:
        return f"s3://artifacts/accepted/{sha256}/model.tar.gz"

    def quarantine(self, drop: Drop, reason: str) -> str:
        uri = f"s3://artifacts/quarantine/{drop.release}/model.tar.gz"
        self.quarantined[uri] = reason
        return uri

    def discard(self, uri: str) -> None:
        self.accepted.pop(uri, None)


@dataclass
class FakeFleet:
    """Implements Fleet."""

    quotas: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    defaults: dict[str, int] = field(default_factory=dict)

    def quota(self, instance_type: str) -> int | None:
        return self.quotas.get(instance_type)

    def default_quota(self, instance_type: str) -> int | None:
        return self.defaults.get(instance_type)

    def running(self, instance_type: str) -> int:
        return self.counts.get(instance_type, 0)


@dataclass
class FakeLog:
    """Implements ContainerLog and LogGroups."""

    lines: list[str] = field(default_factory=list)
    prepared: list[str] = field(default_factory=list)

    def prepare(self, endpoint: str) -> None:
        self.prepared.append(endpoint)

    def last_lines(self, endpoint: str, variant: str, count: int) -> Sequence[str]:
        return self.lines[-count:]


class FakeInvoker:
    """Implements Invoker: answers by body."""

    def __init__(self) -> None:
        self.answers: dict[bytes, bytes] = {}
        self.asked: list[dict[str, Any]] = []

    def ask(self, endpoint: str, variant: str, **request: Any) -> Answer:
        self.asked.append({"endpoint": endpoint, "variant": variant, **request})
        if request["body"] not in self.answers:
            raise SmokeTestFailed("the model answers with an error")
        return Answer(self.answers[request["body"]], "text/csv")
