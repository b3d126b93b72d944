"""Whatever the bytes are, the answer is an inspection or a refusal in words."""

import gzip

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from slipway.domain.artifact import ArtifactLimits, ArtifactRefused
from tests.unit.artifact.builders import DATA, SKLEARN, changed, inspect, model, unpacked

REAL = [path.read_bytes() for path in sorted(DATA.glob("*.tar.gz"))]
MODELS = [named for archive in REAL for named in unpacked(archive).items()]
SMALL = ArtifactLimits(opcodes=200_000, expanded_bytes=1 << 24, stack=10_000)
FRAMEWORKS = st.sampled_from(["sklearn", "xgboost", "custom", None])
# In a proof, whose profile asks for more of all, more here as well.
MANY = settings.default.max_examples * 3 // 2
QUICK = settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Every instruction, the refused ones too, and a little of what they read.
PIECES = st.one_of(
    st.integers(0, 255).map(lambda code: bytes([code])),
    st.sampled_from([SKLEARN[2:-1], b"\x8c\x02os", b"K\x01", b"(", b"q\x00", b"h\x00", b"}", b"]"]),
    st.binary(max_size=6),
)


def judged(archive: bytes, framework: str | None = None) -> None:
    try:
        inspect(archive, framework=framework, limits=SMALL, allow_code=True)
    except ArtifactRefused as refused:
        assert str(refused).isprintable()


@QUICK
@given(st.binary(max_size=2000), FRAMEWORKS)
@example(b"\x1f\x8b", None)
def test_any_bytes(content: bytes, framework: str | None) -> None:
    judged(content, framework)


@QUICK
@given(st.binary(max_size=3000), FRAMEWORKS)
def test_any_bytes_as_a_tar(content: bytes, framework: str | None) -> None:
    judged(gzip.compress(content, 1), framework)


@QUICK
@given(st.lists(PIECES, max_size=60).map(b"".join), st.integers(0, 6), FRAMEWORKS)
def test_any_instructions(body: bytes, version: int, framework: str | None) -> None:
    judged(model(b"\x80" + bytes([version]) + body + b"."), framework)


def mutated(content: bytes, places: list[tuple[int, bytes]]) -> bytes:
    data = bytearray(content)
    for place, piece in places:
        start = place % max(len(data), 1)
        data[start : start + len(piece)] = piece
    return bytes(data)


PLACES = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=4)), min_size=1, max_size=6)


@QUICK
@given(st.sampled_from(REAL), PLACES)
def test_real_archives_with_damage(archive: bytes, places: list[tuple[int, bytes]]) -> None:
    judged(mutated(archive, places))


@QUICK
@given(st.sampled_from(REAL), PLACES)
def test_real_archives_with_damage_inside(archive: bytes, places: list[tuple[int, bytes]]) -> None:
    judged(changed(archive, lambda data: mutated(data, places)))


@QUICK
@given(st.sampled_from(MODELS), PLACES, FRAMEWORKS)
def test_real_models_with_damage(
    named: tuple[str, bytes], places: list[tuple[int, bytes]], framework: str | None
) -> None:
    judged(model(mutated(named[1], places), named[0]), framework)


@QUICK
@given(st.sampled_from(REAL), st.integers(0, 1 << 20))
def test_a_cut_archive_is_always_refused(archive: bytes, place: int) -> None:
    cut = archive[: place % len(archive)]
    try:
        inspect(cut, limits=SMALL)
    except ArtifactRefused:
        return
    raise AssertionError("a cut archive was accepted")
