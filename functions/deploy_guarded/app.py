"""Deploy Guarded: SageMaker's own guardrails shift the traffic."""

from slipway.adapters.artifacts import AcceptedCopies
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.gate import GateMetric
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.hosting_requests import Network
from slipway.entry import Event, Result, entrypoint
from slipway.environment import GuardedEnvironment, read_environment
from slipway.usecases.close_gate import Tools
from slipway.usecases.create_endpoint import HostingAccount
from slipway.usecases.deploy_guarded import deploy_guarded
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    told = read_environment(GuardedEnvironment)
    network = Network.parse(told.model_network)
    schedules = EventSchedules(told.schedule_role_arn)
    deploy_guarded(
        ReleaseRef.parse(event),
        event["token"],
        HostingAccount(told.execution_role_arn, told.monitoring_bucket, told.key_arn, network),
        Tools(CloudWatchGuards(), GateMetric(), schedules, told.judge_function_arn),
        ledger=Ledger(told.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        waker=StepFunctionsExecutions(),
        accepted=AcceptedCopies(),
        clock=SystemClock(),
    )
    return {}
