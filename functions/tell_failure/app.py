"""Tell Failure: an execution ended without having said why itself."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.ended import Ended
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.reference import machine_of
from slipway.usecases.tell_failure import tell_failure


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{told, reason}` to a `Step Functions Execution Status Change`."""
    environment = read_environment(AnnouncingEnvironment)
    ended = Ended.parse(event)
    told = tell_failure(
        ended,
        machine_of(ended.execution).rpartition(":")[2],
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
    )
    return {"told": told.told, "reason": told.reason}
