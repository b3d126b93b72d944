"""The table on the terminal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.results import POLICIES, asleep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.results import Rehearsal

_HEADER = (
    "policy",
    "failed",
    "failed %",
    "slow",
    "instance-h",
    "cost",
    "x normal day",
    "x oracle",
    "x tracking",
    "notes",
)


def lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the lines of the table and what else is worth saying."""
    scenario = rehearsal.scenario
    yield f"{scenario.about} (seed {rehearsal.seed})"
    yield (
        f"{scenario.requests:,} requests; {scenario.endpoint.hosting.instance_type} at "
        f"${scenario.price.usd_per_hour} an hour ({scenario.price.region}, {scenario.price.as_of})"
    )
    yield ""
    rows = [_HEADER, *(row(rehearsal, policy) for policy in POLICIES)]
    widths = [max(len(each[column]) for each in rows) for column in range(len(_HEADER))]
    for each in rows:
        cells = [
            cell.rjust(width) if 0 < column < len(_HEADER) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(each, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
    slept = asleep_words(rehearsal)
    if slept:
        yield ""
        yield slept


def row(rehearsal: Rehearsal, policy: str) -> tuple[str, ...]:
    """Return a policy's figures as text."""
    course, ratios = rehearsal.courses[policy], rehearsal.ratios(policy)
    share = 100 * course.failed / max(rehearsal.scenario.requests, 1)
    return (
        policy,
        f"{course.failed:,}",
        f"{share:.3f}" if course.failed else "0",
        f"{course.slow:,}",
        f"{course.instance_hours:,.1f}",
        f"${rehearsal.cost(policy):,.2f}",
        times(ratios["cost_to_normal_day"]),
        times(ratios["cost_to_oracle"]),
        times(ratios["cost_to_target_tracking"]),
        "; ".join(course.notes),
    )


def times(ratio: float | None) -> str:
    """Write a ratio."""
    return "-" if ratio is None else f"{ratio:.3f}"


def asleep_words(rehearsal: Rehearsal) -> str:
    """Return what sleeping saved; nothing for an endpoint that never slept."""
    hours, saved = asleep(rehearsal.courses["slipway"])
    if not hours:
        return ""
    fewer = (
        rehearsal.courses["target-tracking"].instance_hours
        - rehearsal.courses["slipway"].instance_hours
    )
    price = rehearsal.scenario.price.usd_per_hour
    return (
        f"Slipway's endpoint slept {hours:.1f} hours: {saved:.1f} instance-hours asleep, "
        f"${saved * price:,.2f} saved. Over all, {fewer:.1f} instance-hours fewer than target "
        "tracking alone."
    )
