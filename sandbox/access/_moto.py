"""What moto decides about access and must not: the guard does, conditions included."""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from sandbox.replacing import replace


def leave_access_to_the_guard() -> None:
    """Let moto ask no bucket policy.

    moto ignores conditions, so a policy that denies plain HTTP only would deny everything.
    """
    replace(FakeBucket, get_permission=_no_opinion)


def _no_opinion(_bucket: FakeBucket, _action: str, _resource: str) -> Any:
    return PermissionResult.NEUTRAL
