"""Member names: which are safe, and which would collide when the archive is unpacked."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from slipway.domain.artifact.refusal import ArtifactRefused, Reason

if TYPE_CHECKING:
    from slipway.domain.artifact.limits import ArtifactLimits

_DRIVE = re.compile(r"^[A-Za-z]:")
# A shell would take them for something else than a part of a name.
_SHELL = re.compile(r"[`$|;<>*?\"]")
_PACK_AGAIN = "Pack the model from inside its folder: `tar czf model.tar.gz -C <folder> .`"


def safe_path(name: str, limits: ArtifactLimits) -> str:
    """Give the normal form of a member's name; empty for the archive's own root folder."""
    problem = _problem(name)
    if problem:
        raise ArtifactRefused(Reason.UNSAFE_PATH, problem, path=name, remedy=_PACK_AGAIN)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if len(name) > limits.path_length or len(parts) > limits.path_depth:
        raise ArtifactRefused(
            Reason.UNSAFE_PATH,
            f"has a longer name than {limits.path_length} characters or "
            f"{limits.path_depth} folders",
            path=name,
        )
    return "/".join(parts)


def _problem(name: str) -> str | None:
    checks = (
        (name.startswith("/"), "has an absolute name"),
        (".." in name.split("/"), "leads out of the archive with `..`"),
        ("\\" in name, "has a backslash in its name"),
        (bool(_DRIVE.match(name)), "has a drive letter in its name"),
        (not name.isprintable(), "has unprintable characters in its name"),
        (bool(_SHELL.search(name)), "has characters in its name that a shell acts on"),
        (
            any(map(_odd_part, name.split("/"))),
            "has a name that begins as an option or with blanks",
        ),
    )
    return next((words for wrong, words in checks if wrong), None)


def _odd_part(part: str) -> bool:
    return part.startswith(("-", "~")) or part != part.strip()


class NameRegistry:
    """Remembers names as the least careful file system would see them.

    Two spellings of one folder count as a collision too: unpacked, they are one folder or two.
    """

    def __init__(self) -> None:
        self._spellings: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, path: str, *, folder: bool) -> None:
        """Take up one member, or refuse it."""
        parts = path.split("/")
        for depth in range(1, len(parts)):
            self._claim("/".join(parts[:depth]), path, folder=True)
        if path in self._files or (folder and path in self._folders and self._seen(path)):
            raise self._duplicate(path, path)
        self._claim(path, path, folder=folder)
        if folder:
            self._spellings[f"{fold(path)}/"] = path

    def _seen(self, path: str) -> bool:
        return f"{fold(path)}/" in self._spellings

    def _claim(self, path: str, member: str, *, folder: bool) -> None:
        known = self._spellings.setdefault(fold(path), path)
        if known != path or path in (self._files if folder else self._folders):
            raise self._duplicate(member, known)
        (self._folders if folder else self._files).add(path)

    @staticmethod
    def _duplicate(path: str, known: str) -> ArtifactRefused:
        return ArtifactRefused(
            Reason.DUPLICATE,
            f"comes twice in the archive (also as `{known}`); which one is used would depend "
            "on who unpacks it",
            path=path,
            remedy="Pack each file once, with names that differ in more than case",
        )


def fold(path: str) -> str:
    """Give what names have in common that some file system holds for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
