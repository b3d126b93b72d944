"""Why an artifact is refused: a code for programs, plain words for people."""

from __future__ import annotations

from enum import StrEnum

from slipway.domain.errors import DomainError


class Reason(StrEnum):
    """The families of refusals; stable, for notifications and tests to match on."""

    NOT_GZIP = "not-gzip"
    NOT_TAR = "not-tar"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TRAILING_DATA = "trailing-data"
    AMBIGUOUS = "ambiguous-header"
    UNSAFE_PATH = "unsafe-path"
    LINK = "link"
    SPECIAL_FILE = "special-file"
    SPARSE = "sparse-file"
    DUPLICATE = "duplicate"
    EMPTY = "empty"
    TOO_MANY_MEMBERS = "too-many-members"
    TOO_LARGE = "too-large"
    RATIO_BOMB = "ratio-bomb"
    NESTED_ARCHIVE = "nested-archive"
    CODE = "code"
    UNKNOWN_FORMAT = "unknown-format"
    LAYOUT = "layout"
    COMPRESSION = "compression"
    PICKLE_NAME = "pickle-name"
    PICKLE_UNSAFE = "pickle-unsafe"
    PICKLE_BROKEN = "pickle-broken"
    PICKLE_LIMIT = "pickle-limit"
    FRAMEWORK_VERSION = "framework-version"


class ArtifactRefused(DomainError):
    """The artifact is not safe, or not servable, as it is.

    Parameters
    ----------
    reason
        The family that the refusal belongs to.
    what
        What is wrong, a sentence without a final stop.
    path
        The member of the archive, where there is one.
    remedy
        What to do about it, a sentence without a final stop.

    Example
    -------
    >>> print(ArtifactRefused(Reason.LINK, "is a symbolic link", path="a", remedy="Pack the file"))
    `a` is a symbolic link. Pack the file.
    """

    def __init__(
        self, reason: Reason, what: str, *, path: str | None = None, remedy: str | None = None
    ) -> None:
        self.reason = reason
        self.what = what
        self.path = path
        self.remedy = remedy
        subject = f"`{printable(path)}` " if path is not None else ""
        super().__init__(". ".join([subject + what, *([remedy] if remedy else [])]) + ".")

    def as_dict(self) -> dict[str, str | None]:
        """Give the refusal in a form for the ledger and for notifications."""
        path = None if self.path is None else printable(self.path)
        return {"reason": str(self.reason), "message": str(self), "path": path}


def printable(text: str, limit: int = 200) -> str:
    """Make text out of an artifact fit for a terminal, a log line and an e-mail."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)


_LISTED = 5


def listed(paths: list[str]) -> str:
    """Name the first few of them."""
    shown = ", ".join(f"`{printable(path)}`" for path in paths[:_LISTED])
    more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    return f"{shown}{more}" if shown else "it has no files"
