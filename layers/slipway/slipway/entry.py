"""What every function has around its use case: logs, metrics, errors that can be retried."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools import Logger, Metrics

from slipway.adapters.faults import passing_faults
from slipway.domain.shortening import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = Logger(service="slipway")
metrics = Metrics(namespace="Slipway", service="slipway")

Event = dict[str, Any]
Result = dict[str, Any]

# What a log line is found by: all lines of an execution, of a release, of an endpoint.
_CORRELATION = ("execution", "endpoint", "release")


def entrypoint(handle: Callable[[Event], Result]) -> Callable[[Event, Any], Result]:
    """Make a Lambda handler of a function of the event.

    Parameters
    ----------
    handle : callable
        Parses the event and the environment, and calls one use case.
    """
    # Most functions count nothing but their cold starts; Powertools would warn each time.
    warnings.filterwarnings("ignore", "No application metrics to publish")

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics(capture_cold_start_metric=True, raise_on_empty_metrics=False)
    @wraps(handle)
    def handler(event: Event, context: Any) -> Result:
        del context  # Powertools has read it
        keys = {name: event[name] for name in _CORRELATION if name in event}
        logger.append_keys(**keys)
        with passing_faults(), _short_words():
            result = handle(event)
        logger.info("done", extra={"result": result})
        return result

    return cast("Callable[[Event, Any], Result]", handler)


@contextmanager
def _short_words() -> Iterator[None]:
    """Cut the message of an error: workflows carry it on, with 256 KiB for everything."""
    try:
        yield
    except Exception as error:
        words = str(error)
        if shorten(words) != words:
            error.args = (shorten(words),)
        raise


def count(what: str) -> None:
    """Count something that happened, as a metric of the namespace Slipway.

    Parameters
    ----------
    what : str
        The metric's name, such as ``ReleaseSucceeded``.
    """
    metrics.add_metric(name=what, unit="Count", value=1)
