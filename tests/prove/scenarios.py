"""What is proved: one class for each thing that Slipway does from beginning to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.prove.crowds import FlashCrowd, RefusedCrowd
from tests.prove.drift import LateTruth, Look
from tests.prove.keeping import DailyLook, StrayAlarm
from tests.prove.releases import Approved, FirstRelease, GoodCanary, Linear, Managed, NextRelease
from tests.prove.rest import Night
from tests.prove.rows import Row, Stuck
from tests.prove.sales import KnownEvent
from tests.prove.setbacks import AbortedCanary, BadCanary, LateCanary, RefusedCanary, Reverted
from tests.prove.settings import Settings

if TYPE_CHECKING:
    from sandbox.proving import Scenario

# A slice of these is proved with every run of the tests.
SLICED: list[Scenario] = [
    FirstRelease(),
    NextRelease(),
    GoodCanary(),
    BadCanary(),
    Night(),
    Look(),
    StrayAlarm(),
]
SCENARIOS: list[Scenario] = [
    *SLICED,
    Settings(),
    DailyLook(),
    Stuck(),
    Row(),
    KnownEvent(),
    FlashCrowd(),
    RefusedCrowd(),
    LateTruth(),
    LateCanary(),
    RefusedCanary(),
    AbortedCanary(),
    Approved(),
    Reverted(),
    Linear(),
    Managed(),
]
