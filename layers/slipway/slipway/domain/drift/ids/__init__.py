"""Where the answers of which ids lie, for billions of them."""

from slipway.domain.drift.ids.index import (
    PARTS,
    TAIL,
    IdIndex,
    answer_bytes,
    bytes_of,
    ends_in,
    first_of,
    hashes_in,
    hashes_of,
    part_numbers,
    together,
)
from slipway.domain.drift.ids.search import Search

__all__ = [
    "PARTS",
    "TAIL",
    "IdIndex",
    "Search",
    "answer_bytes",
    "bytes_of",
    "ends_in",
    "first_of",
    "hashes_in",
    "hashes_of",
    "part_numbers",
    "together",
]
