"""What comes from outside: anything at all, and what is nearly right."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

ROOT = Path(__file__).parents[3]
EVENTS = ROOT / "events"

# Half a character, the end of a line in Unicode's eyes, a control sequence, a number of no end.
ODD = ["\ud800", "\u2028", "\x1b[2J", "", " ", "null", "\x00", "9" * 400, "../..", "=1+1"]
TEXTS = st.text(max_size=40) | st.sampled_from(ODD)
SCALARS: SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS
)
TREES: SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
# Deeper than Python's own recursion, half and whole; of no end; and what no float can hold.
ABYSSES = ["[" * 20_000, '{"a":' * 4_000, "[" * 3000 + "]" * 3000, "9" * 5000, '{"a": 1e999}']
ABYSSES += ["{", "[]", "null", '"', "{}", '{"a": NaN}', f'{{"a": {"9" * 400}}}']
ANY_TEXT = st.text(max_size=200) | st.sampled_from(ABYSSES)
ANY_BYTES = st.binary(max_size=400) | ANY_TEXT.map(
    lambda text: text.encode("utf-8", "surrogatepass")
)


def event(name: str) -> dict[str, Any]:
    """Return a sample event."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


@st.composite
def spoilt(draw: DrawFn, sample: Any) -> Any:
    """Change something of a sample, at any depth: another value, another kind, gone."""
    tree = copy.deepcopy(sample)
    for _ in range(draw(st.integers(1, 3))):
        tree = _changed(draw, tree)
    return tree


def _changed(draw: DrawFn, tree: Any) -> Any:
    if not isinstance(tree, dict | list) or not tree or draw(st.integers(0, 5)) == 0:
        return draw(TREES)
    keys: list[Any] = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = draw(st.sampled_from(keys))
    if draw(st.integers(0, 3)) == 0:
        del tree[key]
    else:
        tree[key] = _changed(draw, tree[key])
    return tree


@st.composite
def damaged(draw: DrawFn, *samples: bytes) -> bytes:
    """Overwrite, cut or repeat some bytes of a sample, or leave it whole."""
    data = bytearray(draw(st.sampled_from(samples)))
    if draw(st.integers(0, 7)) == 0:
        return bytes(data)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(data)))
        length, piece = draw(st.integers(0, 8)), draw(st.binary(max_size=8))
        data[place : place + length] = piece
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def lines(*records: Any) -> bytes:
    """Return JSON lines."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)
