"""What all resource types share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from moto.core.common_models import CloudFormationModel

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from sandbox.account import Account


class ApiResource(CloudFormationModel):
    """A resource that is created by calls of its service's public API.

    A subclass names its type and the properties that it honours, and creates the resource in
    `create`, which sets `ref` (what Ref gives) and `attributes` (what Fn::GetAtt gives).
    """

    TYPE: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    PROPERTIES: ClassVar[frozenset[str]] = frozenset()
    account: ClassVar[Account]

    def __init__(self, name: str, properties: dict[str, Any]) -> None:
        unknown = sorted(set(properties) - self.PROPERTIES)
        if unknown:
            raise Unsupported(f"The sandbox does not honour {self.TYPE}: {', '.join(unknown)}.")
        self.name = name
        self.ref = name
        self.attributes: dict[str, Any] = {}
        self.create(properties)

    def create(self, properties: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError

    def api(self, service: str) -> BaseClient:
        """Return a client with the rights of whoever deploys."""
        return self.account.client(service)

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.ref

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return nothing: `NAME` says it, by a class method of the same name per class."""
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        """Return nothing: the classes are registered by their `TYPE`."""
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - moto's signature
        """Let `get_cfn_attribute` decide."""
        return True

    def get_cfn_attribute(self, attribute: str) -> Any:
        """Return what Fn::GetAtt gives."""
        if attribute not in self.attributes:
            raise Unsupported(f"The sandbox has no {self.TYPE}.{attribute}.")
        return self.attributes[attribute]

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,  # noqa: ARG003 - moto's signature
        region_name: str,  # noqa: ARG003 - moto's signature
        **_: Any,
    ) -> ApiResource:
        """Create the resource."""
        properties = _valued(cloudformation_json["Properties"])
        name = properties.get(cls.NAME, resource_name) if cls.NAME else resource_name
        try:
            return cls(name, properties)
        except KeyError as error:
            # moto would take it for a resource that the template does not have.
            raise ValueError(f"{cls.TYPE} {name} lacks {error}.") from error

    @classmethod
    def update_from_cloudformation_json(cls, *_: Any, **__: Any) -> Any:
        """Refuse: the sandbox deploys once."""
        raise Unsupported("The sandbox does not update stacks: start a new sandbox.")

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
        """Refuse: the sandbox deploys once."""
        raise Unsupported("The sandbox does not delete stacks: stop the sandbox.")

    def is_created(self) -> bool:
        """Every call has been made when the constructor returns."""
        return True


def _valued(value: Any) -> Any:
    """Return a value without the items that are `AWS::NoValue`, which moto leaves in lists."""
    if isinstance(value, dict):
        return {key: _valued(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_valued(item) for item in value if item is not None]
    return value


def tags_of(properties: dict[str, Any]) -> list[dict[str, str]]:
    """Return tags as a list, however the type writes them."""
    tags = properties.get("Tags", [])
    if isinstance(tags, dict):
        return [{"Key": key, "Value": value} for key, value in tags.items()]
    return list(tags)


def truth(value: Any) -> bool:
    """Return what a template writes as a truth or as its name."""
    return str(value).lower() == "true"


def lower_first(value: Any) -> Any:
    """Return a structure with the keys that services of the JSON protocol use: `logGroup`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lower_first(item) for item in value]
    return value
