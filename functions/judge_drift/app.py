"""Judge Drift: add up, compare, judge, write what people read."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import WatchingEnvironment, read_environment
from slipway.usecases.drift_look import Work
from slipway.usecases.drift_run import RunRef
from slipway.usecases.judge_drift import DriftJudge


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{outcome, verdict, reason, report}`; `outcome` is a key."""
    told = read_environment(WatchingEnvironment)
    judge = DriftJudge(
        ledger=Ledger(told.ledger_table),
        shelf=MonitoringBucket(told.monitoring_bucket),
        clock=SystemClock(),
    )
    return judge.judge(RunRef.parse(event), Work.parse(event))
