"""Promote: the version that has all of the traffic is the live one."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.reports import ReportBucket
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import PromotingEnvironment, read_environment
from slipway.usecases.promote_release import promote_release
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.report_release import Reporter


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{outcome, reason, handed_to}`."""
    told, clock = read_environment(PromotingEnvironment), SystemClock()
    ledger, reports = Ledger(told.ledger_table), ReportBucket(told.monitoring_bucket)
    recorded = promote_release(
        ReleaseRef.parse(event),
        ledger=ledger,
        alarms=CloudWatchGuards(),
        scaling=VariantScaling(),
        starter=StepFunctionsExecutions(),
        schedules=EventSchedules(told.schedule_role_arn, told.dead_letters_arn),
        settle=told.settle_machine_arn,
        announcer=BusAndTopic.of(told),
        clock=clock,
        reporter=Reporter(ledger, VariantMetrics(), reports, clock),
    )
    count("ReleaseSucceeded")
    return recorded.as_dict()
