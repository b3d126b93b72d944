"""Lambda, Step Functions and the logs that they write."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlparse

from sandbox.deploy.resources.base import ApiResource, lower_first, tags_of
from sandbox.errors import Unsupported


class LayerVersion(ApiResource):
    """A version of a layer."""

    TYPE = "AWS::Lambda::LayerVersion"
    NAME = "LayerName"
    PROPERTIES = frozenset(
        {
            "LayerName",
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LicenseInfo",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Publish the version."""
        given = {k: v for k, v in properties.items() if k != "LayerName"}
        version = self.api("lambda").publish_layer_version(LayerName=self.name, **given)
        self.ref = version["LayerVersionArn"]
        self.attributes = {"LayerVersionArn": self.ref}


class Function(ApiResource):
    """A Lambda function."""

    TYPE = "AWS::Lambda::Function"
    NAME = "FunctionName"
    PROPERTIES = frozenset(
        {
            "FunctionName",
            "Architectures",
            "Code",
            "DeadLetterConfig",
            "Description",
            "Environment",
            "EphemeralStorage",
            "Handler",
            "KmsKeyArn",
            "Layers",
            "LoggingConfig",
            "MemorySize",
            "ReservedConcurrentExecutions",
            "Role",
            "Runtime",
            "Tags",
            "Timeout",
            "TracingConfig",
            "VpcConfig",
        }
    )
    # CloudFormation cuts generated names to what Lambda takes.
    NAME_LENGTH = 64

    def create(self, properties: dict[str, Any]) -> None:
        """Create the function."""
        later = ("FunctionName", "ReservedConcurrentExecutions", "Tags")
        given = {k: v for k, v in properties.items() if k not in later}
        for name in ("MemorySize", "Timeout"):
            if name in given:
                given[name] = int(given[name])
        if "KmsKeyArn" in given:
            given["KMSKeyArn"] = given.pop("KmsKeyArn")
        self.ref = self.name[: self.NAME_LENGTH]
        tags = {tag["Key"]: tag["Value"] for tag in tags_of(properties)}
        client = self.api("lambda")
        function = client.create_function(FunctionName=self.ref, Tags=tags, **given)
        self.attributes = {"Arn": function["FunctionArn"]}
        if (reserved := properties.get("ReservedConcurrentExecutions")) is not None:
            client.put_function_concurrency(
                FunctionName=self.ref, ReservedConcurrentExecutions=int(reserved)
            )


class Permission(ApiResource):
    """Who may invoke a function."""

    TYPE = "AWS::Lambda::Permission"
    PROPERTIES = frozenset({"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"})

    def create(self, properties: dict[str, Any]) -> None:
        """Add the statement to the function's policy."""
        self.api("lambda").add_permission(StatementId=self.name, **properties)


class Url(ApiResource):
    """A function's URL."""

    TYPE = "AWS::Lambda::Url"
    PROPERTIES = frozenset({"AuthType", "Cors", "InvokeMode", "Qualifier", "TargetFunctionArn"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the URL."""
        given = {k: v for k, v in properties.items() if k != "TargetFunctionArn"}
        name = properties["TargetFunctionArn"]
        config = self.api("lambda").create_function_url_config(FunctionName=name, **given)
        self.ref = config["FunctionArn"]
        self.attributes = {name: config[name] for name in ("FunctionArn", "FunctionUrl")}


class LogGroup(ApiResource):
    """A group of log streams."""

    TYPE = "AWS::Logs::LogGroup"
    NAME = "LogGroupName"
    PROPERTIES = frozenset({"LogGroupName", "KmsKeyId", "RetentionInDays", "Tags"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the group and let its events expire."""
        logs = self.api("logs")
        key = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
        tags = {tag["Key"]: tag["Value"] for tag in tags_of(properties)}
        logs.create_log_group(logGroupName=self.name, **key, **({"tags": tags} if tags else {}))
        if "RetentionInDays" in properties:
            days = int(properties["RetentionInDays"])
            logs.put_retention_policy(logGroupName=self.name, retentionInDays=days)
        arn = f"arn:aws:logs:{self.account.region}:{self.account.account_id}:log-group:{self.name}"
        self.attributes = {"Arn": f"{arn}:*"}


class StateMachine(ApiResource):
    """A state machine."""

    TYPE = "AWS::StepFunctions::StateMachine"
    NAME = "StateMachineName"
    PROPERTIES = frozenset(
        {
            "StateMachineName",
            "DefinitionS3Location",
            "DefinitionString",
            "DefinitionSubstitutions",
            "EncryptionConfiguration",
            "LoggingConfiguration",
            "RoleArn",
            "StateMachineType",
            "Tags",
            "TracingConfiguration",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the machine from its definition with the substitutions made."""
        definition = properties.get("DefinitionString") or self._from_s3(properties)
        optional = {
            name[:1].lower() + name[1:]: lower_first(properties[name])
            for name in ("EncryptionConfiguration", "LoggingConfiguration", "TracingConfiguration")
            if name in properties
        }
        substitutions = properties.get("DefinitionSubstitutions", {})
        self.ref = self.api("stepfunctions").create_state_machine(
            name=self.name,
            definition=substitute(definition, substitutions),
            roleArn=properties["RoleArn"],
            type=properties.get("StateMachineType", "STANDARD"),
            tags=lower_first(tags_of(properties)),
            **optional,
        )["stateMachineArn"]
        self.attributes = {"Arn": self.ref, "Name": self.name}

    def _from_s3(self, properties: dict[str, Any]) -> str:
        location = properties["DefinitionS3Location"]
        if isinstance(location, str):
            url = urlparse(location)
            location = {"Bucket": url.netloc, "Key": unquote(url.path.lstrip("/"))}
        place = {name: location[name] for name in ("Bucket", "Key")}
        body: bytes = self.api("s3").get_object(**place)["Body"].read()
        return body.decode()


def substitute(definition: str, values: dict[str, Any]) -> str:
    """Put values in the place of `${Name}`; a name without a value is refused."""

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            raise Unsupported(
                f"The definition has ${{{name}}}, which DefinitionSubstitutions lacks."
            )
        return str(values[name])

    return re.sub(r"\$\{([A-Za-z0-9_]+)\}", replace, definition)
