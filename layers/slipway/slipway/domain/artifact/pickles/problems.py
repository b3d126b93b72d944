"""How the walk says no. The caller knows the file and adds it."""

from __future__ import annotations

from typing import NoReturn

from slipway.domain.artifact.refusal import Reason


class PickleRefused(Exception):
    """The walk stopped here.

    Parameters
    ----------
    reason
        The family of the refusal.
    what
        What is wrong, a sentence about the file without its subject and final stop.
    remedy
        What to do about it.
    dead
        Whether no unpickler gets further than here either, with nothing called before: then a file
        that nothing but its bytes calls a pickle is none.
    """

    def __init__(
        self, reason: Reason, what: str, remedy: str | None = None, *, dead: bool = False
    ) -> None:
        self.dead = dead
        self.reason = reason
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def broken(what: str, *, dead: bool = False) -> NoReturn:
    """Stop: no pickler writes this."""
    raise PickleRefused(
        Reason.PICKLE_BROKEN,
        f"is not a sound pickle: {what}",
        "Save the model again with joblib.dump",
        dead=dead,
    )


def ends(what: str) -> NoReturn:
    """Stop: no pickler writes this, and every unpickler fails here."""
    broken(what, dead=True)


def unsafe(what: str, *, dead: bool = False) -> NoReturn:
    """Stop: this could run code or hide something."""
    raise PickleRefused(
        Reason.PICKLE_UNSAFE,
        f"does in its pickle what no fitted model needs: {what}",
        "Save the fitted estimator itself with joblib.dump, and do not trust this file",
        dead=dead,
    )


def limit(what: str, number: int) -> NoReturn:
    """Stop: too much to inspect."""
    raise PickleRefused(Reason.PICKLE_LIMIT, f"has more than {number:,} {what} in its pickle")
