"""Have checkov look at the templates, the stack's own also as SAM translates it.

    python scripts/check_hardening.py <the checkov to run>

Rules that are not followed need a reason beside the resource: see `scripts.hardening.exceptions`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sandbox.deploy.transform import load
from scripts.compliance.controls import BEYOND, LISTED
from scripts.hardening.exceptions import exceptions
from scripts.hardening.findings import run
from scripts.hardening.problems import problems
from scripts.translated import NETWORK, ROOT, TEMPLATE, translated

# Far below what it does look at: a checkov that reads hardly anything must not pass.
_LEAST_PASSED = 1000


def main(checkov: Path) -> int:
    """Print the problems; 1 if there are any."""
    made = ROOT / "build" / "template.translated.json"
    made.parent.mkdir(exist_ok=True)
    made.write_text(json.dumps(translated(), indent=1), encoding="utf-8")
    written = [TEMPLATE, NETWORK]
    outcome = run(checkov, [*written, made])
    given = [each for template in written for each in exceptions(template)]
    known = [each for each in given if each.is_checkovs]
    resources = {name for template in written for name in load(template)["Resources"]}
    found = list(problems(outcome.findings, known, resources))
    if outcome.passed < _LEAST_PASSED:
        found.append(f"Only {outcome.passed} of checkov's rules found something to look at.")
    cited = {check for control in (*LISTED, *BEYOND) for check in control.checks}
    for check in sorted(check for check in cited if check.startswith("CKV")):
        if check not in outcome.rules:
            found.append(f"docs/compliance.md names {check}, which checkov does not look for.")
    for problem in found:
        print(problem, file=sys.stderr)
    said = f"{outcome.passed} checks passed, {len(outcome.findings)} findings have"
    print(f"checkov: {said} {len(known)} reasons, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
