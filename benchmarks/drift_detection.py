"""How soon drift is told, how often wrongly, and how often at all, on streams with known changes.

Captured requests are written, read, profiled, compared and judged by what the functions run, with
the defaults of endpoint.yaml, an hour after the other. `python -m benchmarks.drift_detection`.
"""

from __future__ import annotations

import io
import json
from statistics import median
from typing import TYPE_CHECKING

import polars

from benchmarks.figures import Figure, Figures, show
from benchmarks.streams import (
    BASELINE_ROWS,
    NAMED,
    QUIET,
    SCORE,
    STREAMS,
    SUDDEN,
    Stream,
)
from benchmarks.telling import delays, follow
from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.comparing import compare
from slipway.domain.drift.episode import News, Window, next_turn
from slipway.domain.drift.evidence import Coverage
from slipway.domain.drift.judging import judge
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import read_captures
from slipway.domain.drift.settings import Settings
from slipway.domain.drift.verdict import Verdict
from slipway.domain.spec import EndpointSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.streams import Table
    from slipway.domain.drift.episode import Episode
    from slipway.domain.drift.schema import Schema
    from slipway.domain.drift.verdict import DriftVerdict

SEEDS = range(10)
AFTER, LONG = 24, 60
# A month of the smallest windows that are judged: there noise alone is beyond every limit.
QUIET_HOURS, QUIET_ROWS = 720, 200
# Of 720 hours at a significance of 0.0001 no more than one is wrong in nine months of ten.
WRONG = 1
SEEN_WITHIN = 3
# A baseline is learnt from 1,000 rows by default, and may be of less.
LEARNT, NAMED_HOURS = (500, 1000, BASELINE_ROWS), 24
DAYS = 5
SETTINGS = Settings.of(EndpointSpec().drift)


class Watch:
    """An endpoint's baseline, and what is said of its hours."""

    def __init__(self, stream: Stream, rows: int = BASELINE_ROWS) -> None:
        content = _frame(stream.baseline(rows)).write_csv().encode()
        self._baseline = Baseline.from_csv(lambda: [content])
        self._schema: Schema | None = None

    def drifts(self, table: Table) -> bool:
        """Return whether an hour is called drift."""
        return self.look(table).verdict is Verdict.DRIFT

    def look(self, table: Table) -> DriftVerdict:
        """Judge an hour."""
        capture = _capture(table)
        if self._schema is None:
            self._schema = self._baseline.schema([capture])
        profile = Profile(self._schema, self._baseline.bins)
        for batch in read_captures([capture], self._schema):
            profile.add(batch)
        coverage = Coverage.of(profile.records, profile.rows, profile.troubles)
        return judge(compare(self._baseline, profile), coverage, SETTINGS)


def _frame(table: Table) -> polars.DataFrame:
    return polars.DataFrame(table).fill_nan(None)


def _capture(table: Table) -> bytes:
    """Return an hour as data capture writes it: here all rows in one request."""
    frame = _frame(table)
    sides = {"endpointInput": frame.drop(SCORE), "endpointOutput": frame.select(SCORE)}
    data = {
        side: {"observedContentType": "text/csv", "encoding": "CSV", "data": _rows(each)}
        for side, each in sides.items()
    }
    event = {"eventId": "one", "inferenceTime": "2026-03-02T09:00:00Z"}
    record = {"captureData": data, "eventMetadata": event, "eventVersion": "0"}
    return json.dumps(record).encode() + b"\n"


def _rows(frame: polars.DataFrame) -> str:
    file = io.BytesIO()
    frame.write_csv(file, include_header=False)
    return file.getvalue().decode()


def detection() -> Figures:
    """Return when each kind of change is told."""
    found, wrong, looks = Figures(), 0, 0
    for stream in STREAMS:
        hours = stream.at + (LONG if stream.ramp else AFTER)
        seeded = [stream.seeded(seed) for seed in SEEDS]
        told = [follow(Watch(each), each, hours) for each in seeded]
        wrong += sum(each.wrong for each in told)
        looks += sum(each.quiet for each in told)
        found |= _told(stream, delays(told))
    words = f"{looks:,} hours of 10 features, {STREAMS[0].rows:,} requests each"
    found["drift: false alarms before anything changed"] = Figure.none(wrong, "", words)
    return found


def _told(stream: Stream, after: list[int]) -> Figures:
    if stream.change is None:
        return {}
    seen = f"told in {len(after)} of {len(SEEDS)} streams of {stream.rows:,} requests an hour"
    value = float(median(after)) if after else "never"
    name = f"drift: {stream.name}, told after"
    if stream in SUDDEN and after:
        complete = len(after) == len(SEEDS)
        bound = f"at most {SEEN_WITHIN}; {seen}"
        return {name: Figure(value, "h", bound, complete and median(after) <= SEEN_WITHIN)}
    return {name: Figure(value, "h", seen, stream not in SUDDEN)}


def false_alarms() -> Figures:
    """Return how often 100 unchanged features call somebody in a month."""
    wrong = sum(_quiet(QUIET_ROWS))
    words = f"100 features for {QUIET_HOURS} hours, {QUIET_ROWS:,} requests each"
    return {"drift: false alarms of a month": Figure.at_most(wrong, "", WRONG, words)}


def _quiet(rows: int) -> Iterator[bool]:
    """Say of each hour of a month whether it is called drift, a week of each with a baseline."""
    weeks = 4
    for seed in range(weeks):
        stream = Stream(QUIET.name, rows=rows, copies=QUIET.copies, seed=100 + seed)
        yield from map(Watch(stream).drifts, stream.hours(QUIET_HOURS // weeks))


def named() -> Figures:
    """Return how often columns that are no categories call somebody, whatever the baseline."""
    wrong = 0
    for rows in LEARNT:
        stream = NAMED.seeded(rows)
        wrong += sum(map(Watch(stream, rows).drifts, stream.hours(NAMED_HOURS)))
    words = f"baselines of {', '.join(f'{rows:,}' for rows in LEARNT)} rows, {NAMED_HOURS} hours"
    return {f"drift: false alarms of {NAMED.name}": Figure.none(wrong, "", words)}


def messages() -> Figures:
    """Return how often people are told of changes that last for two days and pass."""
    told = [_messages(stream.seeded(seed)) for seed, stream in enumerate(SUDDEN)]
    words = f"{len(told)} changes that last for 48 hours; the second one says that it is over"
    return {"drift: messages of an episode": Figure.at_most(max(told), "", 2, words)}


def _messages(stream: Stream) -> int:
    quiet = Stream(stream.name, rows=stream.rows, seed=stream.seed)
    told = _news(Watch(stream), [*stream.hours(stream.at + 48), *quiet.hours(26)])
    # Not to be told that it is over is worse than any message.
    return len(told) if News.OVER in told else len(told) + 100


def _news(watch: Watch, hours: Iterable[Table]) -> list[News]:
    episode: Episode | None = None
    told: list[News] = []
    for hour, table in enumerate(hours):
        turn = next_turn(episode, watch.look(table), _window(hour), "one")
        episode = turn.episode
        told += [turn.news] if turn.news is not News.NOTHING else []
    return told


def rhythm() -> Figures:
    """Return how many episodes ordinary days are, with a baseline that holds all of a day."""
    stream = Stream("a feature that swings by 0.4 deviations each day")
    told = _news(Watch(stream), stream.swinging(24 * DAYS, 0.4))
    words = f"{DAYS} days of {stream.rows:,} requests an hour; news: {', '.join(told) or 'none'}"
    return {f"drift: episodes of {stream.name}": Figure.at_most(len(told), "", 1, words)}


def _window(hour: int) -> Window:
    begin = f"2026-03-{hour // 24 + 1:02}T{hour % 24:02}"
    return Window(f"{begin}:00:00Z", f"{begin}:59:59Z", f"{begin}:59:59Z")


def figures() -> Figures:
    """Run all streams."""
    return detection() | false_alarms() | named() | messages() | rhythm()


if __name__ == "__main__":
    show(figures())
