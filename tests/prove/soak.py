"""A soak: many endpoints, many days, everything that happens, and nothing lost or left behind.

python -m tests.prove.soak --endpoints 50 --days 30 --seed 1 --out build/prove/soak-1.json

Drops good and bad, alarms, rushes, nights, commands, faults, kills and key rotations come by a
seeded plan. In the evening whatever failed is over, an operator drives on what `slipway redrive`
lists, and when nothing goes on any more the invariants of the proofs have to hold, every drop has
to have one end, and Slipway's own self-check must not find anything.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
import warnings
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.prove.soaking.acts import Acts
from tests.prove.soaking.evening import Evening
from tests.prove.soaking.plan import plan_day
from tests.prove.soaking.village import Village

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.testing import Sandbox

_MORNING = 9
_FIRST_RELEASES = 3600.0
_GARBAGE = 50_000


@dataclass
class Soaked:
    """What a soak came to.

    Attributes
    ----------
    happened
        How often each thing happened.
    looked_after
        What an operator had to do.
    outcomes
        How releases ended.
    problems
        What did not hold at the end of which day: none in a proof.
    """

    seed: int
    endpoints: int
    days: int = 0
    happened: dict[str, int] = field(default_factory=dict)
    looked_after: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    drops: int = 0
    executions: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


def soak(
    seed: int,
    endpoints: int,
    days: int,
    *,
    out: Path | None = None,
    sandbox: Sandbox | None = None,
) -> Soaked:
    """Let days pass, and return what they came to; it ends at the first day that does not hold.

    Parameters
    ----------
    out
        Where the counts go, after every day.
    sandbox
        One that was used before and has nothing left; without it one of its own.
    """
    began = time.perf_counter()
    soaked, village = Soaked(seed, endpoints), Village(endpoints, sandbox)
    try:
        acts = Acts(village)
        evening = Evening(village, acts)
        village.sandbox.advance(_FIRST_RELEASES)
        for day in range(1, days + 1):
            problems = _pass_day(seed, day, village, acts, evening)
            soaked.days, soaked.drops = day, len(village.dropped)
            soaked.happened, soaked.looked_after = dict(acts.done), dict(evening.looked_after)
            soaked.outcomes = evening.outcomes()
            soaked.executions = sum(1 for _ in village.account.workflows.all_executions())
            soaked.seconds = round(time.perf_counter() - began, 1)
            if problems:
                soaked.problems[f"day {day}"] = problems
            _report(soaked, problems, out)
            if problems:
                break
    finally:
        village.close()
    return soaked


def _pass_day(seed: int, day: int, village: Village, acts: Acts, evening: Evening) -> list[str]:
    """Let a day pass, from its first happening until nothing goes on any more."""
    began = village.account.kernel.timestamp()
    for happening in plan_day(seed, day, village.names):
        wait = began + happening.at - village.account.kernel.timestamp()
        if wait > 0:
            village.sandbox.advance(wait)
        acts.do(happening)
    problems = evening.end()
    # Thousands of calls would only slow the next days down.
    village.account.gateway.records.clear()
    if not problems:
        _sleep_until_morning(village)
    return problems


def _sleep_until_morning(village: Village) -> None:
    now = village.account.kernel.now()
    morning = now.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    morning += timedelta(days=1) if morning <= now else timedelta()
    village.sandbox.advance((morning - now).total_seconds())


def _report(soaked: Soaked, problems: list[str], out: Path | None) -> None:
    count = f"{len(problems)} problems" if problems else "all holds"
    told = f"seed {soaked.seed}, day {soaked.days}: {count}, {soaked.drops} drops, "
    print(f"{told}{soaked.executions} executions, {soaked.seconds:.0f} s", flush=True)
    for problem in problems:
        print(f"  {problem}", flush=True)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(as_dict(soaked), indent=1) + "\n")


def as_dict(soaked: Soaked) -> dict[str, Any]:
    """Return the counts for build/proof.json."""
    return {name: getattr(soaked, name) for name in soaked.__dataclass_fields__}


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print each day, write the counts; 0 if everything holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove.soak", description=__doc__)
    parser.add_argument("--endpoints", type=int, default=50)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where the counts go, after every day")
    options = parser.parse_args(arguments)
    # What happened stays: to look at all of it again and again takes longer from day to day.
    gc.set_threshold(_GARBAGE)
    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    soaked = soak(options.seed, options.endpoints, options.days, out=options.out)
    return int(bool(soaked.problems) or soaked.days < options.days)


if __name__ == "__main__":
    sys.exit(main())
