"""Check Account: once a day, whether account and ledger tell the same story."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.functions import RecoveryFunction
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.adapters.survey import AccountSurveyor, AccountSweeper
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AccountEnvironment, read_environment
from slipway.usecases.check_account import AccountChecker


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{found, repaired}`, how many."""
    del event  # the schedule says nothing
    environment = read_environment(AccountEnvironment)
    checker = AccountChecker(
        ledger=Ledger(environment.ledger_table),
        surveyor=AccountSurveyor(environment.artifact_bucket),
        executions=StepFunctionsExecutions(),
        recovery=RecoveryFunction(environment.recovery_function_arn),
        sweeper=AccountSweeper(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    return dict(checker.check())
