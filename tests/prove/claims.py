"""What is claimed for an endpoint, and how many serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.proving import ledger
from tests.prove.acts import limits

if TYPE_CHECKING:
    from sandbox.proving import World
    from sandbox.proving.ledger import Item

# So many serve where nothing is claimed, and so many may.
FEW, PLENTY = 2, 80
TYPE = "ml.m5.large"
SHIFT = "release: {strategy: all-at-once, bake: 5m, replay: 0, inconclusive: promote}\n"
_PATIENCE = 3600.0


def is_usual(world: World) -> bool:
    """Tell whether nothing is claimed, and the fewest are as few as ever."""
    return not claims(world) and limits(world)[0] == FEW


def come_to_rest(world: World) -> None:
    """Let target tracking end what it has begun: it goes on beside everything else."""
    client = world.sandbox.client("sagemaker")

    def rests() -> bool:
        described = client.describe_endpoint(EndpointName=world.endpoint)
        return str(described["EndpointStatus"]) != "Updating"

    world.sandbox.run_until(rests, limit=_PATIENCE)


def claims(world: World) -> list[Item]:
    """Return what is claimed, and what AWS refuses as long as that counts.

    An older refusal stays on purpose, and binds nobody: it says since when nobody asked again.
    """
    item = ledger.read(world.sandbox).endpoints[world.endpoint]
    now = world.sandbox.kernel.now().isoformat()
    found = [dict(each) for each in item.get("claims") or []]
    return [each for each in found if each["source"] != "refused" or each["until"] > now]


def instances(world: World) -> int:
    """Return how many instances serve."""
    described = world.sandbox.client("sagemaker").describe_endpoint(EndpointName=world.endpoint)
    return sum(each["CurrentInstanceCount"] for each in described["ProductionVariants"])
