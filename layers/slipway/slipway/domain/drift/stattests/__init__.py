"""Tests of distributions, one in a file, registered by name with threshold and source."""

# Importing a test registers it.
from slipway.domain.drift.stattests import (
    chi_square,
    jensen_shannon,
    ks,
    l_infinity,
    mm_robust,
    mm_simple,
    psi,
    wasserstein,
)
from slipway.domain.drift.stattests.registry import (
    Outcome,
    StatTest,
    UnknownTest,
    all_tests,
    find_test,
)

__all__ = [
    "Outcome",
    "StatTest",
    "UnknownTest",
    "all_tests",
    "chi_square",
    "jensen_shannon",
    "ks",
    "l_infinity",
    "mm_robust",
    "mm_simple",
    "psi",
    "find_test",
    "wasserstein",
]
