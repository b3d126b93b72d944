"""Target tracking of variants, with Application Auto Scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, message_of, passing_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "sagemaker"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"

# The API has two codes for it, by operation and age; the words are the same.
_ABSENT = "No scalable target found"


class VariantScaling:
    """Implements Scaling, Bounds and ScalingRestorer."""

    def register(self, target: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        """Register a scalable target and put its policy; both replace what was there."""
        with passing_faults():
            client("application-autoscaling").register_scalable_target(**target)
            client("application-autoscaling").put_scaling_policy(**policy)

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        """Register a scalable target anew; its policy stays as it is."""
        with passing_faults():
            client("application-autoscaling").register_scalable_target(**target)

    def put_policy(self, policy: Mapping[str, Any]) -> None:
        """Put a scaling policy; replaces the one of its name."""
        with passing_faults():
            client("application-autoscaling").put_scaling_policy(**policy)

    def put_action(self, action: Mapping[str, Any]) -> None:
        """Put a scheduled action; replaces the one of its name."""
        with passing_faults():
            client("application-autoscaling").put_scheduled_action(**action)

    def deregister(self, resource_id: str) -> None:
        """Deregister a variant's target with all that it has; one that is gone is no error."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("application-autoscaling").deregister_scalable_target(
                    ServiceNamespace=NAMESPACE,
                    ResourceId=resource_id,
                    ScalableDimension=DIMENSION,
                )
        except ClientError as error:
            if code_of(error) != "ObjectNotFoundException" and _ABSENT not in message_of(error):
                raise
