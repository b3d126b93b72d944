"""Why a delivery failed, and whether AWS tries again."""

from __future__ import annotations

from botocore.exceptions import ClientError, HTTPClientError

_SERVER_ERROR = 500
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimit", "SlowDown", "LimitExceeded")
_FORBIDDEN = ("AccessDenied", "NotAuthorized", "Unauthorized", "AuthorizationError")
_MISSING = ("NotFound", "NonExistent", "DoesNotExist", "NoSuch", "QueueDeleted")


class DeliveryFailed(Exception):
    """An attempt to reach a target failed.

    Parameters
    ----------
    code
        EventBridge's error code for dead letters, e.g. ``NO_PERMISSIONS``.
    retry
        Whether a later attempt may succeed.
    """

    def __init__(self, code: str, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry


def classify(error: Exception) -> DeliveryFailed:
    """Say what a failed call means for a delivery; a defect of the sandbox is raised again."""
    if isinstance(error, DeliveryFailed):
        return error
    if isinstance(error, ClientError):
        return _classify_answer(error)
    if isinstance(error, HTTPClientError):
        return DeliveryFailed("CONNECTION_FAILURE", str(error), retry=True)
    raise error


def _classify_answer(error: ClientError) -> DeliveryFailed:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = f"{code}: {error.response['Error'].get('Message', '')}"
    if any(part in code for part in _THROTTLED):
        return DeliveryFailed("THROTTLING", message, retry=True)
    if any(part in code for part in _FORBIDDEN):
        return DeliveryFailed("NO_PERMISSIONS", message)
    if any(part in code for part in _MISSING):
        return DeliveryFailed("NO_RESOURCE", message)
    if status >= _SERVER_ERROR or code in ("InternalFailure", "InternalError"):
        return DeliveryFailed("SDK_CLIENT_ERROR", message, retry=True)
    return DeliveryFailed("SDK_CLIENT_ERROR", message)
