"""What happens on a day, by a seed: when, to whom, what. Pure."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

# A day of work: from nine until seven in the evening.
WORK = 10 * 3600.0
# How often a day each of these happens to an endpoint.
RATES = {
    "good drop": 0.25,
    "drop that errs": 0.08,
    "drop with a wrong answer": 0.06,
    "drop that does not start": 0.04,
    "malicious drop": 0.04,
    "same drop again": 0.04,
    "drops in a row": 0.04,
    "misplaced drop": 0.02,
    "settings": 0.12,
    "broken settings": 0.03,
    "rush": 0.08,
    "alarm": 0.08,
    "command": 0.15,
    "sleep by hand": 0.03,
    "wake by hand": 0.03,
}
# And how often to the account, for each ten endpoints; it is at least once.
COMMON_RATES = {
    "fault": 3.0,
    "trouble with capacity": 0.3,
    "kill": 1.0,
    "event twice": 1.0,
    "key rotation": 0.2,
}
_TEN = 10


class Happening(NamedTuple):
    """Something that happens.

    Attributes
    ----------
    at
        Seconds after the day's work began.
    endpoint
        Empty for what happens to the account.
    roll
        From 0 to 1: decides whatever else there is to decide.
    """

    at: float
    endpoint: str
    kind: str
    roll: float


def plan_day(seed: int, day: int, endpoints: list[str]) -> list[Happening]:
    """Return what happens on a day, in order; the same for the same seed."""
    found = [
        happening
        for endpoint in endpoints
        for happening in _of_endpoint(Random(f"{seed} {day} {endpoint}"), endpoint)
    ]
    found += _of_account(Random(f"{seed} {day}"), len(endpoints))
    return sorted(found)


def _of_endpoint(random: Random, endpoint: str) -> list[Happening]:
    return [
        Happening(random.uniform(0, WORK), endpoint, kind, random.random())
        for kind, rate in RATES.items()
        if random.random() < rate
    ]


def _of_account(random: Random, endpoints: int) -> list[Happening]:
    found = []
    for kind, rate in COMMON_RATES.items():
        expected = rate * max(endpoints / _TEN, 1)
        count = int(expected) + (random.random() < expected % 1)
        found += [Happening(random.uniform(0, WORK), "", kind, random.random())] * (count > 0)
        found += [
            Happening(random.uniform(0, WORK), "", kind, random.random()) for _ in range(count - 1)
        ]
    return found
