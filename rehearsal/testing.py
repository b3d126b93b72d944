"""Rehearsals within a test: a demand, an endpoint.yaml, and what each policy made of it."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.loading import endpoint_of, named
from rehearsal.rehearse import course

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rehearsal.course import Course
    from rehearsal.scenario import Scenario

_MINUTE = 60


def demand(rates: Iterable[float], spec: str, name: str = "test") -> Scenario:
    """Return a scenario in the normal day's conditions.

    Parameters
    ----------
    rates
        Requests a second, minute by minute.
    spec
        The endpoint.yaml.

    Example
    -------
    >>> surge = demand([100] * 10 + [900] * 20, "scaling: {target: 4400, max: 30}")
    >>> tracked = rehearsed(surge, "target-tracking")
    """
    each = array("d", (float(rate) for rate in rates for _ in range(_MINUTE)))
    usual = named("normal-day")
    return replace(usual, name=name, rates=each, endpoint=endpoint_of(spec), normal=None)


def rehearsed(scenario: Scenario, policy: str, seed: int = 1) -> Course:
    """Return a policy's course, in this process: no other sandbox may be open in it."""
    return course(policy, scenario, seed)
