"""Arm Bake: from here on, alarms and the judge can end the step."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import BakingEnvironment, read_environment
from slipway.usecases.arm_bake import Bake, arm_bake
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the bake ends when its token fails or times out."""
    told = read_environment(BakingEnvironment)
    arm_bake(
        ReleaseRef.parse(event),
        Bake(event["step"], event["tries"], event["token"], told.judge_function_arn),
        ledger=Ledger(told.ledger_table),
        endpoints=SageMakerEndpoints(),
        alarms=CloudWatchGuards(),
        scaling=VariantScaling(),
        schedules=EventSchedules(told.schedule_role_arn),
        announcer=BusAndTopic.of(told),
        clock=SystemClock(),
    )
    return {}
