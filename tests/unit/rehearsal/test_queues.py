"""The model of the queues against every single request simulated."""

from __future__ import annotations

from random import Random

import pytest

from rehearsal.noise import Noise
from rehearsal.queueing import Queues, Stretch
from rehearsal.service import Service
from tests.unit.rehearsal.exact import Exact, simulate

SERVICE = Service()


def modelled(rates: list[float], instances: int, seed: int = 1) -> Stretch:
    queues = Queues(SERVICE, Noise(seed))
    queues.resize(instances)
    return queues.run(rates, 0, len(rates))


def mean_wait(stretch: Stretch) -> float:
    ahead = sum(total for _, total in stretch.waited.values())
    return ahead / sum(requests for requests, _ in stretch.waited.values()) / SERVICE.rate


def several(rates: list[float], instances: int) -> Exact:
    """Simulate a few times: in heavy traffic one run says little."""
    total = Exact()
    for seed in range(3):
        found = simulate(SERVICE, rates, instances, Random(seed))
        total.requests += found.requests
        total.failed += found.failed
        total.slow += found.slow
        total.waited += found.waited
    return total


def test_the_service_time_is_the_lognormal_one_that_was_asked_for() -> None:
    assert SERVICE.quantile(0.5) == pytest.approx(0.040)
    assert SERVICE.quantile(0.99) == pytest.approx(0.200)
    drawn = [SERVICE.quantile((number + 0.5) / 20_000) for number in range(20_000)]
    assert SERVICE.mean == pytest.approx(sum(drawn) / len(drawn), rel=1e-3)
    assert SERVICE.longer_than(0.040) == pytest.approx(0.5)


@pytest.mark.parametrize("load", [0.75, 0.9])
def test_what_waits_in_a_steady_load(load: float) -> None:
    rates = [load * SERVICE.rate * 4] * 600
    exact = several(rates, 4)
    stretch = modelled(rates * 3, 4)
    assert exact.failed == 0
    assert stretch.whole_failed == 0
    assert mean_wait(stretch) == pytest.approx(exact.waited / exact.requests, rel=0.3)


@pytest.mark.parametrize("load", [1.05, 1.3, 3.0])
def test_how_many_fail_when_there_are_more_than_can_be_served(load: float) -> None:
    rates = [load * SERVICE.rate * 2] * 400
    exact = several(rates, 2)
    stretch = modelled(rates * 3, 2)
    exact_share, share = exact.failed / exact.requests, stretch.failed / stretch.requests
    assert share == pytest.approx(exact_share, rel=0.06, abs=0.004)
    assert stretch.slow / stretch.requests == pytest.approx(exact.slow / exact.requests, rel=0.05)


def test_a_surge_that_comes_and_goes() -> None:
    rates = [150 + 250 * min(max((at - 60) / 120, 0.0), 1.0) * (at < 300) for at in range(400)]
    exact = simulate(SERVICE, rates, 4, Random(5))
    stretch = modelled(rates, 4)
    assert exact.failed > 1000
    assert stretch.failed == pytest.approx(exact.failed, rel=0.1)
    assert stretch.slow == pytest.approx(exact.slow, rel=0.1)


def test_without_instances_everything_fails() -> None:
    stretch = modelled([12.5] * 10, 0)
    assert (stretch.whole_failed, stretch.slow) == (125, 0)


def test_a_new_instance_is_empty_and_one_that_leaves_takes_nobody_elses_queue() -> None:
    queues = Queues(SERVICE, Noise(1))
    queues.resize(2)
    queues.run([400.0] * 20, 0, 20)
    full = list(queues.waiting)
    queues.resize(3)
    assert queues.waiting == [*full, 0.0]
    queues.resize(1)
    assert queues.waiting == full[:1]


def test_chance_is_the_seeds() -> None:
    rates = [0.95 * SERVICE.rate * 3] * 60
    assert modelled(rates, 3) == modelled(rates, 3)
    assert modelled(rates, 3).waited != modelled(rates, 3, seed=2).waited
