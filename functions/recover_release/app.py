"""Recover Release: finish or undo what an execution left when it ended."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.ended import Ended
from slipway.entry import Event, Result, entrypoint
from slipway.environment import RecoveryEnvironment, read_environment
from slipway.usecases.recover_release import Recoverer


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, endpoint, release}` to a `Step Functions Execution Status Change`."""
    environment = read_environment(RecoveryEnvironment)
    recoverer = Recoverer(
        environment.settle_machine_arn,
        environment.rest_machine_arn,
        environment.reconcile_machine_arn,
        ledger=Ledger(environment.ledger_table),
        workflows=StepFunctionsExecutions(),
        schedules=EventSchedules(environment.schedule_role_arn, environment.dead_letters_arn),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    return recoverer.recover(Ended.parse(event)).as_dict()
