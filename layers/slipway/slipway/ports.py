"""What the use cases need from outside, in small protocols that adapters and fakes implement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from slipway.domain.capacity.burst import Point
    from slipway.domain.judge import VariantMinute
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import Drop, ReleaseRecord, Sentence
    from slipway.domain.replay import CapturedRequest


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""


# --- the ledger ---------------------------------------------------------------------------------


class DropBook(Protocol):
    """Which execution works on which object version."""

    def claim_drop(self, drop: Drop, owner: str, previous: str = "") -> str:
        """Make `owner` the drop's owner if nobody or `previous` is; return who owns it now."""

    def close_drop(self, drop: Drop, outcome: str, reason: str) -> None:
        """Write the terminal record of an object version."""


class EndpointBook(Protocol):
    """Live release, lease and waiting drop of each endpoint."""

    def read_endpoint(self, name: str) -> EndpointRecord:
        """Return the record; an empty one for an endpoint that the ledger does not know."""

    def write_endpoint(self, record: EndpointRecord) -> None:
        """Write what was decided on `record.revision`; raise LedgerConflict if it is stale."""

    def list_endpoints(self) -> Sequence[EndpointRecord]:
        """Return all endpoints by name."""


class ReleaseBook(Protocol):
    """The history of releases."""

    def open_release(self, record: ReleaseRecord) -> None:
        """Write the release as running, keeping when it first started."""

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        """Return one release; raise ReleaseUnknown if there is none."""

    def note_release(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> None:
        """Add or replace facts (fields of the record)."""

    def list_releases(self, endpoint: str) -> Sequence[ReleaseRecord]:
        """Return an endpoint's releases, the oldest first."""


class ForgetfulReleaseBook(ReleaseBook, Protocol):
    """The history, from which a drop that changed nothing can be taken."""

    def forget_release(self, endpoint: str, release: str) -> None:
        """Remove a release that did nothing."""


class Condemnation(Protocol):
    """What puts an end to a release that runs, from outside of its workflow."""

    def condemn(self, endpoint: str, release: str, sentence: Sentence) -> ReleaseRecord:
        """Write the sentence if there is none and the release runs; return what stands now.

        The record that is returned holds every token that was stored before the sentence; what
        is stored after it is refused. So whoever condemns fails those tokens, and no order of
        alarm and token loses the alarm.
        """

    def conclude(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> bool:
        """Note facts unless the release is condemned; False if it is."""


class BakeBook(Protocol):
    """The bake that is armed: whoever knows its token can end it early."""

    def arm_bake(self, endpoint: str, release: str, bake: Mapping[str, Any]) -> bool:
        """Store `token`, `armed_at`, `ends_at`, `step`; False if the release is condemned."""

    def end_bake(self, endpoint: str, release: str, token: str) -> None:
        """Forget the bake of this token; another one stays."""


class GateBook(Protocol):
    """The release that waits for a person."""

    def open_gate(self, endpoint: str, release: str, gate: Mapping[str, Any]) -> bool:
        """Store `token`, `since`; False if the release is condemned."""

    def close_gate(self, endpoint: str, release: str, token: str) -> None:
        """Forget the wait of this token; another one stays."""


class CommandBook(Protocol):
    """Who commanded what."""

    def record_command(self, endpoint: str, release: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to the release's `commands`."""


class SettingsBook(Protocol):
    """Which execution applies which version of an endpoint.yaml, and what became of it."""

    def claim_settings(self, place: str, version: str, owner: str) -> str:
        """Make `owner` the one that applies this version if nobody does; return who does."""

    def close_settings(self, place: str, version: str, outcome: str, reason: str) -> None:
        """Write what became of a version."""


class ReferenceBook(Protocol):
    """Which releases need which accepted bytes; asking costs the same however long the history."""

    def refer(self, uri: str, endpoint: str, release: str) -> None:
        """Note that the release serves, or will serve, what lies at the URI."""

    def let_go(self, uri: str, endpoint: str, release: str) -> None:
        """Forget that; nothing happens if it is forgotten already."""

    def is_referred(self, uri: str) -> bool:
        """Tell whether any release needs what lies at the URI."""


class TokenBook(Protocol):
    """The task tokens of releases that wait for SageMaker."""

    def store_token(self, endpoint: str, release: str, token: str, expires: int) -> None:
        """Keep the token until `expires` (epoch seconds); before it is armed it wakes nobody."""

    def arm_token(self, endpoint: str, token: str) -> None:
        """Let events use the token: SageMaker has been asked."""

    def take_token(self, endpoint: str) -> str:
        """Return the armed token and remove it; empty if there is none."""


class TokenBin(Protocol):
    """Where the task tokens of a release that is over go."""

    def drop_token(self, endpoint: str, release: str) -> None:
        """Remove the endpoint's token if it is this release's: nobody waits with it any more."""


# --- artifacts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredText:
    """A small text file, as it lies there, and the version that it was read at."""

    content: bytes
    version_id: str


class DropStore(Protocol):
    """The bucket's metadata of dropped objects."""

    def arrived_at(self, drop: Drop) -> str:
        """Return S3's LastModified in ISO 8601; raise DropGone or DropUnreadable."""

    def version_of(self, key: str) -> str | None:
        """Return the version that lies there; None without one, empty if S3 does not show it."""


class TextStore(Protocol):
    """The small files beside artifacts."""

    def read_text(self, key: str, version_id: str = "") -> StoredText | None:
        """Return the file, or None if there is none; raise TextTooLarge."""


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """Accepted bytes as S3 holds them: other bytes under the same key have another version.

    Parameters
    ----------
    etag : str
        S3's entity tag.
    """

    version_id: str
    etag: str


class Stage(Protocol):
    """Bytes that are written before anybody knows their digest."""

    def write(self, data: bytes, /) -> int:
        """Take the data."""

    def keep(self, sha256: str) -> StoredCopy:
        """Move what was written to `accepted/<sha256>/model.tar.gz`."""


class ArtifactStore(Protocol):
    """The artifacts themselves."""

    def open_drop(self, drop: Drop) -> BinaryIO:
        """Open the pinned object version as a stream."""

    def accept(self, drop: Drop, sha256: str) -> StoredCopy:
        """Copy the pinned bytes to `accepted/<sha256>/model.tar.gz`, unless they are there."""

    def staging(self, drop: Drop) -> AbstractContextManager[Stage]:
        """Open a place for other bytes than the dropped ones; what is not kept is removed."""

    def accepted_uri(self, sha256: str) -> str:
        """Return the S3 URI of accepted bytes."""

    def quarantine(self, drop: Drop, reason: str) -> str:
        """Copy a malicious artifact to `quarantine/`, the reason as metadata; return the S3 URI."""


class AcceptedReader(Protocol):
    """What was accepted, as it is now."""

    def copy_of(self, uri: str) -> StoredCopy | None:
        """Return which bytes lie there; None if there are none, or none that may be read."""


class AcceptedStore(Protocol):
    """What models refer to."""

    def discard(self, uri: str) -> None:
        """Remove an accepted artifact that nothing refers to."""


# --- workflows ----------------------------------------------------------------------------------


class Executions(Protocol):
    """Executions of the release workflow."""

    def runs(self, execution: str) -> bool | None:
        """Tell whether an execution still runs; None for one that is not known, or not yet."""


class Endings(Protocol):
    """How executions ended."""

    def ending(self, execution: str) -> str:
        """Return error and cause of an execution that ended; empty if it has none."""


class Starter(Protocol):
    """Starts named executions."""

    def start(self, machine: str, name: str, payload: Mapping[str, Any]) -> None:
        """Start an execution; do nothing if one of this name was started already."""


class Waker(Protocol):
    """Wakes waiting tasks."""

    def wake(self, token: str) -> bool:
        """Finish the task that waits with this token; False if it no longer waits."""


class Failer(Protocol):
    """Fails waiting tasks."""

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Fail the task that waits with this token; False if it no longer waits."""


# --- telling ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, for people and for programs.

    Parameters
    ----------
    kind : str
        The event's detail-type, such as ``Release Succeeded``.
    reason : str
        What happened and why, in plain words.
    report : str
        S3 URI of the release's report.
    """

    kind: str
    endpoint: str
    reason: str
    release: str = ""
    version: str = ""
    execution: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    report: str = ""


class Announcer(Protocol):
    """The bus and the topic."""

    def announce(self, news: News) -> None:
        """Put the event on the bus and publish it to the topic."""


# --- SageMaker ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VariantState:
    """One production variant as it serves."""

    name: str
    current_count: int
    desired_count: int
    weight: float
    desired_weight: float | None = None


@dataclass(frozen=True, slots=True)
class EndpointState:
    """An endpoint as SageMaker describes it.

    Parameters
    ----------
    baking_since : str
        When the step of a guarded deployment that bakes now began to; empty if none does.
    """

    status: str
    config: str
    failure: str
    variants: tuple[VariantState, ...]
    baking_since: str = ""


class EndpointReader(Protocol):
    """Reads endpoints."""

    def describe(self, endpoint: str) -> EndpointState | None:
        """Return the endpoint's state, or None if it does not exist."""


class EndpointMaker(EndpointReader, Protocol):
    """Makes what serves a model; every call may be repeated with equal arguments."""

    def create_model(self, request: Mapping[str, Any]) -> bool:
        """Create a model; False if an equal one existed; raise NameTaken for another one."""

    def create_config(self, request: Mapping[str, Any]) -> bool:
        """Create an endpoint configuration; False if an equal one existed."""

    def create_endpoint(self, endpoint: str, config: str, tags: Mapping[str, str]) -> bool:
        """Create an endpoint; False if it exists with that configuration."""

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""


class EndpointUpdater(EndpointReader, Protocol):
    """Puts endpoints on configurations that exist."""

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""


class PartRemover(Protocol):
    """Takes away what no endpoint uses; what is gone already is no error."""

    def delete_config(self, name: str) -> None:
        """Delete an endpoint configuration."""

    def delete_model(self, name: str) -> None:
        """Delete a model."""


class TrafficControl(EndpointReader, Protocol):
    """Changes of an endpoint that build no new fleet."""

    def set_weights(self, endpoint: str, weights: Mapping[str, float]) -> None:
        """Change the weights of variants and nothing else; raise EndpointBusy during a change."""

    def set_count(self, endpoint: str, variant: str, count: int) -> None:
        """Change the count of one variant; raise EndpointBusy during a change."""


class GuardedMaker(EndpointMaker, Protocol):
    """Makes what serves a model, and lets SageMaker itself shift the traffic to it."""

    def deploy_guarded(self, endpoint: str, config: str, deployment: Mapping[str, Any]) -> None:
        """Change the configuration as a DeploymentConfig says, keeping counts."""


class EndpointRemover(TrafficControl, Protocol):
    """Takes away what a release made; what is gone already is no error."""

    def restore_endpoint(self, endpoint: str, config: str) -> None:
        """Go back to a configuration, keeping counts; its weights count, not those reached."""

    def delete_endpoint(self, endpoint: str) -> None:
        """Delete an endpoint."""

    def delete_config(self, name: str) -> None:
        """Delete an endpoint configuration."""

    def delete_model(self, name: str) -> None:
        """Delete a model."""


class LogGroups(Protocol):
    """Where the containers of endpoints write."""

    def prepare(self, endpoint: str) -> None:
        """Let the endpoint's log be encrypted, if it is new, and forgotten in time."""


class ContainerLog(Protocol):
    """What the containers of an endpoint wrote."""

    def last_lines(self, endpoint: str, variant: str, count: int) -> Sequence[str]:
        """Return the newest lines, the oldest of them first; none if there is no log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a variant answered, and after how many milliseconds if somebody looked."""

    body: bytes
    content_type: str
    ms: float | None = None


class Invoker(Protocol):
    """Asks a variant."""

    def ask(  # noqa: PLR0913 - the members of one request
        self,
        endpoint: str,
        variant: str,
        *,
        body: bytes,
        content_type: str,
        accept: str,
        inference_id: str,
    ) -> Answer:
        """Return the answer; raise SmokeTestFailed if the model answers with an error."""


class Fleet(Protocol):
    """What the account may have and has."""

    def quota(self, instance_type: str) -> int | None:
        """Return the applied quota `<type> for endpoint usage`; None if AWS tells none."""

    def default_quota(self, instance_type: str) -> int | None:
        """Return AWS's default of that quota; None if AWS tells none."""

    def running(self, instance_type: str) -> int:
        """Return how many instances of the type the account's endpoints have."""


# --- guards -------------------------------------------------------------------------------------


class Scaling(Protocol):
    """Target tracking of variants."""

    def register(self, target: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        """Register a scalable target and put its policy."""

    def deregister(self, resource_id: str) -> None:
        """Deregister a variant's target with its policies."""


class Bounds(Protocol):
    """Limits of scaling, and whether it acts."""

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        """Register a scalable target anew; its policy stays as it is."""


class ScalingActivities(Protocol):
    """What scaling did, and what it could not do."""

    def last_failure(self, resource_id: str, since: datetime) -> str:
        """Return why the newest change of a variant failed; empty unless it did, since then."""


class Guards(Protocol):
    """Alarms and dashboards."""

    def put_alarms(self, alarms: Iterable[Mapping[str, Any]]) -> None:
        """Create or replace alarms."""

    def delete_alarms(self, names: Sequence[str]) -> None:
        """Delete alarms; those that do not exist are no error."""

    def put_dashboard(self, name: str, body: str) -> None:
        """Create or replace a dashboard; raise DashboardRefused or ServiceBusy if it is not."""

    def delete_dashboard(self, name: str) -> None:
        """Delete a dashboard; one that does not exist is no error."""


class AlarmReader(Protocol):
    """The level of alarms: their events tell edges only."""

    def alarms_in_alarm(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return those of the alarms that are in ALARM, each with CloudWatch's reason."""


# --- what users met -----------------------------------------------------------------------------


class Measurements(Protocol):
    """What CloudWatch says about a variant, minute by minute."""

    def minutes(
        self, endpoint: str, variant: str, since: datetime, until: datetime, config: str = ""
    ) -> Sequence[VariantMinute]:
        """Return the minutes with requests that begin in [since, until), in the order of time.

        With a configuration, those of the new fleet that a guarded deployment shifts traffic to.
        """


class Usage(Protocol):
    """How much an endpoint is used."""

    def hourly(
        self, endpoint: str, variants: Sequence[str], since: datetime, until: datetime
    ) -> Mapping[datetime, float]:
        """Return the requests to all of the variants together, by the begin of each hour."""

    def minutes(
        self, endpoint: str, variant: str, metric: str, since: datetime, until: datetime
    ) -> Sequence[Point]:
        """Return what scaling tracks (`invocations`, `concurrency` or `cpu`), minute by minute."""


class Captures(Protocol):
    """The requests and answers that SageMaker captured."""

    def latest(self, endpoint: str, variant: str, count: int) -> Sequence[CapturedRequest]:
        """Return the newest requests of users to a variant, the oldest of them first."""


class RollbackGate(Protocol):
    """The metric through which the judge rolls back a guarded deployment of SageMaker."""

    def hold(self, endpoint: str, release: str) -> None:
        """Say that nothing speaks against the release."""

    def pull(self, endpoint: str, release: str, alarm: str, reason: str) -> None:
        """Say that the release has to go, by the metric and by the alarm's state at once."""


class Reports(Protocol):
    """Where people find what a release did."""

    def publish(self, endpoint: str, release: str, page: str) -> str:
        """Store a release's report in place of an earlier one; return its S3 URI."""


# --- schedules ----------------------------------------------------------------------------------


class Schedules(Protocol):
    """Calls at other times."""

    def every_minute(
        self, name: str, target: str, payload: Mapping[str, Any], *, until: datetime
    ) -> None:
        """Call a function each minute from now on; replaces a schedule of this name."""

    def once(self, name: str, target: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        """Call a function, or start a workflow, at a moment; replaces a schedule of this name."""

    def remove(self, name: str) -> None:
        """Remove a schedule; one that does not exist is no error."""


class RecurringSchedules(Schedules, Protocol):
    """Calls at other times, again and again."""

    def recurring(  # noqa: PLR0913 - the members of one request
        self,
        name: str,
        target: str,
        payload: Mapping[str, Any],
        *,
        expression: str,
        timezone: str,
        window: timedelta,
    ) -> None:
        """Start a workflow whenever a cron expression is due, up to `window` later.

        `{due}` within the payload becomes the moment that was due; replaces a schedule of this
        name.
        """


@dataclass(frozen=True, slots=True)
class FoundSchedule:
    """A schedule as it is."""

    expression: str
    timezone: str
    enabled: bool


class ScheduleReader(Protocol):
    """Looks at schedules."""

    def find(self, name: str) -> FoundSchedule | None:
        """Return a schedule; None if there is none."""


class PausedSchedules(Protocol):
    """Schedules that rest with an endpoint."""

    def pause(self, name: str) -> bool:
        """Let a schedule rest; False if there is none, or it rests already."""

    def resume(self, name: str) -> None:
        """Let a schedule go on; one that does not exist is no error."""


# --- what an endpoint is made of ----------------------------------------------------------------


class EndpointMirror(Protocol):
    """What an endpoint is made of, as the requests that make it again."""

    def tags(self, endpoint: str) -> Mapping[str, str]:
        """Return the endpoint's own tags; none if it does not exist."""

    def config(self, name: str) -> Mapping[str, Any]:
        """Return the arguments of CreateEndpointConfig; raise EndpointMissing if it is gone."""

    def scaling(
        self, resource_id: str
    ) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
        """Return the arguments of RegisterScalableTarget and of each PutScalingPolicy."""

    def alarms(self, prefix: str) -> Sequence[Mapping[str, Any]]:
        """Return the arguments of PutMetricAlarm for alarms whose names begin so."""


class ScalingRestorer(Protocol):
    """Makes scaling as it was."""

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        """Register a scalable target."""

    def put_policy(self, policy: Mapping[str, Any]) -> None:
        """Put a scaling policy; replaces the one of its name."""
