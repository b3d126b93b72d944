"""Least privilege, proved: nothing that was wanted is denied, nothing that is allowed is idle.

SLIPWAY_RECORD_DEMANDS=build/demands python -m pytest tests/e2e tests/workflows
python -m sandbox.access.proof [build/demands]

Every sandbox leaves a record of what the stack's roles wanted and of their policies. Here each
action of each Allow statement is taken away in thought: if nothing recorded would be refused, it is
not needed, and has to go from the template or into `exceptions.json`, with the reason why the
sandbox cannot need it. New functions and statements are taken in without a change here.
"""

from __future__ import annotations

import fnmatch
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.access.cells import Findings
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.access.cells import Attachment, Cell

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "build" / "demands"
EXCEPTIONS = Path(__file__).with_name("exceptions.json")


class Verdict(NamedTuple):
    """What is wrong, and how much was looked at.

    Attributes
    ----------
    unused, overlapping
        Cells that nothing needs: because nothing uses them, or because others allow the same.
    idle
        Policies that a role has and never needs.
    stale
        Exceptions that explain nothing any more.
    """

    findings: Findings
    unused: list[str]
    overlapping: list[str]
    idle: list[str]
    explained: int
    stale: list[str]

    @property
    def holds(self) -> bool:
        """Whether the proof holds."""
        wrong = self.findings.denied, self.unused, self.overlapping, self.idle, self.stale
        return self.findings.demands > 0 and not any(wrong)

    def counts(self) -> dict[str, Any]:
        """Return the figures for build/proof.json."""
        return {
            "holds": self.holds,
            "demands": self.findings.demands,
            "actions_of_statements": len(self.findings.cells),
            "necessary": len(self.findings.necessary),
            "explained": self.explained,
            "denied": len(self.findings.denied),
            "unused": len(self.unused),
            "overlapping": len(self.overlapping),
            "idle_policies": len(self.idle),
            "stale_exceptions": len(self.stale),
        }

    def lines(self) -> list[str]:
        """Return what is wrong, a line each."""
        found = {
            "denied": sorted(self.findings.denied),
            "unused": self.unused,
            "overlapping": self.overlapping,
            "idle": self.idle,
            "exception without a cause": self.stale,
        }
        return [f"{kind}: {each}" for kind, listed in found.items() for each in listed]


def read(folder: Path) -> Findings:
    """Evaluate all records in a folder."""
    findings = Findings()
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text())
        demands = [(role, Demand(*rest)) for role, *rest in record["demands"]]
        findings.add(record["policies"], demands)
    return findings


def judge(findings: Findings, exceptions: Mapping[str, str]) -> Verdict:
    """Tell what is wrong.

    Parameters
    ----------
    exceptions
        Reasons by patterns of `<policy>/<Sid>/<action>` or of `<role> has <policy>`.
    """
    needless = findings.cells - findings.necessary
    unexplained = {cell for cell in needless if not _explained(cell, exceptions)}
    idle = {each for each in findings.idle if not _explained(each, exceptions)}
    every = {str(each) for each in (*needless, *findings.idle)}
    return Verdict(
        findings,
        unused=sorted(str(cell) for cell in unexplained - findings.used),
        overlapping=sorted(str(cell) for cell in unexplained & findings.used),
        idle=sorted(map(str, idle)),
        explained=len(needless) - len(unexplained) + len(findings.idle) - len(idle),
        stale=[pattern for pattern in exceptions if not fnmatch.filter(every, pattern)],
    )


def _explained(found: Cell | Attachment, exceptions: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(str(found), pattern) for pattern in exceptions)


def prove(folder: Path = RECORDS) -> Verdict:
    """Evaluate the records against the committed exceptions."""
    return judge(read(folder), json.loads(EXCEPTIONS.read_text()))


def main() -> int:
    """Print what is wrong and write the counts."""
    verdict = prove(Path(sys.argv[1]) if sys.argv[1:] else RECORDS)
    print("\n".join([*verdict.lines(), json.dumps(verdict.counts())]))
    target = ROOT / "build" / "proof.json"
    known = json.loads(target.read_text()) if target.is_file() else {}
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(known | {"least_privilege": verdict.counts()}, indent=1) + "\n")
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
