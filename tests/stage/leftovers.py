"""Processes that should have ended."""

from __future__ import annotations

import os
import subprocess


def children(parent: int | None = None) -> dict[int, str]:
    """Return the processes that a process started, and theirs, with their commands."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat=,args="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    family = {os.getpid() if parent is None else parent}
    found: dict[int, str] = {}
    # A parent's number may be above its child's, so that one pass is not enough.
    while new := {
        int(pid): args
        for pid, ppid, state, args in (row for row in rows if len(row) == 4)
        if int(ppid) in family and int(pid) not in family and not state.startswith("Z")
    }:
        family |= set(new)
        found |= new
    return {pid: args for pid, args in found.items() if not args.startswith("ps -A")}
