"""Plan Drift: what nobody has counted yet."""

from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import WatchingEnvironment, read_environment
from slipway.usecases.drift_run import RunRef
from slipway.usecases.plan_drift import plan_drift


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{plan, index, until, first_key, batches, files, bytes, left, places}`."""
    told = read_environment(WatchingEnvironment)
    bucket = MonitoringBucket(told.monitoring_bucket)
    planned = plan_drift(
        RunRef.parse(event), ledger=Ledger(told.ledger_table), files=bucket, shelf=bucket
    )
    return planned.as_dict()
