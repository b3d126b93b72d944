"""Record: the outcome, the news, and the lease to whom it is due."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.reports import ReportBucket
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import RecordingEnvironment, read_environment
from slipway.usecases.ending import End
from slipway.usecases.record_release import record_release
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.report_release import Reporter


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{outcome, reason, handed_to}`."""
    told, clock = read_environment(RecordingEnvironment), SystemClock()
    ledger, reports = Ledger(told.ledger_table), ReportBucket(told.monitoring_bucket)
    recorded = record_release(
        ReleaseRef.parse(event),
        End(event["outcome"], event.get("failure") or {}, event.get("cleaned") or {}),
        ledger=ledger,
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(told),
        clock=clock,
        reporter=Reporter(ledger, VariantMetrics(), reports, clock),
        schedules=EventSchedules(told.schedule_role_arn, told.dead_letters_arn),
    )
    count(f"Release{recorded.outcome.title().replace('-', '')}")
    return recorded.as_dict()
