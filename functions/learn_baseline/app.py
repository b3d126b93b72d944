"""Learn Baseline: what captures are measured by."""

from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import ModelFiles, MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import TryingEnvironment, read_environment
from slipway.usecases.drift_run import RunRef
from slipway.usecases.learn_baseline import Learner


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{yardstick, source, unread}`; where nothing shows columns, `unread` says why."""
    told = read_environment(TryingEnvironment)
    bucket = MonitoringBucket(told.monitoring_bucket)
    learner = Learner(
        ledger=Ledger(told.ledger_table),
        beside=ModelFiles(told.artifact_bucket),
        files=bucket,
        shelf=bucket,
    )
    return learner.learn(RunRef.parse(event), event["plan"]).as_dict()
