"""Drops, releases and their outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from slipway.domain.json_text import object_or_nothing
from slipway.domain.shortening import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Outcome = Literal["running", "parked", "succeeded", "rolled-back", "failed", "superseded"]
"""How far a release came; all but the first two are final."""

FINAL: frozenset[str] = frozenset({"succeeded", "rolled-back", "failed", "superseded"})

_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Drop:
    """One version of one object that arrived as a model.

    Parameters
    ----------
    last_modified : str
        S3's time of arrival, ISO 8601 in UTC; orders the versions of an endpoint.
    sequencer : str
        S3's own order of the events of one key, a hexadecimal number.
    origin : str
        The kept release whose accepted bytes are released again; empty for what arrived in S3.
    instance_type : str
        The type to run on instead of the spec's; empty where the spec decides.
    by, sender, request : str
        Who dropped it: as the upload says, else as S3 does; as S3 does; and S3's request id.
    """

    endpoint: str
    version: str
    bucket: str
    key: str
    version_id: str
    last_modified: str
    sequencer: str = ""
    origin: str = ""
    instance_type: str = ""
    by: str = ""
    request: str = ""
    sender: str = ""

    @property
    def release(self) -> str:
        """The release's id: the same for every delivery of the same object version."""
        return f"{self.version}-{self.digest}"

    @property
    def digest(self) -> str:
        """What tells this object version from all others, in hexadecimal digits."""
        import hashlib

        identity = "\n".join((self.bucket, self.key, self.version_id))
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]

    def older_than(self, other: Drop) -> bool:
        """Tell whether the other one is the newer model; equal times of two keys are not older."""
        if self.key == other.key and self.sequencer and other.sequencer:
            width = max(len(self.sequencer), len(other.sequencer))
            return self.sequencer.lower().zfill(width) < other.sequencer.lower().zfill(width)
        return self.last_modified < other.last_modified

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a drop from :meth:`as_dict`."""
        return cls(**{name: str(values.get(name, "")) for name in cls.__dataclass_fields__})


COMMANDED: Final = "ReleaseAborted"
"""The error of a sentence that a person spoke."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Why a release must not go on; the ledger keeps the first one.

    Parameters
    ----------
    by : str
        The alarm, the judge or the person.
    error : str
        The error that the workflow goes back with.
    evidence : mapping
        What it was seen by.
    """

    reason: str
    by: str
    at: str
    error: Literal["CanaryFailed", "ReleaseAborted"] = "CanaryFailed"
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """What the ledger knows about one release.

    Parameters
    ----------
    spec_version : str
        The version of endpoint.yaml that the release is bound to; empty without one.
    inspection : mapping
        What is in the artifact, its `sha256`, and as `accepted` the S3 URI of what was kept.
    plan : mapping
        A :class:`~slipway.domain.planning.ReleasePlan` as plain values.
    scaling : mapping
        `target` and `policy`, the requests that let the variant scale.
    made : mapping
        What the release asked AWS for: a compensation takes away this and nothing else.
    evidence : mapping
        What tests and judgements found: `smoke`, `before_users`, and `steps`, a list of `weight`,
        `asked`, `started`, `ended`, `judgements`.
    policy : mapping
        What the spec says about going on and going back: `approve`, `inconclusive`, `replay`,
        `keep_previous_seconds`, `keep_releases`, `revert_when_settled`, `tolerance`, `metrics`,
        `alarms`; about capacity `burst_hold_seconds`, `events`, `hosting`, `instance_types` in the
        order of trying, and as `instance_type` the one of them to plan with.
    step, steps_done : int
        Index of the step that is under way, -1 before any user meets the version; steps passed.
    condemned : mapping, optional
        A :class:`Sentence`: written once, and from then on the release only goes back.
    sizes : mapping
        :class:`~slipway.domain.canary_size.Sizes` of the last step, and `step`, its index.
    cleanup : mapping, optional
        `tries`, `by`, `reason`, `told`, only while something is left of a release that ended.
    recovery : mapping, optional
        `tries`, `by`, `at`, `told`: how often another execution had to follow one that died.
    bake : mapping, optional
        `token`, `armed_at`, `ends_at`, `step`, only while a bake is armed.
    gate : mapping, optional
        `token`, `since`, only while the release waits for a person.
    paused : bool
        Whether the next step waits for a person.
    shared_alarms : sequence of str
        What was watched, such as ``latency``, by alarms that rang for what served as well.
    commands : sequence of mapping
        What people commanded: `command`, `by`, `reason`, `at`, `answer`.
    report : str
        S3 URI of the release's report.
    """

    drop: Drop
    outcome: Outcome
    reason: str
    started: str
    execution: str
    attempt: int = 1
    ended: str = ""
    spec_version: str = ""
    inspection: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    scaling: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    step: int = -1
    steps_done: int = 0
    condemned: Mapping[str, Any] | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    cleanup: Mapping[str, Any] | None = None
    recovery: Mapping[str, Any] | None = None
    bake: Mapping[str, Any] | None = None
    gate: Mapping[str, Any] | None = None
    paused: bool = False
    shared_alarms: Sequence[str] = ()
    commands: Sequence[Mapping[str, Any]] = ()
    report: str = ""

    @property
    def endpoint(self) -> str:
        """The endpoint that the release is for."""
        return self.drop.endpoint

    @property
    def release(self) -> str:
        """The release's id."""
        return self.drop.release

    @property
    def waits(self) -> bool:
        """Whether it has yet to begin: another one has the endpoint's lease, or handed it over."""
        return self.outcome == "parked"

    @property
    def tries(self) -> int:
        """How often another execution had to follow one that died."""
        return int((self.recovery or {}).get("tries", 0))

    def attempt_of(self, tries: int) -> int:
        """Return the number of the execution that is the so-manieth to follow.

        One that died before it claimed the drop took its number with it; and whoever handed the
        lease to a drop that waited gave one away.
        """
        return self.attempt + self.waits + tries

    def summary(self) -> dict[str, str]:
        """Return what `slipway status` shows."""
        return {
            "release": self.release,
            "version": self.drop.version,
            "outcome": self.outcome,
            "reason": self.reason,
            "started": self.started,
            "ended": self.ended,
        }


@dataclass(frozen=True, slots=True)
class LiveRelease:
    """What serves: enough to compare a drop with it and to go back to it."""

    drop: Drop
    sha256: str
    config: str
    model: str
    variant: str
    instance_type: str
    instance_count: int

    @property
    def release(self) -> str:
        """The release's id."""
        return self.drop.release

    @classmethod
    def of(cls, release: ReleaseRecord) -> Self:
        """Return what serves once the release has succeeded."""
        plan = release.plan
        return cls(
            drop=release.drop,
            sha256=release.inspection["sha256"],
            config=plan["names"]["endpoint_config"],
            model=plan["names"]["model"],
            variant=plan["names"]["variant"],
            instance_type=plan["instance_type"],
            instance_count=int(plan["instance_count"]),
        )

    def serves(self, version: str, sha256: str) -> bool:
        """Tell whether this very model is what was dropped again."""
        return self.drop.version == version and self.sha256 == sha256


def words_of_failure(failure: Mapping[str, Any]) -> str:
    """Return the reason of a failed state in words.

    A function's error arrives as JSON inside ``Cause``; the rest of the causes are plain text.

    Example
    -------
    >>> words_of_failure({"Error": "X", "Cause": '{"errorMessage": "no gzip"}'})
    'no gzip'
    """
    error, cause = str(failure.get("Error") or "Unknown"), str(failure.get("Cause") or "")
    message = object_or_nothing(cause).get("errorMessage")
    words = shorten(str(message or cause))
    return words or _UNEXPLAINED.get(error, f"{error}, without an explanation")


_UNEXPLAINED = {
    "States.Timeout": "A step of the release took longer than it may; see the execution",
    "Sandbox.Timedout": "A function of the release took longer than it may; see its log",
}
