"""What a good version takes, and what becomes of one that nobody asks, on the whole sandbox.

Workflows, functions and hosting run as they are deployed, in recorded time; only the load is
modelled. `python -m benchmarks.canary`.
"""

from __future__ import annotations

from benchmarks.dropping import GOOD, Endpoint
from benchmarks.figures import Figure, Figures, show
from sandbox.hosting import PRETENDING
from sandbox.testing import Sandbox

MOST_TRANSITIONS = 60
BAKES = ("10m", "20m")
# What the spec says of too little evidence, and the outcome that it asks for.
UNDECIDED = {"roll-back": "rolled-back", "promote": "succeeded"}


def figures() -> Figures:
    """Measure."""
    with Sandbox() as sandbox:
        # The models are good; nothing hangs on what they compute.
        sandbox.account.hosting.use(PRETENDING)
        found: Figures = {}
        for bake in BAKES:
            found |= _promoted(sandbox, bake)
        for says, outcome in UNDECIDED.items():
            found |= _unseen(sandbox, says, outcome)
        return found


def _promoted(sandbox: Sandbox, bake: str) -> Figures:
    endpoint = Endpoint(sandbox, f"bench-{bake}", release=f"bake: {bake}")
    endpoint.serve()
    before = endpoint.failed()
    endpoint.drop(GOOD)
    record = endpoint.finish("succeeded")
    taken = sandbox.account.workflows.transitions(record.execution)
    failed = endpoint.failed() - before
    return {
        f"state transitions of a canary, 4 steps of {bake}": Figure.at_most(
            taken, "transitions", MOST_TRANSITIONS, "start and end counted"
        ),
        f"failed user requests, good version, 4 steps of {bake}": Figure.none(
            failed, "requests", "promoted"
        ),
    }


def _unseen(sandbox: Sandbox, says: str, outcome: str) -> Figures:
    endpoint = Endpoint(
        sandbox, f"unseen-{says}", release=f"steps: [5, 100], bake: 5m, inconclusive: {says}"
    )
    endpoint.serve(requests_per_second=0)
    endpoint.drop(GOOD)
    record = endpoint.finish(outcome)
    verdicts = {each["verdict"] for each in record.evidence["steps"][0]["judgements"]}
    verdict = "INCONCLUSIVE" if "INCONCLUSIVE" in verdicts else "/".join(sorted(verdicts))
    holds = verdict == "INCONCLUSIVE"
    name = f"no traffic in the bake, `inconclusive: {says}`"
    return {name: Figure(outcome, f"after {verdict}", holds=holds)}


if __name__ == "__main__":
    show(figures())
