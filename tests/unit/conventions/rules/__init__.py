"""Rules of our own about the template, for what checkov and cfn-lint do not look at.

Each rule takes a template, as it is written or as SAM translates it, and gives what is wrong.
"""

from tests.unit.conventions.rules import access, objects, running, storage

RULES = (
    access.only_tls_reaches_buckets_topics_and_queues,
    access.everybody_is_only_ever_refused,
    access.services_act_for_what_is_ours,
    access.whoever_calls_a_url_is_known,
    access.roles_have_only_what_is_written_here,
    access.roles_are_passed_to_one_service,
    access.statements_have_names,
    objects.only_who_must_changes_what_was_inspected,
    storage.what_is_stored_is_under_the_customer_key,
    storage.objects_belong_to_the_bucket,
    storage.buckets_forget,
    storage.keys_rotate,
    storage.tables_are_hard_to_lose,
    running.everything_that_runs_has_a_log_group_of_its_own,
    running.everything_that_runs_has_a_role_of_its_own,
    running.every_role_takes_the_boundary,
)
