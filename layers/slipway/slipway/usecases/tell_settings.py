"""Tell people and programs what became of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.ports import News

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer


def tell_refused(  # noqa: PLR0913, PLR0917 - what is told
    endpoint: str,
    execution: str,
    reason: str,
    problems: Sequence[Mapping[str, Any]],
    release: ReleaseRecord | None,
    announcer: Announcer,
) -> None:
    """Say why settings do not count, and what to write instead."""
    _tell("Settings Refused", endpoint, execution, reason, release, announcer, problems=problems)


def tell_applied(  # noqa: PLR0913, PLR0917 - what is told
    release: ReleaseRecord,
    execution: str,
    reason: str,
    changes: Sequence[str],
    repaired: Sequence[str],
    announcer: Announcer,
    **more: str,
) -> None:
    """Say what settings changed, or what was put right."""
    facts = {"changes": changes, "repaired": repaired, **more}
    _tell("Settings Applied", release.endpoint, execution, reason, release, announcer, **facts)


def _tell(  # noqa: PLR0913, PLR0917 - what is told
    kind: str,
    endpoint: str,
    execution: str,
    reason: str,
    release: ReleaseRecord | None,
    announcer: Announcer,
    **facts: Sequence[Any],
) -> None:
    announcer.announce(
        News(
            kind,
            endpoint,
            reason,
            release=release.release if release else "",
            version=release.drop.version if release else "",
            execution=execution,
            facts={name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()},
        )
    )
