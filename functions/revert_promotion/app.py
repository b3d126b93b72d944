"""Revert Promotion: give the traffic back to the variant that stands by."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import SettlingEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.revert_promotion import revert_promotion


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, release}`, the release that serves now."""
    environment = read_environment(SettlingEnvironment)
    reverted = revert_promotion(
        ReleaseRef.parse(event),
        event["reason"],
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        schedules=EventSchedules(environment.schedule_role_arn, environment.dead_letters_arn),
        settle=environment.settle_machine_arn,
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    count("ReleaseRolledBack")
    return reverted.as_dict()
