#!/bin/sh
# Runs a command and shows what it printed only if it fails.
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
"$@" >"$log" 2>&1
code=$?
[ "$code" -eq 0 ] || cat "$log" >&2
exit "$code"
