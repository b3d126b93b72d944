"""What this area reads and replaces within moto; nowhere else does it touch moto's insides.

moto stores functions, versions, aliases and layers. It drops settings that it does not know,
creates a function twice without a word, and invokes in Docker containers. `test_moto_seams.py`
fails when moto changes underneath.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.awslambda import models
from moto.awslambda.exceptions import UnknownFunctionException
from moto.core.exceptions import JsonRESTError
from moto.sns import models as sns_models

from sandbox.gateway import AwsError
from sandbox.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.account import Account

# Lambda's settings that moto forgets, on creation or on update.
FORGOTTEN = (
    "DeadLetterConfig",
    "EphemeralStorage",
    "KMSKeyArn",
    "LoggingConfig",
    "TracingConfig",
)
_get_configuration = models.LambdaFunction.get_configuration
_publish = sns_models.Subscription.publish


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn what moto refuses into what the gateway answers."""
    try:
        yield
    except JsonRESTError as error:
        raise AwsError(error.error_type, error.message, int(error.code or 400)) from error
    except ValueError as error:
        # moto raises these with the code as the first argument where S3 lacks the code.
        code, message = error.args
        raise AwsError(code, message) from error


class Store:
    """moto's functions of the account."""

    def __init__(self, account: Account) -> None:
        self._key = (account.account_id, account.region)
        replace(models.LambdaFunction, get_configuration=_complete_configuration)

    @property
    def backend(self) -> Any:
        """Moto's backend, which is a new one after a reset."""
        return models.lambda_backends[self._key[0]][self._key[1]]

    def find(self, name_or_arn: str, qualifier: str | None = None) -> Any:
        """Return a version of a function.

        Raises
        ------
        AwsError
            ResourceNotFoundException.
        """
        with aws_errors():
            return self.backend.get_function(name_or_arn, qualifier)

    def exists(self, name: str) -> bool:
        """Whether there is a function of this name."""
        try:
            self.backend.get_function(name)
        except UnknownFunctionException:
            return False
        return True

    def layer_zips(self, function: Any) -> tuple[tuple[str, bytes], ...]:
        """Return the layers of a function as (SHA-256, zip), in their order."""
        versions = [self.backend.layers_versions_by_arn(each["Arn"]) for each in function.layers]
        return tuple((each.code_digest, each.code_bytes) for each in versions)

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        """Create a function with all of its settings."""
        with aws_errors():
            function = self.backend.create_function(dict(params))
            remember(function, params)
            remember(self.backend.get_function(params["FunctionName"]), params)
            return dict(function.get_configuration(on_create=True))

    def update(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        """Change settings of a function."""
        with aws_errors():
            function = self.backend.get_function(name)
            remember(function, params)
            function.update_configuration(params)
            return dict(function.get_configuration())


def remember(function: Any, params: dict[str, Any]) -> None:
    """Keep what moto would forget, beside its own attributes: versions are copies of these."""
    kept = dict(getattr(function, "sandbox_settings", {}))
    kept |= {name: params[name] for name in FORGOTTEN if name in params}
    function.sandbox_settings = kept


def settings_of(function: Any) -> dict[str, Any]:
    """Return what `remember` kept."""
    return dict(getattr(function, "sandbox_settings", {}))


def _complete_configuration(function: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Answer with the settings that moto forgets."""
    return dict(_get_configuration(function, *args, **kwargs)) | settings_of(function)


def route_invocations(
    invoke: Callable[[str, dict[str, Any]], None],
    publish: Callable[[Any, str, str, dict[str, Any]], None],
) -> None:
    """Send moto's own invocations (of S3 notifications, log subscriptions, SNS) through ours.

    All of them are asynchronous in AWS. moto's SNS record has no true topic, message or time.

    Parameters
    ----------
    invoke
        Takes a function's ARN and an event.
    publish
        Takes moto's subscription, the message, its id and the other arguments.
    """

    def _invoke_lambda(function: Any, event: Any = None) -> tuple[str, bool, str]:
        invoke(function.function_arn, event)
        return "", False, ""

    def subscription_publish(self: Any, message: str, message_id: str, **given: Any) -> None:
        if self.protocol != "lambda":
            _publish(self, message, message_id, **given)
            return
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(given.get("message_attributes"), message):
            return
        if given.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        publish(self, message, message_id, given)

    replace(models.LambdaFunction, _invoke_lambda=_invoke_lambda)
    replace(sns_models.Subscription, publish=subscription_publish)
