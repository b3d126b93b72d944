"""What `release.metrics` takes, and what it refuses with words."""

from __future__ import annotations

import pytest

from slipway.domain.judge import CustomMetric
from slipway.domain.policy import release_policy
from slipway.domain.spec import InvalidSpec, parse_spec

SHOP = "namespace: Shop, metric: Conversion"


def refused(metric: str, more: str = "") -> str:
    with pytest.raises(InvalidSpec) as found:
        parse_spec(f"release:\n  metrics:\n  - {{{metric}}}\n{more}")
    (problem,) = found.value.problems
    return str(problem)


def test_one_limit_is_enough() -> None:
    spec = parse_spec(f"release:\n  metrics:\n  - {{{SHOP}, below_live: 10}}\n")
    (kept,) = release_policy(spec)["metrics"]
    metric = CustomMetric.from_dict(kept)
    assert metric == CustomMetric(
        "Shop",
        "Conversion",
        "Average",
        {"Endpoint": "{endpoint}", "Variant": "{variant}"},
        below_live=0.1,
    )
    assert [str(limit) for limit in metric.limits] == ["`below_live: 10`"]


def test_a_limit_of_nothing_is_a_limit() -> None:
    spec = parse_spec(f"release:\n  metrics:\n  - {{{SHOP}, below_live: 0, at_most: 0}}\n")
    (kept,) = release_policy(spec)["metrics"]
    assert [str(limit) for limit in CustomMetric.from_dict(kept).limits] == [
        "`at_most: 0`",
        "`below_live: 0`",
    ]


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (SHOP, "needs a limit, or nothing is bad"),
        (f"{SHOP}, at_least: 2, at_most: 1", "`at_least` (2) is more than `at_most` (1)"),
        (f"{SHOP}, at_least: 1, dimensions: {{Shop: eu}}", "no dimension holds the variant"),
        (
            f"{SHOP}, at_least: 1, dimensions: {{Model: '{{version}}'}}",
            "`version` in braces stands for nothing",
        ),
        (f"{SHOP}, at_least: 1, statistic: Sum", "the text `Sum` is none of"),
        (f"{SHOP}, worse_by: 10", "no such setting"),
        ("namespace: Slipway/Drift, metric: accuracy, at_least: 1", "Slipway's own metrics"),
    ],
)
def test_what_cannot_be_judged_is_refused(metric: str, words: str) -> None:
    found = refused(metric)
    assert words in found
    assert found.startswith("line 3: release.metrics[0].")


def test_two_fleets_of_one_variant_cannot_be_told_apart() -> None:
    found = refused(f"{SHOP}, at_least: 1", "  strategy: managed\n")
    assert "release.metrics: `strategy: managed` serves both versions as one variant" in found


def test_a_few_are_enough() -> None:
    metrics = "\n".join(f"  - {{{SHOP}, at_least: 1}}" for _ in range(6))
    with pytest.raises(InvalidSpec, match="at most 5"):
        parse_spec(f"release:\n  metrics:\n{metrics}\n")
