"""What each function is told by its environment; the only reader of environment variables.

The classes are plain: every function imports all of them, and as dataclasses they would be a tenth
of a cold start.
"""

from __future__ import annotations

import os
from typing import TypeVar

E = TypeVar("E", bound="LedgerEnvironment")


class EnvironmentIncomplete(Exception):
    """A variable that the template sets is missing: the function was deployed without it."""


class LedgerEnvironment:
    """For the functions that only need the ledger."""

    ledger_table: str
    aws_region: str

    def __init__(self, **variables: str) -> None:
        self.__dict__.update(variables)


class AnnouncingEnvironment(LedgerEnvironment):
    """For the functions that tell people and programs."""

    event_bus: str
    topic_arn: str


class ArtifactEnvironment(LedgerEnvironment):
    """For the functions that read or keep artifacts."""

    artifact_bucket: str


class PlanningEnvironment(AnnouncingEnvironment):
    """For planning: it reads the spec and announces the start."""

    artifact_bucket: str


class HostingEnvironment(LedgerEnvironment):
    """For making endpoints."""

    monitoring_bucket: str
    execution_role_arn: str
    key_arn: str
    model_network: str


class CreatingEnvironment(HostingEnvironment):
    """For the first release of an endpoint, which brings its log group."""

    log_retention_days: str


class GuardedEnvironment(HostingEnvironment):
    """For guarded deployments: judged by a function on a schedule."""

    schedule_role_arn: str
    judge_function_arn: str


class TryingEnvironment(ArtifactEnvironment):
    """For trying a canary: golden requests lie beside artifacts, captured ones elsewhere."""

    monitoring_bucket: str


class GarbageEnvironment(ArtifactEnvironment):
    """For taking away what is not kept: of either bucket."""

    monitoring_bucket: str


class BakingEnvironment(AnnouncingEnvironment):
    """For bakes: each is announced, and judged by a function on a schedule."""

    schedule_role_arn: str
    judge_function_arn: str


class ReportingEnvironment(AnnouncingEnvironment):
    """For the end of a release: it is announced with a report."""

    monitoring_bucket: str


class RecordingEnvironment(ReportingEnvironment):
    """For the end of a release, whose clean-up may have to be tried again later."""

    schedule_role_arn: str
    dead_letters_arn: str


class ScheduleEnvironment(AnnouncingEnvironment):
    """For the functions that have something done later."""

    schedule_role_arn: str
    dead_letters_arn: str


class PlannedEnvironment(ArtifactEnvironment):
    """For planning what happens to an endpoint at its own times."""

    schedule_role_arn: str
    dead_letters_arn: str
    hold_function_arn: str
    rest_machine_arn: str
    drift_machine_arn: str


class SettlingEnvironment(ScheduleEnvironment):
    """For the functions that have the previous variant taken away when it is due."""

    settle_machine_arn: str


class WatchingEnvironment(LedgerEnvironment):
    """For looking at traffic: captures, and what is found in them."""

    monitoring_bucket: str


class PromotingEnvironment(SettlingEnvironment):
    """For promotions: announced with a report, and settled later."""

    monitoring_bucket: str


class CommandEnvironment(SettlingEnvironment):
    """For commands: going back to a kept release starts a workflow."""

    release_machine_arn: str


class RollbackEnvironment(LedgerEnvironment):
    """For releasing a kept release again."""

    release_machine_arn: str


class WakingEnvironment(LedgerEnvironment):
    """For waking endpoints that callers meet asleep."""

    rest_machine_arn: str


class RecoveryEnvironment(SettlingEnvironment):
    """For recovering: what settles, rests and is applied goes on in workflows of their own."""

    rest_machine_arn: str
    reconcile_machine_arn: str


class ComparingEnvironment(ArtifactEnvironment):
    """For comparing endpoints with their settings: alarms tell the topic."""

    topic_arn: str


class CheckingEnvironment(AnnouncingEnvironment):
    """For having every endpoint looked at, and those woken that should not sleep any more."""

    reconcile_machine_arn: str
    rest_machine_arn: str


class AccountEnvironment(AnnouncingEnvironment):
    """For comparing account and ledger: what is stuck is handed to the recovery."""

    artifact_bucket: str
    recovery_function_arn: str


class ElsewhereEnvironment(AnnouncingEnvironment):
    """For releasing what serves on another instance type."""

    release_machine_arn: str


class AlarmEnvironment(LedgerEnvironment):
    """For alarms, which notify the topic."""

    topic_arn: str


def names_of(kind: type[LedgerEnvironment]) -> list[str]:
    """Return the names of what a class and those before it are told."""
    return [name for base in reversed(kind.__mro__[:-1]) for name in base.__annotations__]


def read_environment(kind: type[E]) -> E:
    """Return the variables that the class names, in upper case.

    Raises
    ------
    EnvironmentIncomplete
        If the template does not set one of them.
    """
    names = names_of(kind)
    missing = [name.upper() for name in names if not os.environ.get(name.upper())]
    if missing:
        raise EnvironmentIncomplete(
            f"{', '.join(missing)} not set: add it to the function's Environment in template.yaml"
        )
    return kind(**{name: os.environ[name.upper()] for name in names})
