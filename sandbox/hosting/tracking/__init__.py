"""Target tracking: policies of Application Auto Scaling that act on endpoints."""

from sandbox.hosting.tracking.activities import Activities
from sandbox.hosting.tracking.tracker import Tracker

__all__ = ["Activities", "Tracker"]
