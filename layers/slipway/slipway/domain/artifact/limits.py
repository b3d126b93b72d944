"""How much of everything an artifact may have before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class ArtifactLimits:
    """Bounds of memory, time and disk. Lengths are bytes.

    All are counted, not timed, so that the same artifact always gets the same answer. Together they
    keep an inspection within the 900 seconds of a function with one processor; docs/operations.md
    ("How large a model may be") has the measured rates that they follow from.

    Parameters
    ----------
    members
        Files and folders in the archive.
    compressed_bytes, expanded_bytes
        Size of the archive before and after decompression; compressed pickles count twice.
    slow_bytes
        Size, unpacked, of a pickle that is compressed with bz2, lzma or xz, which are slow.
    repacked_bytes
        Size, unpacked, of an archive that is written again with Slipway's script in it.
    ratio, ratio_from_bytes
        Decompression beyond this ratio is a bomb, once this much came out: arrays of zeros are
        legitimate and shrink well.
    path_length, path_depth
        Of a member's name, in characters and folders.
    opcodes
        Instructions of all pickles together; about a million take a second.
    memo, stack, objects
        Entries of a pickle's memo, of its stack, and containers and instances that it makes.
    text_bytes
        Text of pickles that is kept in memory, names above all.
    nesting
        Depth of a pickle's open containers.
    """

    members: int = 10_000
    compressed_bytes: int = 10 * GIB
    expanded_bytes: int = 20 * GIB
    slow_bytes: int = 2 * GIB
    repacked_bytes: int = 5 * GIB
    ratio: int = 200
    ratio_from_bytes: int = 64 * MIB
    path_length: int = 512
    path_depth: int = 24
    opcodes: int = 10_000_000
    memo: int = 4_000_000
    stack: int = 500_000
    objects: int = 500_000
    text_bytes: int = 32 * MIB
    nesting: int = 500
