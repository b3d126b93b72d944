"""Record Reconciled: what became of settings, and the lease to whom it is due."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.record_reconciled import ReconcileEnd, record_reconciled
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.settings_key import arrived_key


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{reason, handed_to}`."""
    environment = read_environment(AnnouncingEnvironment)
    end = ReconcileEnd(
        arrived_key(event["input"]),
        event["version"],
        changes=tuple(event["changes"]),
        repaired=tuple(event["repaired"]),
        failure=event.get("failure") or {},
    )
    return record_reconciled(
        ReleaseRef.parse(event),
        end,
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
