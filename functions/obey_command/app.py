"""Obey: do what a person commands, or say clearly why not."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.command import Command
from slipway.entry import Event, Result, entrypoint
from slipway.environment import CommandEnvironment, read_environment
from slipway.usecases.go_back import Machines
from slipway.usecases.obey_command import obey_command


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{answer}` to a `Release Command`."""
    environment = read_environment(CommandEnvironment)
    return obey_command(
        Command.parse(event),
        Machines(environment.release_machine_arn, environment.settle_machine_arn),
        ledger=Ledger(environment.ledger_table),
        tasks=StepFunctionsExecutions(),
        schedules=EventSchedules(environment.schedule_role_arn, environment.dead_letters_arn),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
