"""Await Approval: a person decides whether the release goes on."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import BakingEnvironment, read_environment
from slipway.usecases.await_approval import Wait, await_approval
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    environment = read_environment(BakingEnvironment)
    await_approval(
        ReleaseRef.parse(event),
        Wait(event["step"], event["gate"], event["token"], environment.judge_function_arn),
        ledger=Ledger(environment.ledger_table),
        waker=StepFunctionsExecutions(),
        schedules=EventSchedules(environment.schedule_role_arn),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    return {}
