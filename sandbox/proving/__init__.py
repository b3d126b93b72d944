"""Proofs by exhaustion: a scenario run once for every call that it makes and every way to fail.

A scenario says how it begins and what it does (`Scenario`). Running it untouched enumerates what
happens in it (`Survey`), so that nothing new can be forgotten. Then each call fails in every way
that its service knows (`kinds`; where its client makes up for it many at a time, `brownout`), each
function comes to grief (`crashing`), each delivery goes
astray (`delivering`), each change of the endpoint ends badly (`hindering`), once, twice and for
ever, and each execution is killed in each state (`killing`). Afterwards the account and the ledger
must hold together (`violations`).
"""

from sandbox.proving.attempt import Attempt, distinct
from sandbox.proving.brownout import Brownout
from sandbox.proving.calls import CallSite, calls_of
from sandbox.proving.cases import Case, cases_of, sample
from sandbox.proving.finding import Finding
from sandbox.proving.invariants import violations
from sandbox.proving.killing import Kill, Moment
from sandbox.proving.kinds import KINDS, fault_of
from sandbox.proving.prover import Prover
from sandbox.proving.scenario import Scenario
from sandbox.proving.survey import Survey
from sandbox.proving.verdict import Verdict
from sandbox.proving.world import World

__all__ = [
    "KINDS",
    "Attempt",
    "Brownout",
    "CallSite",
    "Case",
    "Finding",
    "Kill",
    "Moment",
    "Prover",
    "Scenario",
    "Survey",
    "Verdict",
    "World",
    "calls_of",
    "cases_of",
    "distinct",
    "fault_of",
    "sample",
    "violations",
]
