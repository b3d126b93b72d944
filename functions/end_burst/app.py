"""End Burst: hand the instances back to target tracking."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.end_burst import Ending, end_burst


@entrypoint
def handler(event: Event) -> Result:
    """Answer what became of the limits of scaling."""
    environment = read_environment(AnnouncingEnvironment)
    return end_burst(
        Ending.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
