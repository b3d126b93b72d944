"""Create Endpoint: store the task token, then ask SageMaker."""

from slipway.adapters.artifacts import AcceptedCopies
from slipway.adapters.clock import SystemClock
from slipway.adapters.container_log import EndpointLogGroups
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.domain.hosting_requests import Network
from slipway.entry import Event, Result, entrypoint
from slipway.environment import CreatingEnvironment, read_environment
from slipway.usecases.create_endpoint import HostingAccount, create_endpoint
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    environment = read_environment(CreatingEnvironment)
    create_endpoint(
        ReleaseRef.parse(event),
        event["token"],
        HostingAccount(
            environment.execution_role_arn,
            environment.monitoring_bucket,
            environment.key_arn,
            Network.parse(environment.model_network),
        ),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        accepted=AcceptedCopies(),
        logs=EndpointLogGroups(environment.key_arn, int(environment.log_retention_days)),
        clock=SystemClock(),
    )
    return {}
