"""Refuses what must not be in the repository.

Paths of one machine, addresses of package indexes, lock files of other tools, unfinished work,
suppressions without a reason.

    python scripts/verify_sources.py            # every file that git tracks
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BINARY = frozenset({".png", ".gz", ".zip", ".joblib", ".ubj", ".whl"})
_MADE = frozenset(
    {".venv", "build", ".aws-sam", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
)
_FOREIGN_LOCKS = frozenset({"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"})


@dataclass(frozen=True)
class Rule:
    """Text that must not appear, why, and in which files it is looked for."""

    name: str
    pattern: re.Pattern[str]
    why: str
    files: re.Pattern[str] = re.compile("")


RULES = (
    Rule(
        "machine path",
        # Spelt in pieces, so that this file does not refuse itself.
        re.compile(
            r"(?<![\w.$}/-])/(?:" + "|".join(("root", "Users", r"home/[\w-]+", "work")) + r")/"
        ),
        "it exists on one machine only",
    ),
    Rule(
        "package index",
        re.compile(r"--?(?:extra-)?index-url|--find-links|--trusted-host|https?://"),
        "which index is used is the installing machine's own setting",
        re.compile(r"(^|/)requirements[^/]*(/|\.)[^/]*\.?(txt|in)$|images/[^/]+\.txt$"),
    ),
    Rule(
        "package registry",
        re.compile(r'"resolved"|registry'),
        "which registry is used is the installing machine's own setting",
        re.compile(r"(^|/)(package-lock\.json|\.npmrc)$"),
    ),
    Rule(
        "unfinished work",
        re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b"),
        "what is to be done belongs into the tracker",
    ),
    Rule(
        "suppression",
        re.compile(r"# (?:no" + r"qa(?::[A-Z0-9, ]+)?|type: ig" + r"nore(?:\[[a-z, -]+\])?)\s*$"),
        "its reason stands beside it",
        re.compile(r"\.py$"),
    ),
    Rule(
        "layout",
        re.compile(r"# fm" + r"t: (?:off|skip)"),
        "the formatter decides everywhere",
        re.compile(r"\.py$"),
    ),
)


def verify(paths: list[Path]) -> list[str]:
    """Return what is wrong, one line for each place."""
    problems = []
    for path in paths:
        if path.name in _FOREIGN_LOCKS:
            problems.append(f"{path}: versions are pinned in requirements/*.txt only")
        if path.suffix not in _BINARY:
            problems += _read(path)
    return problems


def _read(path: Path) -> list[str]:
    try:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return [f"{path}: is not UTF-8"]
    rules = [rule for rule in RULES if rule.files.search(path.as_posix())]
    return [
        f"{path}:{number}: {rule.name}: {rule.why}"
        for number, line in enumerate(lines, 1)
        for rule in rules
        if rule.pattern.search(line)
    ]


def tracked() -> list[Path]:
    """Return the files that git tracks and that are there; without git, those that are not made."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not _is_made(path)]
    return [Path(name) for name in listed if name and (ROOT / name).is_file()]


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[0] in _MADE or "__pycache__" in parts


def main() -> int:
    """Print what is wrong; return the exit code."""
    paths = tracked()
    problems = verify(paths)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(paths)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
