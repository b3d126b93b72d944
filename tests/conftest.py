"""One sandbox for all tests of a module that share it, and nothing left behind."""

from __future__ import annotations

import functools
import gc
import zlib
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Unsupported
from sandbox.replacing import replaced, restore
from sandbox.testing import Sandbox
from tests.stage.archives import Trained, train
from tests.stage.endpoint import Endpoint
from tests.stage.leftovers import children
from tests.stage.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from sandbox.hosting.images import Image

_SHARED: dict[str, Stage] = {}

# An account is a million objects that stay: to look at them again and again took an eighth.
gc.set_threshold(50_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that share a sandbox together, last: moto has room for one in a process."""
    items.sort(key=_shares)


def pytest_runtest_setup(item: pytest.Item) -> None:
    # A module has its sandbox to itself: what one leaves, good or bad, is no other one's matter.
    if not _shares(item) or str(item.path) not in _SHARED:
        _close_shared()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """Let no module leave moto changed: tests of others, in any order, take it for moto's own."""
    yield
    last = nextitem is None or nextitem.path != item.path
    if last and not _SHARED and (left := replaced()):
        restore()
        pytest.fail(f"A sandbox was not closed, and moto is no longer its own: {left}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    _close_shared()
    left = children()
    if left:
        print(f"\nProcesses left behind by the tests: {left}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A sandbox that the tests of a module use, each with endpoints of its own."""
    module = str(request.path)
    if module not in _SHARED:
        # A module may need more in its account than the stack.
        prepare = getattr(request.module, "prepare_account", None)
        _SHARED[module] = Stage(Sandbox(prepare=prepare))
    stage = _SHARED[module]
    since = len(stage.sandbox.account.gateway.records)
    yield stage
    left = stage.sandbox.account.gateway.faults.as_list()
    stage.sandbox.account.gateway.faults.clear()
    assert left == [], "A fault that was injected never happened."
    assert stage.denied(since) == [], "A role was refused what it asked for."
    assert stage.sandbox.account.bus.lost == [], "An event or a message was lost."


@pytest.fixture
def new_endpoint(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Callable[[], Endpoint]]:
    """Return endpoints that no other test uses.

    How long SageMaker takes is drawn from an endpoint's name: a test has the same ones whichever
    tests ran before it.
    """
    made: list[Endpoint] = []
    number = zlib.crc32(request.node.nodeid.encode())

    def new() -> Endpoint:
        made.append(Endpoint(stage, f"churn{number % 100_000:05}{len(made)}"))
        return made[-1]

    yield new
    for endpoint in made:
        endpoint.clear()


@pytest.fixture
def endpoint(new_endpoint: Callable[[], Endpoint]) -> Endpoint:
    """An endpoint that no other test uses."""
    return new_endpoint()


def _shares(item: pytest.Item) -> bool:
    return "stage" in getattr(item, "fixturenames", ())


def _close_shared() -> None:
    if _SHARED:
        _SHARED.popitem()[1].close()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Image], Trained]:
    """Train a small real model with an image's own packages, once; skip where they do not run."""

    @functools.cache
    def train_once(image: Image) -> Trained:
        try:
            return train(image, tmp_path_factory.mktemp(image.name))
        except Unsupported as error:
            pytest.skip(str(error))

    return train_once
