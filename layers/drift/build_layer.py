"""Build the layer's `python` folder: pinned third parties, without what no function ever reads.

For Lambda by default; for this very machine with --host, which is what the sandbox runs functions
on.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from layer_steps import compile_all, install, parser

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
# Tests, stubs, and parts of numpy that nothing imports: with the other layer all of it has to stay
# below Lambda's 250 MB.
UNREAD = tuple(f"numpy/{part}" for part in "f2py random fft polynomial testing typing".split())
UNREAD_NAMES = ("tests", "*_tests.*.so", "include", "sboms", "*.pyi", "*.a", "*.h", "*.pxd")


def trim(target: Path) -> None:
    """Remove what is never imported."""
    for path in list(_unread(target)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # It may have gone with its folder.


def _unread(target: Path) -> Iterator[Path]:
    yield from (target / name for name in UNREAD)
    for pattern in UNREAD_NAMES:
        yield from target.rglob(pattern)


def main() -> None:
    """Build into --output, which must not exist or be empty."""
    understood = parser(__doc__)
    # As the other layer has it: this one is third parties only.
    understood.add_argument("--part", choices=("all", "third-parties"), default="all")
    options = understood.parse_args()
    install(HERE / "requirements.txt", options.output, host=options.host)
    trim(options.output)
    compile_all(options.output, options.output, host=options.host)


if __name__ == "__main__":
    main()
