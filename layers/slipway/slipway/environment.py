"""What each function is told by its environment; the only reader of environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TypeVar

E = TypeVar("E", bound="LedgerEnvironment")


class EnvironmentIncomplete(Exception):
    """A variable that the template sets is missing: the function was deployed without it."""


@dataclass(frozen=True, slots=True)
class LedgerEnvironment:
    """For the functions that only need the ledger."""

    ledger_table: str
    aws_region: str


@dataclass(frozen=True, slots=True)
class AnnouncingEnvironment(LedgerEnvironment):
    """For the functions that tell people and programs."""

    event_bus: str
    topic_arn: str


@dataclass(frozen=True, slots=True)
class ArtifactEnvironment(LedgerEnvironment):
    """For the functions that read or keep artifacts."""

    artifact_bucket: str


@dataclass(frozen=True, slots=True)
class PlanningEnvironment(AnnouncingEnvironment):
    """For planning: it reads the spec and announces the start."""

    artifact_bucket: str


@dataclass(frozen=True, slots=True)
class HostingEnvironment(LedgerEnvironment):
    """For making endpoints."""

    monitoring_bucket: str
    execution_role_arn: str
    key_arn: str


@dataclass(frozen=True, slots=True)
class TryingEnvironment(ArtifactEnvironment):
    """For trying a canary: golden requests lie beside artifacts, captured ones elsewhere."""

    monitoring_bucket: str


@dataclass(frozen=True, slots=True)
class BakingEnvironment(AnnouncingEnvironment):
    """For bakes: each is announced, and judged by a function on a schedule."""

    schedule_role_arn: str
    judge_function_arn: str


@dataclass(frozen=True, slots=True)
class ReportingEnvironment(AnnouncingEnvironment):
    """For the end of a release: it is announced with a report."""

    monitoring_bucket: str


@dataclass(frozen=True, slots=True)
class ScheduleEnvironment(AnnouncingEnvironment):
    """For the functions that have something done later."""

    schedule_role_arn: str


@dataclass(frozen=True, slots=True)
class SettlingEnvironment(ScheduleEnvironment):
    """For the functions that have the previous variant taken away when it is due."""

    settle_machine_arn: str


@dataclass(frozen=True, slots=True)
class PromotingEnvironment(SettlingEnvironment):
    """For promotions: announced with a report, and settled later."""

    monitoring_bucket: str


@dataclass(frozen=True, slots=True)
class CommandEnvironment(SettlingEnvironment):
    """For commands: going back to a kept release starts a workflow."""

    release_machine_arn: str


@dataclass(frozen=True, slots=True)
class RollbackEnvironment(LedgerEnvironment):
    """For releasing a kept release again."""

    release_machine_arn: str


@dataclass(frozen=True, slots=True)
class AlarmEnvironment(LedgerEnvironment):
    """For alarms, which notify the topic."""

    topic_arn: str


def read_environment(kind: type[E]) -> E:
    """Return the variables that the dataclass names, in upper case.

    Raises
    ------
    EnvironmentIncomplete
        If the template does not set one of them.
    """
    names = [field.name for field in fields(kind)]
    missing = [name.upper() for name in names if not os.environ.get(name.upper())]
    if missing:
        raise EnvironmentIncomplete(
            f"{', '.join(missing)} not set: add it to the function's Environment in template.yaml"
        )
    return kind(**{name: os.environ[name.upper()] for name in names})
