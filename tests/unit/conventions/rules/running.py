"""What runs: its role, what bounds that, and its log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.conventions.rules.reading import FUNCTIONS, MACHINES, logging_of, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conventions.rules.reading import Template

_BOUNDARY = {
    "Fn::If": ["IsBounded", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}],
}


def everything_that_runs_has_a_log_group_of_its_own(template: Template) -> Iterator[str]:
    groups = {name for name, _ in of_kind(template, "AWS::Logs::LogGroup")}
    used: dict[str, str] = {}
    for name, group in _groups(template):
        if group not in groups or group in used:
            yield f"{name} has no log group of its own"
        used[group] = name
    for name in groups - used.keys():
        yield f"{name} is nobody's"
    for name, group_properties in of_kind(template, "AWS::Logs::LogGroup"):
        if "RetentionInDays" not in group_properties:
            yield f"{name} never forgets"


def _groups(template: Template) -> Iterator[tuple[str, str]]:
    yield from _function_groups(template)
    yield from _machine_groups(template)
    for name, log in of_kind(template, "AWS::EC2::FlowLog"):
        yield name, log.get("LogGroupName", {}).get("Ref", "")


def _function_groups(template: Template) -> Iterator[tuple[str, str]]:
    for name, function in of_kind(template, *FUNCTIONS):
        yield name, function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref", "")


def _machine_groups(template: Template) -> Iterator[tuple[str, str]]:
    for name, machine in of_kind(template, *MACHINES):
        for each in logging_of(machine).get("Destinations", [{}]):
            arn = each.get("CloudWatchLogsLogGroup", {}).get("LogGroupArn", {})
            yield name, arn.get("Fn::GetAtt", [""])[0]


def everything_that_runs_has_a_role_of_its_own(template: Template) -> Iterator[str]:
    taken: dict[str, str] = {}
    for name, each in of_kind(template, *FUNCTIONS, *MACHINES):
        role = (each.get("Role") or each.get("RoleArn") or {}).get("Fn::GetAtt", [""])[0]
        if not role or role in taken:
            yield f"{name} has no role of its own"
        taken[role] = name


def every_role_takes_the_boundary(template: Template) -> Iterator[str]:
    for name, role in of_kind(template, "AWS::IAM::Role"):
        if role.get("PermissionsBoundary") != _BOUNDARY:
            yield f"{name} has no PermissionsBoundary: {_BOUNDARY}"
