"""What goes wrong on the way to AWS, in one line and with the exit code that scripts rely on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from boto3.exceptions import Boto3Error
from botocore import exceptions as aws

from slipway.domain.errors import DomainError
from slipway.errors import ServiceBusy, SlipwayError

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILED, WRONG_USE = 1, 2

_CREDENTIALS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.TokenRetrievalError,
    aws.SSOTokenLoadError,
    aws.UnauthorizedSSOTokenError,
)
_UNKNOWN_KEYS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class Problem(Exception):
    """Something that ends the command; the message is for the user."""

    exit_code = FAILED


class WrongUse(Problem):
    """Something that the user has to put right before anything can begin."""

    exit_code = WRONG_USE


@contextmanager
def explained() -> Iterator[None]:
    """Turn what AWS, its client and Slipway's rules refuse into a Problem."""
    try:
        yield
    except DomainError as error:
        raise WrongUse(str(error)) from error
    except ServiceBusy as error:
        raise Problem(
            f"{error}. Nothing more was tried; the same command may be given again."
        ) from error
    except SlipwayError as error:
        raise Problem(str(error)) from error
    except aws.ClientError as error:
        raise _refused(error) from error
    except Boto3Error as error:
        # Transfers wrap what went wrong in text.
        raise Problem(f"{_sentence(error)}.") from error
    except _CREDENTIALS as error:
        raise WrongUse(
            f"No usable AWS credentials ({_sentence(error)}). Set AWS_PROFILE, or the variables "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; for the sandbox paste what it prints."
        ) from error
    except aws.NoRegionError as error:
        raise WrongUse(
            "No AWS region. Set AWS_DEFAULT_REGION, or a region in the profile."
        ) from error
    except (aws.ConnectionError, aws.HTTPClientError) as error:
        raise Problem(
            f"{_sentence(error)}. Is AWS_ENDPOINT_URL right, and the sandbox running?"
        ) from error
    except aws.BotoCoreError as error:
        raise WrongUse(f"{_sentence(error)}.") from error


def _refused(error: aws.ClientError) -> Problem:
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "")
    if code in _UNKNOWN_KEYS:
        return WrongUse(f"AWS does not take these credentials ({code}: {message}).")
    return Problem(f"AWS refused {error.operation_name}: {code}: {message}")


def _sentence(error: Exception) -> str:
    return str(error).strip().rstrip(".")
