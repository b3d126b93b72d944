"""An account with an endpoint that AWS's target tracking alone scales; no stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox import events, hosting
from sandbox.account import Account
from sandbox.proving.world import archive
from sandbox.replacing import restore
from slipway.domain.scaling import target_tracking

if TYPE_CHECKING:
    from rehearsal.scenario import Scenario
    from sandbox.hosting import Durations
    from sandbox.kernel import Kernel

ENDPOINT = "shop"
_VARIANT = "live"
_ROLE = "serving"
_BUCKET = "artifacts"
_IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2"


class BareAccount(Account):
    """CloudWatch, Application Auto Scaling and SageMaker."""

    def __init__(self, kernel: Kernel, durations: Durations) -> None:
        self._durations = durations
        super().__init__(kernel)

    def _install(self) -> None:
        self.bus = events.install(self)
        self.metrics = self.bus.metrics
        self.hosting = hosting.install(self, self._durations, hosting.PRETENDING)

    def close(self) -> None:
        """Stop the server and the clock, and let go of moto."""
        self.hosting.close()
        restore()
        self._server.close()
        self.kernel.close()
        self._folder.cleanup()


def serve(account: BareAccount, scenario: Scenario) -> None:
    """Bring the endpoint into service, with the spec's target tracking."""
    _permit(account)
    account.client("s3").create_bucket(Bucket=_BUCKET)
    account.client("s3").put_object(Bucket=_BUCKET, Key="model", Body=archive({"model": b""}))
    sagemaker, spec = account.client("sagemaker"), scenario.endpoint
    sagemaker.create_model(
        ModelName="model",
        PrimaryContainer={"Image": _IMAGE, "ModelDataUrl": f"s3://{_BUCKET}/model"},
        ExecutionRoleArn=f"arn:aws:iam::{account.account_id}:role/{_ROLE}",
    )
    variant = {
        "VariantName": _VARIANT,
        "ModelName": "model",
        "InitialInstanceCount": spec.initial_instance_count,
        "InstanceType": spec.hosting.instance_type,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName="config")
    account.kernel.advance(1800)
    tracking = target_tracking(
        endpoint=ENDPOINT,
        variant=_VARIANT,
        spec=spec,
        instance_type=spec.hosting.instance_type,
        fewest=spec.scaling.min,
        most=spec.scaling.max,
    )
    scaling = account.client("application-autoscaling")
    scaling.register_scalable_target(**tracking.target)
    scaling.put_scaling_policy(**tracking.policy)


def _permit(account: BareAccount) -> None:
    iam = account.client("iam")
    iam.create_role(
        RoleName=_ROLE,
        AssumeRolePolicyDocument=_policy(
            Action="sts:AssumeRole", Principal={"Service": "sagemaker.amazonaws.com"}
        ),
    )
    iam.put_role_policy(
        RoleName=_ROLE, PolicyName="all", PolicyDocument=_policy(Action="*", Resource="*")
    )


def _policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
