#!/bin/sh
# Prints the first Python of this host that is new enough, or with --explain why there is none.
if [ "$1" = --explain ]; then
    echo "Slipway needs Python 3.11 or later, with venv, and found none as python3, python3.13, python3.12 or python3.11."
    echo "Name one: make PYTHON=/path/to/python3"
    exit 0
fi
for name in python3 python3.13 python3.12 python3.11 python; do
    # Asking is the only proof: a version manager's command may exist for a Python that is not switched on.
    if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
exit 0
