"""Changes of the endpoint from which SageMaker does not find back: a fleet of two models.

Nobody but a person may put that right, so there is more to prove than the end: that one was told,
that Slipway did not go on asking, and that users are answered meanwhile.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from sandbox.hosting import Trouble
from sandbox.hosting.machine import Status
from sandbox.proving.account import answers
from sandbox.proving.attempt import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.hosting.machine import Endpoint
    from sandbox.proving.hindering import Change
    from sandbox.proving.world import World

_KIND = "way back fails"
_REASON = (
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type or after some time."
)
_LATER = 600.0
# A state may find out by asking once, and so may the one that takes its work away.
_ASKED = 3
_CHECKED = 120.0


class Stranding(Attempt):
    """A change that fails, and whose way back fails as well."""

    anew: ClassVar[bool] = True

    def inject(self, world: World) -> None:
        """Let the change and its way back fail."""
        trouble = Trouble(world.endpoint, _REASON, _LATER, for_good=True, skip=self.site.nth)
        world.sandbox.account.hosting.lifecycle.troubles.add(trouble)

    def met(self, world: World) -> bool:
        """Tell whether the change came."""
        return world.sandbox.account.hosting.lifecycle.troubles.met > 0

    def mend(self, world: World) -> list[str]:
        """Repair the endpoint, unless it was new and had nothing to go back to."""
        hosting = world.sandbox.account.hosting
        endpoint = hosting.find(world.endpoint)
        if endpoint is None or endpoint.status is not Status.UPDATE_ROLLBACK_FAILED:
            return []
        wrong = [*_untold(world), *_hasty(world, endpoint)]
        mute = answers(world.sandbox, world.endpoint)
        wrong += [f"between two configurations it does not answer: {mute}"] if mute else []
        hosting.lifecycle.repair(endpoint)
        return wrong


def strandings_of(changes: Iterable[Change]) -> list[Stranding]:
    """Return each of these changes with a way back that fails."""
    return [Stranding(site, _KIND, "once") for site in changes]


def _untold(world: World) -> list[str]:
    """Look whether people were told; what is nobody's release is found by the daily check."""
    if not _is_told(world):
        _check_account(world)
    return [] if _is_told(world) else ["a fleet of two models, and nobody was told"]


def _is_told(world: World) -> bool:
    texts = [
        str(record.params.get("Message"))
        for record in world.new_records
        if record.operation == "Publish" and record.error is None
    ]
    return any(world.endpoint in text and "UpdateRollbackFailed" in text for text in texts)


def _check_account(world: World) -> None:
    client = world.sandbox.client("lambda")
    pages = client.get_paginator("list_functions").paginate()
    names = [each["FunctionName"] for page in pages for each in page["Functions"]]
    (check,) = [name for name in names if "-CheckAccountFunction" in name]
    client.invoke(FunctionName=check, InvocationType="Event", Payload=json.dumps({}))
    world.sandbox.advance(_CHECKED)


def _hasty(world: World, endpoint: Endpoint) -> list[str]:
    """Look how often Slipway asked for a change since then."""
    asked = [
        record
        for record in world.new_records
        if (record.service, record.operation[:6]) == ("sagemaker", "Update")
        and record.time > endpoint.modified
        and record.principal.arn.rpartition("/")[2].startswith("slipway-")
    ]
    return [f"SageMaker was asked {len(asked)} times to change it"] if len(asked) > _ASKED else []
