"""What checkov finds, told without asking anybody on a network."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Found something, and found nothing; whatever else it returns, it did not get that far.
_ENDED = {0, 1}


class CheckovFailed(Exception):
    """Checkov did not look at what it was given."""


@dataclass(frozen=True)
class Finding:
    """A rule that a resource does not follow.

    Attributes
    ----------
    resource
        Its logical id: SAM makes several resources of one, whose names begin with that one's.
    skipped
        A comment that checkov itself has read says why.
    """

    check: str
    name: str
    kind: str
    resource: str
    file: str
    skipped: bool = False


@dataclass(frozen=True)
class Outcome:
    """What checkov said of some files.

    Attributes
    ----------
    rules
        The names of all that it looked for.
    """

    findings: list[Finding]
    passed: int
    rules: frozenset[str]


def run(checkov: Path, files: Sequence[Path]) -> Outcome:
    """Return what checkov says of templates.

    Raises
    ------
    CheckovFailed
        It could not read a file, or ended otherwise than it should.
    """
    command = [str(checkov), "--framework", "cloudformation", "--output", "json", "--compact"]
    # No rules and hints of its maker's service: the pins say which ones count.
    command += ["--skip-download", "--file", *map(str, files)]
    with tempfile.TemporaryDirectory() as home:
        # An empty home and environment: settings and keys of whoever runs this change nothing.
        environment = {"HOME": home, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true", "PATH": ""}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in _ENDED:
        raise CheckovFailed(f"checkov ended with {done.returncode}: {done.stderr[-2000:]}")
    return _read(done.stdout)


def _read(output: str) -> Outcome:
    try:
        report: dict[str, Any] = json.loads(output)
        results, summary = report["results"], report["summary"]
    except (ValueError, KeyError, TypeError) as error:
        raise CheckovFailed(f"checkov looked at nothing: {output[:500]}") from error
    if summary["parsing_errors"]:
        raise CheckovFailed(f"checkov cannot read {results['parsing_errors']}.")
    findings = [_finding(each, skipped=False) for each in results["failed_checks"]]
    findings += [_finding(each, skipped=True) for each in results["skipped_checks"]]
    rules = {each["check_id"] for each in results["passed_checks"]}
    return Outcome(findings, summary["passed"], frozenset(rules | {f.check for f in findings}))


def _finding(record: dict[str, Any], *, skipped: bool) -> Finding:
    kind, resource = record["resource"].rsplit(".", 1)
    return Finding(
        record["check_id"], record["check_name"], kind, resource, record["file_path"], skipped
    )
