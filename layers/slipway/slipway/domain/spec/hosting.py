"""Where and on what a model is served."""

from typing import Literal, Self

from pydantic import model_validator

from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.types import (
    EnvironmentKey,
    EnvironmentValue,
    Framework,
    FrameworkVersion,
    ImageUri,
    InstanceCount,
    InstanceType,
)

# SageMaker's limits: EnvironmentMap holds 100 entries; a variant's instance pools hold 5 types.
MAX_ENVIRONMENT = 100
MAX_ENVIRONMENT_BYTES = 32 * 1024
MAX_FALLBACKS = 4

HostingMode = Literal["real-time"]
"""How SageMaker hosts the model. A new mode is one more word here and one more row in planning."""


class Hosting(Section):
    """The container, the instances and their environment."""

    mode: HostingMode = setting("real-time", "How SageMaker hosts the model.", example="real-time")
    framework: Framework | None = setting(
        None,
        "Framework whose AWS container serves the model. Without it, and without an image, the "
        "artifact's layout decides; what cannot be decided is refused.",
        example="scikit-learn",
    )
    framework_version: FrameworkVersion | None = setting(
        None,
        "Version of the framework's container (`1.2-1`) or of the framework in it (`1.2.1`). "
        "Without it, the version named by the artifact, else the newest container.",
        example="1.2-1",
    )
    image: ImageUri | None = setting(
        None,
        "A container image of your own instead of a framework's.",
        example="123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:7",
    )
    instance_type: InstanceType = setting(
        "ml.m5.large", "Type of the instances that serve.", example="ml.c5.xlarge"
    )
    instance_count: InstanceCount = setting(
        2,
        "Instances that an endpoint starts with, kept within `scaling.min` and `scaling.max`.",
        unit="instances",
        example=2,
    )
    fallback_instance_types: Listed[tuple[InstanceType, ...]] = setting(
        (),
        "Types to try, in this order, when AWS has no capacity for `instance_type`: when an "
        "endpoint is made or wakes, and when it refuses the instances of a burst.",
        example=["ml.m5.xlarge"],
        max_length=MAX_FALLBACKS,
    )
    environment: dict[EnvironmentKey, EnvironmentValue] = setting(
        {},
        "Environment variables of the container. Every value is text; 32 KiB in all.",
        example={"LOG_LEVEL": "info"},
        max_length=MAX_ENVIRONMENT,
    )

    @model_validator(mode="after")
    def _one_container(self) -> Self:
        if self.image and self.framework:
            raise refusal(
                "image",
                "`image` and `framework` exclude each other: an image brings its own framework",
                "remove one of the two",
            )
        if self.framework_version and not self.framework:
            raise refusal(
                "framework_version",
                "`framework_version` says nothing without `framework`",
                "add `framework: scikit-learn` or `framework: xgboost`",
            )
        return self

    @model_validator(mode="after")
    def _small_environment(self) -> Self:
        size = sum(len(f"{key}{value}".encode()) for key, value in self.environment.items())
        if size > MAX_ENVIRONMENT_BYTES:
            raise refusal(
                "environment",
                f"{size} bytes of names and values, {MAX_ENVIRONMENT_BYTES} may be",
                "put what is large into the archive",
            )
        return self

    @model_validator(mode="after")
    def _distinct_types(self) -> Self:
        types = (self.instance_type, *self.fallback_instance_types)
        if len(set(types)) < len(types):
            raise refusal(
                "fallback_instance_types", "an instance type is named twice", "remove one of them"
            )
        return self
