"""Parts of a release, each in the ledger before it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from slipway.errors import AcceptedChanged, NameTaken
from slipway.ports import StoredCopy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedReader

    class Note(Protocol):
        """Adds facts to what the release made."""

        def __call__(self, **facts: str) -> None:
            """Write them to the ledger."""


@contextmanager
def noted(note: Note, **part: str) -> Iterator[None]:
    """Note a part that is about to be made; one that is somebody else's is forgotten again.

    What is noted is taken away if the release fails, also when the reply to its creation was lost.
    """
    note(**part)
    try:
        yield
    except NameTaken:
        note(**dict.fromkeys(part, ""))
        raise


def require_inspected(release: ReleaseRecord, accepted: AcceptedReader) -> None:
    """See that the bytes that a model is about to refer to are those that were inspected.

    SageMaker cannot pin a version of an object, and loads it again for each new instance.

    Raises
    ------
    AcceptedChanged
        If they were replaced or removed since.
    """
    uri, recorded = str(release.inspection["accepted"]), release.inspection.get("copy") or {}
    inspected = StoredCopy(**recorded) if recorded else None
    found = accepted.copy_of(uri)
    if found is None:
        raise AcceptedChanged(
            f"{uri}, the copy of the inspected model, is gone or cannot be read: drop the model "
            "again, so that it is inspected and kept anew"
        )
    if found != inspected:
        was = inspected.version_id if inspected else "of no recorded version"
        raise AcceptedChanged(
            f"{uri} is not what was inspected: its version is {found.version_id}, the inspected "
            f"one was {was}. Nobody but Slipway may write below accepted/: look into it, then "
            "drop the model again"
        )
