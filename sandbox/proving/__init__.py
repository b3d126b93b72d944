"""Proofs by exhaustion: a scenario run once for every call that it makes and every way to fail.

A scenario says how it begins and what it does (`Scenario`). Running it untouched enumerates its
calls from the gateway's record (`calls_of`), so that a new call cannot be forgotten. Then each of
them fails once, twice and for ever, in every way that the service knows (`kinds`), and afterwards
the account and the ledger must hold together (`violations`).
"""

from sandbox.proving.calls import CallSite, calls_of
from sandbox.proving.cases import Case, cases_of, distinct, sample
from sandbox.proving.invariants import Finding, violations
from sandbox.proving.killing import Moment
from sandbox.proving.kinds import KINDS, fault_of
from sandbox.proving.prover import Prover, Verdict
from sandbox.proving.world import Scenario, World

__all__ = [
    "KINDS",
    "CallSite",
    "Case",
    "Finding",
    "Moment",
    "Prover",
    "Scenario",
    "Verdict",
    "World",
    "calls_of",
    "cases_of",
    "distinct",
    "fault_of",
    "sample",
    "violations",
]
