"""The exhaustive work: every test, and every property with many more examples than `make test`.

python -m scripts.prove        # prints the counts, also into build/proof.json
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import hypothesis
import pytest

from sandbox.access import RECORD
from sandbox.access.proof import RECORDS, prove
from scripts.prove_scenarios import hold, lines, prove_scenarios
from scripts.prove_soak import held, prove_soak
from tests.unit.artifact import corpus

ROOT = Path(__file__).parents[1]
EXAMPLES = 2000
_GROUP_DEPTH = 3


class Tally:
    """Counts outcomes by the folder of a test."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test once: when it ran, or where it failed or was skipped before it could."""
        if report.when == "call" or report.outcome != "passed":
            group = "/".join(Path(report.nodeid.split("::")[0]).parts[:_GROUP_DEPTH])
            self.counts.setdefault(group, Counter())[report.outcome] += 1


def proof(tally: Tally, exit_code: int) -> dict[str, object]:
    """Return what was counted."""
    total: Counter[str] = Counter()
    for counts in tally.counts.values():
        total.update(counts)
    return {
        "complete": exit_code == 0,
        "examples_of_each_property": EXAMPLES,
        "total": dict(sorted(total.items())),
        "groups": {group: dict(sorted(n.items())) for group, n in sorted(tally.counts.items())},
    }


def main() -> int:
    """Run everything, prove least privilege from it, write the counts; 0 if all of it holds."""
    # A test's own @settings overrides the profile only in what it names.
    hypothesis.settings.register_profile("proof", max_examples=EXAMPLES, deadline=None)
    hypothesis.settings.load_profile("proof")
    tally = Tally()
    shutil.rmtree(RECORDS, ignore_errors=True)
    os.environ[RECORD] = str(RECORDS)
    code = int(pytest.main(["-q", str(ROOT / "tests")], plugins=[tally]))
    privilege = prove()
    # What only an injected fault makes a role want is no reason to allow it.
    del os.environ[RECORD]
    scenarios, soaked, artifacts = prove_scenarios(), prove_soak(), corpus.try_all()
    result = proof(tally, code) | {
        "least_privilege": privilege.counts(),
        "attack_corpus": asdict(artifacts),
        "scenarios": scenarios,
        "soak": soaked,
    }
    target = ROOT / "build" / "proof.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n")
    print("\n".join([*privilege.lines(), *lines(scenarios)]))
    print(json.dumps(result["total"]), f"in {target.relative_to(ROOT)}")
    proved = privilege.holds and artifacts.holds and hold(scenarios) and held(soaked)
    return code or int(not proved)


if __name__ == "__main__":
    sys.exit(main())
