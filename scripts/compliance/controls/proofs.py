"""Where the checks are that prove controls."""

RULES = "tests/unit/conventions/rules"
PROMISED = f"{RULES}/promised.py"
PLANS = "tests/unit/planning/test_plan_release.py"
BUCKETS = f"{PROMISED}::buckets_are_versioned_and_closed"
FORGOTTEN = f"{PROMISED}::what_nobody_needs_is_forgotten"
OUTLIVES = f"{PROMISED}::what_endpoints_need_outlives_the_stack"
RELEASED = "tests/e2e/releases/test_what_a_release_leaves.py::"
RELEASED += "test_a_release_is_recorded_announced_watched_and_captured"
KEY = f"{RULES}/storage.py::what_is_stored_is_under_the_customer_key"
TLS = f"{RULES}/access.py::only_tls_reaches_buckets_topics_and_queues"
NOBODY = f"{RULES}/access.py::everybody_is_only_ever_refused"
LOGS = f"{RULES}/running.py::everything_that_runs_has_a_log_group_of_its_own"
NETWORK = "tests/unit/conventions/test_network.py"
BLOCKED = ("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56")
BUCKET = ("AWS::S3::Bucket",)
CUSTOMER_KEY = "under the customer key `Key`"
