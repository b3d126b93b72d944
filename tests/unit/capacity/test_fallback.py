from __future__ import annotations

from slipway.domain.capacity.fallback import alarm_on, config_name, config_on, policy_on

KEY = "arn:aws:kms:us-east-1:123456789012:key/one"
CONFIG = {
    "EndpointConfigName": "churn-1-abc",
    "ProductionVariants": [{"VariantName": "1-abc", "InstanceType": "ml.m5.large"}],
    "DataCaptureConfig": {"KmsKeyId": KEY},
    "KmsKeyId": KEY,
    "Tags": [{"Key": "slipway:endpoint", "Value": "churn"}],
}


def test_a_configuration_changes_its_type_and_nothing_else() -> None:
    made = config_on(CONFIG, "ml.m5.xlarge", "other")
    variant = {"VariantName": "1-abc", "InstanceType": "ml.m5.xlarge"}
    assert made == {**CONFIG, "EndpointConfigName": "other", "ProductionVariants": [variant]}


def test_the_key_of_volumes_goes_where_the_hardware_encrypts_and_comes_back() -> None:
    local = config_on(CONFIG, "ml.m5d.xlarge", "other")
    assert "KmsKeyId" not in local
    assert config_on(local, "ml.m5.xlarge", "third")["KmsKeyId"] == KEY


def test_the_name_keeps_the_digest_and_is_short_enough() -> None:
    assert config_name("churn-1-abc", "abc", "ml.m5.xlarge") == "churn-1-m5-xlarge-abc"
    name = config_name(f"{'c' * 50}-1-0123456789ab", "0123456789ab", "ml.g5.12xlarge")
    assert len(name) <= 63
    assert name.endswith("-g5-12xlarge-0123456789ab")


def test_what_is_counted_per_core_follows_the_type() -> None:
    cpu = {"MetricName": "CPUUtilization", "Threshold": 180.0}
    assert alarm_on(cpu, "ml.m5.large", "ml.m5.xlarge")["Threshold"] == 360.0
    latency = {"MetricName": "ModelLatency", "Threshold": 1.0}
    assert alarm_on(latency, "ml.m5.large", "ml.m5.xlarge") == latency
    own = {"CustomizedMetricSpecification": {"MetricName": "CPUUtilization"}, "TargetValue": 140.0}
    policy = {"TargetTrackingScalingPolicyConfiguration": own}
    moved = policy_on(policy, "ml.m5.large", "ml.m5.xlarge")
    assert moved["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 280.0
    usual = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 600.0}}
    assert policy_on(usual, "ml.m5.large", "ml.m5.xlarge") == usual
