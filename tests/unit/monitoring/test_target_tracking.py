import botocore.session
import pytest
from botocore.validate import ParamValidator

from slipway.domain.scaling import target_tracking
from slipway.domain.spec import parse_spec


def tracking(text="", instance_type="ml.m5.large"):
    return target_tracking(
        endpoint="churn",
        variant="7-0123abcd",
        spec=parse_spec(text),
        instance_type=instance_type,
        fewest=2,
        most=6,
    )


@pytest.mark.parametrize(
    "text", ["", "scaling: {metric: concurrency, target: 5}", "scaling: {metric: cpu, target: 70}"]
)
def test_application_auto_scaling_accepts_the_requests(text):
    model = botocore.session.get_session().get_service_model("application-autoscaling")
    made = tracking(text)
    for operation, request in (
        ("RegisterScalableTarget", made.target),
        ("PutScalingPolicy", made.policy),
    ):
        report = ParamValidator().validate(request, model.operation_model(operation).input_shape)
        assert not report.has_errors(), report.generate_report()


def test_the_target_has_the_limits_it_is_given():
    assert tracking().target == {
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/churn/variant/7-0123abcd",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
        "MinCapacity": 2,
        "MaxCapacity": 6,
    }


def test_the_predefined_metrics_are_the_ones_for_variants():
    known = botocore.session.get_session().get_service_model("application-autoscaling")
    for text in ("", "scaling: {metric: concurrency, target: 5}"):
        config = tracking(text).policy["TargetTrackingScalingPolicyConfiguration"]
        metric = config["PredefinedMetricSpecification"]["PredefinedMetricType"]
        assert metric in known.shape_for("MetricType").enum
        assert metric.startswith("SageMakerVariant")


def test_cpu_is_a_share_of_the_whole_instance():
    config = tracking("scaling: {metric: cpu, target: 70}", "ml.m5.xlarge").policy[
        "TargetTrackingScalingPolicyConfiguration"
    ]
    assert config["TargetValue"] == 280
    assert config["CustomizedMetricSpecification"]["MetricName"] == "CPUUtilization"
