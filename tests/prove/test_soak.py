"""What a soak is planned to be; a day of it is tried in `test_slices`."""

from __future__ import annotations

from collections import Counter

from tests.prove.soaking.plan import COMMON_RATES, RATES, WORK, plan_day


def test_the_same_seed_plans_the_same_day_and_another_one_another() -> None:
    names = ["a", "b", "c"]
    assert plan_day(1, 5, names) == plan_day(1, 5, names)
    assert plan_day(1, 5, names) != plan_day(2, 5, names)
    assert plan_day(1, 5, names) != plan_day(1, 6, names)


def test_in_a_month_everything_happens_and_in_working_hours() -> None:
    names = [f"house{number}" for number in range(50)]
    month = [each for day in range(30) for each in plan_day(1, day, names)]
    happened = Counter(each.kind for each in month)
    assert set(happened) == {*RATES, *COMMON_RATES}
    assert all(0 <= each.at <= WORK for each in month)
    assert happened["good drop"] > 300
