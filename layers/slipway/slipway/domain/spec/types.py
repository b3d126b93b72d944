"""The words that endpoint.yaml is made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from slipway.domain.class_names import why_no_class
from slipway.domain.instances import InvalidInstanceType, check_instance_type
from slipway.domain.spec.durations import format_duration, parse_duration
from slipway.domain.spec.schedules import normalise_cron, normalise_schedule
from slipway.domain.spec.section import refusal


def _instance_type(value: str) -> str:
    try:
        return check_instance_type(value)
    except InvalidInstanceType as error:
        raise refusal("", error.problem, error.suggestion) from error


def _time_zone(value: str) -> str:
    # ZoneInfo opens a file by this name: OSError and ValueError are its words for "no such zone".
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"`{value[:60]}` is no IANA time zone") from error
    return value


def _calendar_day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _local_moment(value: object) -> object:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        raise ValueError("write the local time without an offset; `timezone` names the zone")
    return moment


Framework = Literal["scikit-learn", "xgboost"]
"""A framework that AWS ships a hosting container for."""

InstanceType = Annotated[str, AfterValidator(_instance_type)]
"""A SageMaker hosting instance type, such as ``ml.m5.large``."""

FrameworkVersion = Annotated[str, StringConstraints(pattern=r"^[0-9][A-Za-z0-9.-]{0,19}$")]
"""The version of a framework or of its container, such as ``1.2-1`` or ``1.2.1``."""

ImageUri = Annotated[str, StringConstraints(pattern=r"^\S+$", min_length=1, max_length=255)]
"""Where a container image lies, such as ``<account>.dkr.ecr.<region>.amazonaws.com/own:1``."""

EnvironmentKey = Annotated[
    str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=1024)
]
"""The name of an environment variable of the container."""

EnvironmentValue = Annotated[str, StringConstraints(max_length=1024)]
"""The value of an environment variable of the container."""


def _class_of_a_model(name: str) -> str:
    if problem := why_no_class(name):
        raise ValueError(f"{problem}: no fitted model needs it")
    return name


ClassName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_][\w]*(\.[A-Za-z_][\w]*)+$", max_length=255),
    AfterValidator(_class_of_a_model),
]
"""A class by module and name, such as ``mypackage.features.Encoder``."""

TrafficWeight = Annotated[int, Field(ge=1, le=100)]
"""A share of the endpoint's traffic, in percent."""

InstanceCount = Annotated[int, Field(ge=1)]
"""A number of instances. A real-time variant never has fewer than one."""

Percentage = Annotated[int, Field(ge=0, le=100)]
"""A whole percentage."""

Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$", "minLength": 2},
                {"type": "integer", "minimum": 0, "description": "seconds"},
            ]
        }
    ),
]
"""A length of time: ``10m``, ``1h30m``, ``90s``, or a whole number of seconds."""

CronExpression = Annotated[str, AfterValidator(normalise_cron)]
"""Six cron fields as EventBridge Scheduler reads them, with or without ``cron(…)``."""

ScheduleExpression = Annotated[str, AfterValidator(normalise_schedule)]
"""A ``rate(…)`` or ``cron(…)`` expression of EventBridge Scheduler."""

TimeZoneName = Annotated[str, AfterValidator(_time_zone)]
"""An IANA time zone, such as ``Europe/Vienna``."""

CalendarDay = Annotated[
    date,
    BeforeValidator(_calendar_day),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A day, such as ``2026-12-25``."""

LocalMoment = Annotated[
    datetime,
    BeforeValidator(_local_moment),
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d"}),
]
"""A local date and time without an offset, such as ``2026-11-27T08:00``."""

EventName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,39}$")]
"""The name of a known event, such as ``Black Friday``."""
