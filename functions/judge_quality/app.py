"""Judge Quality: what turned out to be true, and what predictions were worth."""

from slipway.adapters.business import CustomMetrics
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import ModelFiles, MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import TryingEnvironment, read_environment
from slipway.usecases.drift_run import RunRef
from slipway.usecases.judge_quality import QualityJudge


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{quality}`, a key; empty if there is nothing to look at."""
    told = read_environment(TryingEnvironment)
    bucket = MonitoringBucket(told.monitoring_bucket)
    judge = QualityJudge(
        ledger=Ledger(told.ledger_table),
        beside=ModelFiles(told.artifact_bucket),
        files=bucket,
        shelf=bucket,
        numbers=CustomMetrics(),
        clock=SystemClock(),
    )
    return judge.judge(RunRef.parse(event))
