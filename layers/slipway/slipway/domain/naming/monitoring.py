"""The layout of the monitoring bucket.

``capture/<endpoint>/<variant>/yyyy/mm/dd/hh/`` is SageMaker's, ``groundtruth/<endpoint>/`` is the
user's. What a look at the traffic leaves for people lies below ``reports/``, what it works with
below ``drift/``, and what models are compared with below ``baselines/``.
"""

from __future__ import annotations

CAPTURES = "capture"
GROUND_TRUTH = "groundtruth"
BASELINES = "baselines"
RUNS = "drift"
BAD_LINES = "quarantine"


def captures_of(endpoint: str, variant: str) -> str:
    """Return the folder of what a variant was asked; without one, of what all were."""
    return f"{CAPTURES}/{endpoint}/{variant}/" if variant else f"{CAPTURES}/{endpoint}/"


def ground_truth_of(endpoint: str) -> str:
    """Return the folder of what turned out to be true."""
    return f"{GROUND_TRUTH}/{endpoint}/"


def baselines_of(endpoint: str) -> str:
    """Return the folder of what the traffic of an endpoint's releases is compared with."""
    return f"{BASELINES}/{endpoint}/"


def baseline_key(endpoint: str, release: str) -> str:
    """Return where the counts lie that a release's traffic is compared with."""
    return f"{baselines_of(endpoint)}{release}.json"


def baseline_files_of(key: str) -> str:
    """Return the folder of a baseline that was learnt, in Model Monitor's formats."""
    return f"{key.removesuffix('.json')}/"


def run_folder(endpoint: str, run: str) -> str:
    """Return where a run keeps what it works with."""
    return f"{RUNS}/{endpoint}/{run}/"


def profile_key(endpoint: str, run: str, batch: int) -> str:
    """Return where the profile of a batch lies; the same however often it is made."""
    return f"{run_folder(endpoint, run)}profiles/{batch:05}"


def answers_of(endpoint: str, variant: str, hour: str) -> str:
    """Return the folder of what a variant answered in an hour, for when the truth is known."""
    return f"{RUNS}/{endpoint}/answers/{variant}/{hour}/"


def ids_of(endpoint: str) -> str:
    """Return the folder of which ids the answers of which hour have."""
    return f"{RUNS}/{endpoint}/ids/"


def truths_of(endpoint: str, variant: str, hour: str) -> str:
    """Return the folder of what turned out to be true of an hour's answers."""
    return f"{RUNS}/{endpoint}/truths/{variant}/{hour}/"


def tally_key(endpoint: str, variant: str, hour: str) -> str:
    """Return where the answers of an hour are counted beside the truth."""
    return f"{RUNS}/{endpoint}/quality/{variant}/{hour}.json"


def bad_lines_key(endpoint: str, run: str, batch: int) -> str:
    """Return where lines are kept that nobody can read."""
    return f"{BAD_LINES}/{endpoint}/{run}/{batch:05}.jsonl"


def drift_report_folder(endpoint: str, run: str) -> str:
    """Return where people find what a run found."""
    return f"reports/{endpoint}/drift/{run}/"
