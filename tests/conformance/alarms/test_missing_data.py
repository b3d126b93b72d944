"""CloudWatch's documented verdicts on alarms with missing data."""

import csv
from pathlib import Path

import pytest

from sandbox.events.alarms.evaluation import Condition, enough_samples, evaluate

DOCUMENTED = Path(__file__).parents[4] / "shared" / "data" / "alarms" / "missing_data_tables.csv"
POLICIES = ("missing", "ignore", "breaching", "notBreaching")
KEEP = "KEEP"

# M, N, five points (oldest first, o good, x bad, . missing), missing points to fill in, and the
# verdict under each of the four policies.
CASES = [
    (3, 3, "o.x.x", 0, ("OK", "OK", "OK", "OK")),
    (3, 3, "o....", 2, ("OK", "OK", "OK", "OK")),
    (3, 3, ".....", 3, ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK")),
    (3, 3, "oxx.x", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (3, 3, "..x..", 2, ("ALARM", KEEP, "ALARM", "OK")),
    (2, 3, "o.x.x", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (2, 3, "ooxox", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (2, 3, "o.x..", 1, ("OK", "OK", "ALARM", "OK")),
    (2, 3, "....o", 2, ("OK", "OK", "ALARM", "OK")),
    (2, 3, "...x.", 2, ("ALARM", KEEP, "ALARM", "OK")),
]

# The rules around the tables.
FURTHER = [
    # one bad point is not yet as old as the data points to alarm
    (3, 3, "....x", 2, ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK")),
    (2, 3, "....x", 2, ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK")),
    # a lone bad point at the far end has waited long enough
    (3, 3, "x....", 2, ("ALARM", KEEP, "ALARM", "OK")),
    # a good point anywhere within the range forbids the early alarm
    (3, 3, "x.o..", 1, ("OK", "OK", "OK", "OK")),
    # enough real bad points need no waiting
    (2, 3, "...xx", 1, ("ALARM", "ALARM", "ALARM", "ALARM")),
    # with enough real points only the newest count
    (1, 1, "x...o", 0, ("OK", "OK", "OK", "OK")),
    (1, 1, "..x", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (1, 1, "x..", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (1, 1, "...", 1, ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK")),
    (1, 3, "ooox.", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (3, 3, "xxxxx", 0, ("ALARM", "ALARM", "ALARM", "ALARM")),
    (3, 3, "xxxxo", 0, ("OK", "OK", "OK", "OK")),
]


def verdict(datapoints, periods, points, policy):
    values = [{"o": 0.0, "x": 2.0, ".": None}[point] for point in points]
    condition = Condition("GreaterThanThreshold", 1.0, periods, datapoints, policy)
    return evaluate(values, condition)


@pytest.mark.parametrize(("m", "n", "points", "fill", "expected"), CASES + FURTHER)
def test_verdicts(m, n, points, fill, expected):
    for policy, state in zip(POLICIES, expected, strict=True):
        found = verdict(m, n, points, policy)
        assert (found.state or KEEP) == state, policy
        assert found.filled == fill


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="CloudWatch's own tables are not beside this")
def test_verdicts_of_the_documented_tables():
    with DOCUMENTED.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(CASES)
    for row in rows:
        points = row["datapoints_oldest_first"].replace(" ", "")
        points = points.replace("0", "o").replace("X", "x").replace("-", ".")
        for policy in POLICIES:
            m, n = int(row["datapoints_to_alarm"]), int(row["evaluation_periods"])
            found = verdict(m, n, points, policy)
            wanted = None if row[policy] == "Retain current state" else row[policy]
            assert found.state == wanted, (row, policy)
            assert found.filled == int(row["missing_to_fill"])


@pytest.mark.parametrize(
    ("comparison", "breaching", "fine"),
    [
        ("GreaterThanThreshold", 1.1, 1.0),
        ("GreaterThanOrEqualToThreshold", 1.0, 0.9),
        ("LessThanThreshold", 0.9, 1.0),
        ("LessThanOrEqualToThreshold", 1.0, 1.1),
    ],
)
def test_comparisons(comparison, breaching, fine):
    condition = Condition(comparison, 1.0, 1, 1)
    assert evaluate([breaching], condition).state == "ALARM"
    assert evaluate([fine], condition).state == "OK"


@pytest.mark.parametrize(
    ("percent", "samples", "enough"),
    [
        (99, 999, False),
        (99, 1000, True),
        (50, 19, False),
        (50, 20, True),
        (10, 99, False),
        (10, 100, True),
    ],
)
def test_how_many_samples_a_percentile_needs(percent, samples, enough):
    assert enough_samples(percent, samples) is enough
