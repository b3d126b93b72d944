"""Which endpoint an endpoint.yaml is for, and what is wrong with where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.naming import InvalidKey, classify_key
from slipway.domain.readable import readable
from slipway.domain.sender import Sender
from slipway.domain.shortening import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

# `models/<endpoint>/endpoint.yaml`
_PARTS = 3
_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class SettingsKey:
    """An object version that arrived.

    Parameters
    ----------
    problem : str
        Why nobody would look for settings there; empty if somebody does.
    sender : Sender
        Who put it there.
    """

    endpoint: str
    bucket: str
    key: str
    version: str
    problem: str = ""
    sender: Sender = Sender()

    @property
    def place(self) -> str:
        """Where it lies."""
        return f"{self.bucket}/{self.key}"

    @property
    def within_version(self) -> bool:
        """Tell whether it lies deeper: a `*` of a rule also matches a slash."""
        return self.key.count("/") >= _PARTS


def read_settings_key(event: Mapping[str, Any]) -> SettingsKey:
    """Read S3's `Object Created` event.

    Raises
    ------
    EventUnreadable
        It is none.
    """
    with readable("event of S3"):
        thing, bucket = event["detail"]["object"], str(event["detail"]["bucket"]["name"])
        key, version = str(thing["key"]), str(thing.get("version-id") or "null")
        parts, sender = key.split("/"), Sender.of(event)
    try:
        found = classify_key(key)
    except InvalidKey as error:
        guess = printable(parts[1])[:_LONGEST_NAME] if len(parts) >= _PARTS else ""
        return SettingsKey(guess, bucket, key, version, str(error), sender)
    return SettingsKey(found.endpoint, bucket, key, version, sender=sender)


def arrived_key(given: Mapping[str, Any]) -> SettingsKey | None:
    """Return which endpoint.yaml an execution was started for; None for a look at an endpoint."""
    return None if given.get("check") else read_settings_key(given)
