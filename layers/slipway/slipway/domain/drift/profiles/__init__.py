"""Mergeable profiles of captured requests. Heavy: needs numpy, msgspec and datasketches."""

from slipway.domain.drift.profiles.bins import Bins
from slipway.domain.drift.profiles.profile import Profile

__all__ = ["Bins", "Profile"]
