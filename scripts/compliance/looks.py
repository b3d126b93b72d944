"""Whether a resource meets a control, by its properties in the translated template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.compliance.control import Template

Look = "Callable[[dict[str, Any], Template], bool]"


def has(*path: str) -> Callable[[dict[str, Any], Template], bool]:
    """Return a look for a property that must be there and not be false or empty."""
    return lambda properties, _template: bool(_at(properties, path))


def says(wanted: Any, *path: str) -> Callable[[dict[str, Any], Template], bool]:
    """Return a look for a property that must have a value."""
    return lambda properties, _template: bool(_at(properties, path) == wanted)


def blocks_the_public(properties: dict[str, Any], _template: Template) -> bool:
    """Tell whether a bucket refuses everything public."""
    blocked = properties.get("PublicAccessBlockConfiguration", {})
    kinds = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return all(blocked.get(kind) is True for kind in kinds)


def names_no_public(properties: dict[str, Any], _template: Template) -> bool:
    """Tell whether a policy allows nothing to everybody."""
    policy = properties.get("PolicyDocument") or properties["KeyPolicy"]
    public = ("*", {"AWS": "*"})
    return all(
        each["Effect"] == "Deny" or each["Principal"] not in public for each in policy["Statement"]
    )


def refuses_plain_http(properties: dict[str, Any], _template: Template) -> bool:
    """Tell whether a policy refuses what comes without TLS."""
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    return any(
        each["Effect"] == "Deny" and each.get("Condition") == insecure
        for each in properties["PolicyDocument"]["Statement"]
    )


def under_a_key(properties: dict[str, Any], _template: Template) -> bool:
    """Tell whether a bucket encrypts with a customer key by default."""
    rules = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    return all("KMSMasterKeyID" in each["ServerSideEncryptionByDefault"] for each in rules)


def has_flow_log(_properties: dict[str, Any], template: Template) -> bool:
    """Tell whether the network's flows are logged."""
    return any(each["Type"] == "AWS::EC2::FlowLog" for each in template["Resources"].values())


def never(_properties: dict[str, Any], _template: Template) -> bool:
    """Tell of a control that is not met: the reason stands in the resource."""
    return False


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    return value
