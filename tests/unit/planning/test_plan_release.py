import json
from dataclasses import dataclass
from decimal import Decimal

import botocore.session
import pytest
from botocore.validate import ParamValidator

from slipway.domain.hosting_requests import (
    Network,
    endpoint_config_request,
    model_request,
    release_tags,
)
from slipway.domain.images import custom_image, resolve_image
from slipway.domain.naming import ReleaseNames
from slipway.domain.planning import (
    AccountFacts,
    ArtifactFacts,
    PlanRefused,
    ReleasePlan,
    plan_release,
)
from slipway.domain.planning.checks import STRATEGIES
from slipway.domain.pricing import prices_as_of
from slipway.domain.spec import EndpointSpec, Hosting, parse_spec

NAMES = ReleaseNames.of("churn", "7", "0123abcd")
ARTIFACT = ArtifactFacts("s3://artifacts/accepted/ab/model.tar.gz", program="inference.py")
IMAGE = resolve_image("scikit-learn", "1.2-1", "us-east-1")
MANAGED = "release: {strategy: managed}"
ROLE = "arn:aws:iam::123456789012:role/slipway-execution"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"


@dataclass(frozen=True)
class Live:
    instance_type: str = "ml.m5.large"
    instance_count: int = 3
    variant: str = "6-89abcdef"


def plan(text="", *, account=None, live=None, image=IMAGE, artifact=ARTIFACT, elsewhere=0):
    return plan_release(
        names=NAMES,
        spec=parse_spec(text),
        artifact=artifact,
        image=image,
        account=account or AccountFacts("us-east-1"),
        live=live,
        elsewhere=elsewhere,
    )


def assert_accepted_by_sagemaker(operation, request):
    model = botocore.session.get_session().get_service_model("sagemaker")
    report = ParamValidator().validate(request, model.operation_model(operation).input_shape)
    assert not report.has_errors(), report.generate_report()


def test_a_first_release_makes_what_the_spec_says():
    made = plan("hosting: {environment: {LOG_LEVEL: info}}\ndrift: {sampling: 20}")
    assert made.action == "create"
    assert (made.instance_type, made.instance_count) == ("ml.m5.large", 2)
    assert (made.min_instances, made.max_instances) == (2, 10)
    assert made.peak_instances == {"ml.m5.large": 2}
    assert made.environment == {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
        # The container installs the script with pip and has no network to fetch setuptools from.
        "PIP_NO_BUILD_ISOLATION": "0",
        "LOG_LEVEL": "info",
    }
    assert (made.framework, made.framework_version) == ("scikit-learn", "1.2-1")
    assert made.notes == ()


def test_the_plan_names_its_cost_and_the_date_of_the_prices():
    made = plan()
    assert (made.cost.low, made.cost.high, made.cost.as_of) == ("167.90", "839.50", prices_as_of())
    assert str(made) == (
        "create churn with 2 x ml.m5.large, scaling 2 to 10; at most 2 x ml.m5.large during the "
        f"release; $167.90 to $839.50 per month at prices of {prices_as_of()}"
    )


def test_an_unknown_price_is_said_to_be_unknown():
    made = plan(account=AccountFacts("eu-north-1"), image=custom_image("own:1"))
    assert (made.cost.low, made.cost.high) == (None, None)
    assert "cost unknown" in str(made)


def test_a_plan_survives_the_ledger():
    made = plan("budget: {monthly_usd: 500}", live=Live("ml.c5.large"))
    stored = json.loads(json.dumps(made.as_dict()), parse_int=Decimal)
    assert ReleasePlan.from_dict(stored) == made


def test_an_update_builds_every_variant_anew_beside_what_serves():
    # 3 serve, 3 are built beside them with 1 canary; at the end 1 and 3 serve and 3 are built.
    assert plan(live=Live()).peak_instances == {"ml.m5.large": 7}
    other = plan(live=Live("ml.c5.large"))
    assert other.action == "update"
    assert other.peak_instances == {"ml.m5.large": 4, "ml.c5.large": 6}


def test_a_guarded_deployment_has_the_old_and_the_new_fleet_for_a_while():
    assert plan(MANAGED, live=Live()).peak_instances == {"ml.m5.large": 6}


def moved(text="", *, room=None, count=3, wanted=1):
    """Plan to move what serves to a type that has room for so many instances."""
    kinds = {"ml.m5.large": 4, "ml.m5.xlarge": room}
    account = AccountFacts("us-east-1", kinds, {"ml.m5.large": count})
    spec = f"hosting: {{instance_type: ml.m5.xlarge}}\nscaling: {{max: 20}}\n{text}"
    return plan(spec, account=account, live=Live(instance_count=count), elsewhere=wanted)


def test_a_move_to_another_type_makes_nothing_of_the_refused_one():
    made = moved("release: {strategy: managed}", wanted=12)
    assert (made.strategy, made.steps) == ("replace", ())
    # The quota of 4 has no room for the 3 that serve a second time.
    assert made.peak_instances == {"ml.m5.xlarge": 12, "ml.m5.large": 3}
    assert made.names.variant == "6-89abcdef"


def test_a_move_brings_what_is_claimed_and_what_serves_at_least():
    assert moved(wanted=12, room=8).instance_count == 8
    assert moved(wanted=1, count=5).instance_count == 5
    assert moved(wanted=50).instance_count == 20
    with pytest.raises(PlanRefused, match="ml.m5.xlarge for endpoint usage"):
        moved(wanted=12, room=2)


def test_a_fleet_that_demand_has_let_grow_is_replaced_by_as_many():
    assert plan(live=Live(instance_count=7)).instance_count == 7
    assert plan("scaling: {max: 5}", live=Live(instance_count=7)).instance_count == 5


def test_a_count_outside_the_scaling_limits_is_moved_and_noted():
    made = plan("hosting: {instance_count: 1}\nscaling: {min: 4}")
    assert made.instance_count == 4
    assert "scaling.min 4" in made.notes[0]


def test_the_quota_counts_what_runs_beside_what_is_added():
    account = AccountFacts("us-east-1", {"ml.m5.large": 4.0}, {"ml.m5.large": 2})
    noted = plan(account=account).notes
    assert len(noted) == 1
    assert "below the 10 instances" in noted[0]
    tight = AccountFacts("us-east-1", {"ml.m5.large": 4.0}, {"ml.m5.large": 3})
    with pytest.raises(PlanRefused) as refused:
        plan(account=tight)
    assert "`ml.m5.large for endpoint usage` in us-east-1 allows 4 instances" in str(refused.value)
    assert "3 run and the release adds 2, 5 in all" in str(refused.value)


def test_an_unknown_quota_refuses_nothing_and_is_told():
    unknown = AccountFacts("us-east-1", {"ml.m5.large": None}, {"ml.m5.large": 99})
    (note,) = plan(account=unknown).notes
    assert "`ml.m5.large for endpoint usage`" in note
    assert "not checked" in note


def test_a_quota_of_zero_refuses():
    with pytest.raises(PlanRefused, match="allows 0 instances"):
        plan(account=AccountFacts("us-east-1", {"ml.m5.large": 0.0}))


def test_a_budget_below_the_first_instances_refuses_with_the_numbers():
    with pytest.raises(PlanRefused, match=r"2 x ml\.m5\.large cost \$167\.90 .* 167\.89"):
        plan("budget: {monthly_usd: 167.89}")


def test_a_budget_limits_how_far_the_endpoint_scales():
    made = plan("budget: {monthly_usd: 260}")
    assert made.max_instances == 3
    assert made.cost.high == "251.85"
    assert "Scales to 3 instead of scaling.max 10" in made.notes[0]
    assert plan("budget: {monthly_usd: 167.9}").max_instances == 2


def test_an_event_that_the_budget_does_not_reach_is_refused():
    event = "{name: Sale, from: 2026-11-27T08:00, until: 2026-11-28T00:00, floor: 4}"
    scaling = f"scaling: {{events: [{event}]}}"
    with pytest.raises(PlanRefused, match="Sale wants 4 instances, and .* 260 allows 3"):
        plan(f"budget: {{monthly_usd: 260}}\n{scaling}")
    assert plan(scaling).max_instances == 10


def test_an_unknown_cost_is_refused_only_under_a_budget():
    with pytest.raises(PlanRefused, match=r"what ml\.c5\.large costs in us-east-1 is unknown"):
        plan("hosting: {instance_type: ml.c5.large}\nbudget: {monthly_usd: 9000}")
    assert plan("hosting: {instance_type: ml.c5.large}").cost.low is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "hosting: {instance_count: 1}\nscaling: {min: 1}\nrelease: {strategy: managed}",
            "2 instances or more",
        ),
        ("hosting: {instance_type: ml.inf1.xlarge}\nrelease: {strategy: managed}", "inf1"),
        ("hosting: {instance_type: ml.c7g.large}", "Arm processors"),
    ],
)
def test_what_cannot_work_together_is_refused(text, words):
    with pytest.raises(PlanRefused, match=words):
        plan(text)


def test_a_custom_image_may_run_on_arm():
    image = custom_image("123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1")
    assert plan("hosting: {instance_type: ml.c7g.large}", image=image).framework is None


def test_packages_that_would_have_to_be_installed_are_refused():
    artifact = ArtifactFacts(ARTIFACT.uri, "inference.py", requirements=True)
    with pytest.raises(PlanRefused, match=r"requirements\.txt"):
        plan(artifact=artifact)


def test_every_mode_has_its_strategies():
    modes = Hosting.model_fields["mode"].annotation.__args__
    assert set(modes) == set(STRATEGIES)


def test_sagemaker_accepts_the_requests():
    made = plan("drift: {sampling: 0}")
    config = endpoint_config_request(made, "monitoring", KEY)
    assert_accepted_by_sagemaker("CreateModel", model_request(made, ROLE))
    assert_accepted_by_sagemaker("CreateEndpointConfig", config)
    assert config["DataCaptureConfig"]["EnableCapture"] is False
    assert config["KmsKeyId"] == KEY


def test_everything_captured_is_encrypted_and_lies_under_its_prefix():
    capture = endpoint_config_request(plan(), "monitoring", KEY)["DataCaptureConfig"]
    assert capture["EnableCapture"] is True
    assert capture["DestinationS3Uri"] == "s3://monitoring/capture"
    assert capture["KmsKeyId"] == KEY
    assert [o["CaptureMode"] for o in capture["CaptureOptions"]] == ["Input", "Output"]


def test_models_get_no_network_and_name_their_release():
    made = plan()
    request = model_request(made, ROLE)
    assert request["EnableNetworkIsolation"] is True
    assert release_tags(made) == {t["Key"]: t["Value"] for t in request["Tags"]}


def test_models_run_in_the_network_that_the_stack_has():
    network = Network.parse("subnet-1,subnet-2;sg-1")
    request = model_request(plan(), ROLE, network)
    assert_accepted_by_sagemaker("CreateModel", request)
    assert request["VpcConfig"] == {
        "Subnets": ["subnet-1", "subnet-2"],
        "SecurityGroupIds": ["sg-1"],
    }
    assert request["EnableNetworkIsolation"] is True
    assert "VpcConfig" not in model_request(plan(), ROLE, Network.parse("none"))


def test_a_type_with_disks_of_its_own_gets_no_volume_key():
    made = plan("hosting: {instance_type: ml.m5d.large}")
    assert "KmsKeyId" not in endpoint_config_request(made, "monitoring", KEY)


def test_an_artifact_without_code_needs_no_script():
    assert plan(artifact=ArtifactFacts(ARTIFACT.uri)).environment == {}


def test_the_default_spec_can_be_planned():
    assert plan_release(
        names=NAMES,
        spec=EndpointSpec(),
        artifact=ARTIFACT,
        image=IMAGE,
        account=AccountFacts("us-east-1"),
    )


def test_only_an_endpoint_that_serves_has_steps():
    first = plan()
    assert (first.strategy, first.steps) == ("first", ())
    later = plan(live=Live())
    assert later.strategy == "canary"
    assert [step.weight for step in later.steps] == [5, 25, 50, 100]
    assert "canary: 5 % on 1, 25 % on 1, 50 % on 2, 100 % on 3, 10 minutes each" in str(later)


def test_a_guarded_deployment_keeps_the_name_of_the_variant():
    made = plan(MANAGED, live=Live())
    assert made.names.variant == Live.variant
    assert "5 %, 100 % instead of release.steps [5, 25, 50, 100]" in made.notes[-1]
    assert plan(live=Live()).names.variant == NAMES.variant
    assert plan(MANAGED).names.variant == NAMES.variant


def test_the_quota_counts_the_most_instances_of_the_whole_release():
    running = {"ml.m5.large": 3}
    with pytest.raises(PlanRefused, match="3 run and the release adds 4, 7 in all"):
        plan(live=Live(), account=AccountFacts("us-east-1", {"ml.m5.large": 6.0}, running))
    enough = AccountFacts("us-east-1", {"ml.m5.large": 10.0}, running)
    assert plan(live=Live(), account=enough).instance_count == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("release: {strategy: managed, steps: [60, 100]}", "at most 50 %"),
        ("release: {strategy: managed, bake: 2h}", "at most 60 minutes"),
        ("release: {strategy: linear, steps: [3, 100]}", "34 steps .* 20 at most"),
    ],
)
def test_steps_that_cannot_be_carried_out_are_refused(text, words):
    with pytest.raises(PlanRefused, match=words):
        plan(text)
