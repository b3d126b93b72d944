"""Mergeable profiles of captured requests. Heavy: needs numpy, msgspec and datasketches."""

from slipway.domain.drift.profiles.bins import Bins
from slipway.domain.drift.profiles.profile import Profile, ProfilesDiffer
from slipway.domain.drift.profiles.stored import ProfileUnreadable

__all__ = ["Bins", "Profile", "ProfileUnreadable", "ProfilesDiffer"]
