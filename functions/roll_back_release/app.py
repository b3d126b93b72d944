"""Roll Back Release: release a kept release again."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import RollbackEnvironment, read_environment
from slipway.usecases.roll_back_release import GoBack, roll_back_release


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{release}`, the release that was started."""
    environment = read_environment(RollbackEnvironment)
    drop = roll_back_release(
        GoBack(event["endpoint"], event["release"], SystemClock().now()),
        machine=environment.release_machine_arn,
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
    )
    return {"release": drop.release}
