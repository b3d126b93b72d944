"""How much memory a process has used at most."""

from __future__ import annotations

from pathlib import Path

# Python maps far more than it uses: thread stacks, malloc arenas, shared libraries. The limit on
# address space only stops a runaway; the resident peak is what is compared with MemorySize.
ADDRESS_SPACE_MARGIN_MB = 1024


def address_space(memory_mb: int) -> int:
    """Return the bytes of address space that a function of this memory may map."""
    return (memory_mb + ADDRESS_SPACE_MARGIN_MB) * 1024 * 1024


def peak_mb(pid: int) -> int | None:
    """Return the peak of resident memory; None where the system does not tell (not Linux)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return -(-int(line.split()[1]) // 1024)
    return None
