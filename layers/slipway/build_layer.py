"""Build the layer's `python` folder: pinned third parties, botocore trimmed, the package `slipway`.

For Lambda by default; for this very machine with --host, which is what the sandbox runs functions
on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from layer_steps import compile_all, install, parser
from trim_botocore import read_services, trim

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "slipway"


def third_parties(target: Path, *, host: bool) -> None:
    """Fill `target` with the dependencies, trimmed and compiled."""
    install(HERE / "requirements.txt", target, host=host)
    trim(target / "botocore" / "data", read_services(HERE / "aws-services.txt"))
    compile_all(target, target, host=host)


def own_package(target: Path, *, host: bool) -> None:
    """Add the package `slipway`, compiled."""
    shutil.copytree(PACKAGE, target / "slipway", ignore=shutil.ignore_patterns("__pycache__"))
    compile_all(target, target / "slipway", host=host)


def main() -> None:
    """Build into --output, which must not exist or be empty."""
    understood = parser(__doc__)
    understood.add_argument("--part", choices=("all", "third-parties", "package"), default="all")
    options = understood.parse_args()
    if options.part != "package":
        third_parties(options.output, host=options.host)
    if options.part != "third-parties":
        options.output.mkdir(parents=True, exist_ok=True)
        own_package(options.output, host=options.host)


if __name__ == "__main__":
    main()
