"""Prove scenarios exhaustively, one after the other; several processes share what goes wrong.

python -m tests.prove --scenario "first release" --share 1/2 --notebook build/prove/cases
"""

from __future__ import annotations

import argparse
import gc
import sys
import warnings
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.proving import Prover, sample
from tests.prove.notebook import Notebook
from tests.prove.scenarios import SCENARIOS
from tests.prove.share import Share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.proving import Attempt

SEED = 20260105
_GARBAGE = 50_000
# Of a sample, one in so many as of the calls.
_LESS = {"calls": 1, "brownouts": 8, "functions": 3, "events": 3, "hosting": 8, "kills": 4}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove, print and keep what does not hold; 0 if all of it does."""
    options = _parse(arguments)
    # An account is a million objects that stay: to look at them again and again took an eighth.
    gc.set_threshold(_GARBAGE)
    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    scenarios = [each for each in SCENARIOS if options.scenario in (None, each.name)]
    number, of = (int(part) for part in options.share.split("/"))
    notebook = Notebook(options.notebook, f"{number}-of-{of}")
    known: dict[str, set[Any]] = defaultdict(set)
    failed = 0
    with Prover(scenarios[0]) as prover:
        share = Share(prover, notebook, number, of)
        for scenario in scenarios:
            prover.scenario = scenario
            survey = prover.survey()
            chosen = survey if options.every else survey.beyond(known[scenario.family])
            attempts = chosen.attempts()
            notebook.plan(scenario.name, attempts)
            failed += share.prove(_sampled(attempts, options.sample))
    return min(failed, 1)


def _sampled(attempts: dict[str, list[Attempt]], size: int | None) -> dict[str, list[Attempt]]:
    if size is None:
        return attempts
    return {
        kind: sample(found, max(size // _LESS[kind], 1), SEED) for kind, found in attempts.items()
    }


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--scenario", choices=[each.name for each in SCENARIOS])
    parser.add_argument("--share", default="1/1", help="which share of the cases, as 1/2")
    parser.add_argument("--sample", type=int, help="only so many of each scenario's faults")
    parser.add_argument(
        "--every",
        action="store_true",
        help="also what an earlier scenario of the family has shown, and every turn of each loop",
    )
    parser.add_argument(
        "--notebook",
        type=Path,
        default=Path("build/prove/cases"),
        help="a folder, where what holds is kept, and is not run again",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
