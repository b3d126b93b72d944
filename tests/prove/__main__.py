"""Prove scenarios exhaustively, in a process of its own for each share of the cases.

python -m tests.prove --scenario "first release" --share 1/2 --out build/prove/1.json
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.proving import Prover, sample
from tests.prove.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.proving import Scenario, Verdict

BOTH = (False, True)
SEED = 20260105
# Of a sample, one in so many as of the calls.
_LESS = {"calls": 1, "functions": 3, "events": 3, "hosting": 8, "kills": 4}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove, print what does not hold, write the counts; return how many cases do not hold."""
    options = _parse(arguments)
    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    chosen = [each for each in SCENARIOS if options.scenario in (None, each.name)]
    number, of = (int(part) for part in options.share.split("/"))
    sizes = {"every": options.every, "size": options.sample}
    counts = {}
    for each in chosen:
        counts[each.name] = prove(each, number, of, **sizes)
        if options.out:
            _write(options.out, counts)
    return min(sum(len(count["problems"]) for count in counts.values()), 1)


def prove(
    scenario: Scenario, number: int, of: int, *, every: bool = False, size: int | None = None
) -> dict[str, Any]:
    """Run one share of what can go wrong, or of a seeded sample, and return what it came to."""
    with Prover(scenario) as prover:
        survey = prover.survey()
        attempts: dict[str, list[Any]] = {**survey.attempts(every=every)}
        attempts["kills"] = [(moment, again) for moment in survey.moments for again in BOTH]
        possible = {name: len(found) for name, found in attempts.items()}
        if size is not None:
            attempts = _sampled(attempts, size)
        runs = [(name, partial(_run, prover, each)) for name in attempts for each in attempts[name]]
        verdicts = [(name, _shown(scenario, run())) for name, run in runs[number - 1 :: of]]
    known = {"calls": len(survey.calls), "possible": possible}
    return {**known, **count(verdicts)}


def _sampled(attempts: dict[str, list[Any]], size: int) -> dict[str, list[Any]]:
    """Take so many failing calls, and fewer of the other classes."""
    some = {
        name: sample(found, max(size // _LESS[name], 1), SEED)
        for name, found in attempts.items()
        if name != "kills"
    }
    kills = attempts["kills"]
    some["kills"] = kills[:: max(1, len(kills) * _LESS["kills"] // size)]
    return some


def _run(prover: Prover, attempt: Any) -> Verdict:
    if isinstance(attempt, tuple):
        moment, again = attempt
        return prover.kill(moment, redrive=again)
    return prover.run(attempt)


def count(verdicts: Sequence[tuple[str, Verdict]]) -> dict[str, Any]:
    """Return verdicts in numbers, and each problem in words."""
    alone = [verdict for _, verdict in verdicts]
    return {
        "cases": dict(Counter(name for name, _ in verdicts)),
        "never_happened": sum(not each.hit for each in alone),
        "outcomes": dict(Counter(each.outcomes[-1] for each in alone if each.outcomes)),
        "redriven": sum(each.redriven > 0 for each in alone),
        "seconds": round(sum(each.seconds for each in alone)),
        "problems": {each.what: each.problems for each in alone if each.problems},
    }


def _shown(scenario: Scenario, verdict: Verdict) -> Verdict:
    for problem in verdict.problems:
        print(f"{scenario.name}: {verdict.what}: {problem}", flush=True)
    return verdict


def _write(target: Path, counts: dict[str, Any]) -> None:
    """Keep what is proved so far: a proof takes hours, and may be stopped."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(counts, indent=1) + "\n")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--scenario", choices=[each.name for each in SCENARIOS])
    parser.add_argument("--share", default="1/1", help="which share of the cases, as 1/2")
    parser.add_argument("--sample", type=int, help="only so many of each scenario's faults")
    parser.add_argument("--every", action="store_true", help="also the calls between")
    parser.add_argument("--out", type=Path, help="where the counts go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
