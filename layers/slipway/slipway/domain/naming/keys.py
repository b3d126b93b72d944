"""The layout of the artifacts bucket.

``models/<endpoint>/endpoint.yaml`` is an endpoint's spec,
``models/<endpoint>/<version>/model.tar.gz`` a model; a version's other files lie beside its model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slipway.domain.errors import DomainError

ROOT = "models"
MODEL = "model.tar.gz"
SPEC = "endpoint.yaml"
SIDE_FILES = ("baseline.csv", "statistics.json", "constraints.json", "smoke.jsonl")

LAYOUT = f"{ROOT}/<endpoint>/<version>/{MODEL} or {ROOT}/<endpoint>/{SPEC}"

# The SageMaker API's own pattern for endpoint names.
_ENDPOINT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII)
_LONGEST_ENDPOINT = 63
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_SPEC_DEPTH, _MODEL_DEPTH = 3, 4


class InvalidKey(DomainError):
    """The object does not lie where Slipway looks for models and specs."""


class WrongKeyDepth(InvalidKey):
    """The key has too few or too many folders."""


class InvalidEndpointName(InvalidKey):
    """The folder is no name that SageMaker allows for an endpoint."""


class InvalidVersionName(InvalidKey):
    """The folder is no name that Slipway allows for a version."""


class MisplacedSpec(InvalidKey):
    """An endpoint.yaml lies inside a version."""


class UnknownFile(InvalidKey):
    """Slipway reads no file of this name."""


@dataclass(frozen=True)
class SpecDrop:
    """An endpoint.yaml that arrived."""

    endpoint: str


@dataclass(frozen=True)
class ModelDrop:
    """A model that arrived."""

    endpoint: str
    version: str

    @property
    def key(self) -> str:
        """Key of the model."""
        return self.beside(MODEL)

    @property
    def spec_key(self) -> str:
        """Key of the endpoint's spec."""
        return f"{ROOT}/{self.endpoint}/{SPEC}"

    def beside(self, name: str) -> str:
        """Return the key of a file beside the model."""
        return f"{ROOT}/{self.endpoint}/{self.version}/{name}"


@dataclass(frozen=True)
class SideFile:
    """A file that belongs to a model: read when the model arrives, starts nothing itself."""

    endpoint: str
    version: str
    name: str


def parse_model_key(key: str) -> ModelDrop:
    """Return which model a key holds.

    Raises
    ------
    InvalidKey
        One of its kinds, if the key is no model's; the message shows the layout.

    Example
    -------
    >>> parse_model_key("models/churn/7/model.tar.gz")
    ModelDrop(endpoint='churn', version='7')
    """
    found = classify_key(key)
    if not isinstance(found, ModelDrop):
        raise UnknownFile(f"`{_shown(key)}` is no model; a model lies at {LAYOUT}")
    return found


def classify_key(key: str) -> ModelDrop | SpecDrop | SideFile:
    """Return what a key of the artifacts bucket holds.

    Raises
    ------
    InvalidKey
        One of its kinds, if it is nothing that Slipway reads.
    """
    parts = key.split("/")
    if parts[0] != ROOT or len(parts) not in {_SPEC_DEPTH, _MODEL_DEPTH}:
        raise WrongKeyDepth(f"`{_shown(key)}` lies at the wrong depth; expected {LAYOUT}")
    endpoint, name = check_endpoint_name(parts[1]), parts[-1]
    if len(parts) == _SPEC_DEPTH:
        return _spec(key, endpoint, name)
    version = check_version_name(parts[2])
    if name == MODEL:
        return ModelDrop(endpoint, version)
    if name in SIDE_FILES:
        return SideFile(endpoint, version, name)
    raise _unexpected(key, endpoint, name)


def _spec(key: str, endpoint: str, name: str) -> SpecDrop:
    if name == SPEC:
        return SpecDrop(endpoint)
    if name in (MODEL, *SIDE_FILES):
        raise WrongKeyDepth(f"`{_shown(key)}` lies at the wrong depth; expected {LAYOUT}")
    raise UnknownFile(f"Slipway reads no file `{_shown(key)}`; expected {LAYOUT}")


def _unexpected(key: str, endpoint: str, name: str) -> InvalidKey:
    if name == SPEC:
        return MisplacedSpec(
            f"`{_shown(key)}` lies inside a version; a spec belongs to the endpoint: "
            f"{ROOT}/{endpoint}/{SPEC}"
        )
    return UnknownFile(
        f"Slipway reads no file `{_shown(key)}`; beside {MODEL} it reads {', '.join(SIDE_FILES)}"
    )


def check_endpoint_name(name: str) -> str:
    """Return the name unchanged.

    Raises
    ------
    InvalidEndpointName
        If SageMaker would refuse it.
    """
    if len(name) > _LONGEST_ENDPOINT or not _ENDPOINT.fullmatch(name):
        raise InvalidEndpointName(
            f"`{_shown(name)}` is no endpoint name: letters, digits and hyphens, at most "
            f"{_LONGEST_ENDPOINT}, beginning and ending with a letter or digit"
        )
    return name


def check_version_name(name: str) -> str:
    """Return the name unchanged.

    Raises
    ------
    InvalidVersionName
        If it is no version's.
    """
    if not _VERSION.fullmatch(name):
        raise InvalidVersionName(
            f"`{_shown(name)}` is no version name: letters, digits, dots, underscores and hyphens, "
            f"at most 40, beginning with a letter or digit"
        )
    return name


ACCEPTED = "accepted/"


def accepted_key(sha256: str) -> str:
    """Return where the inspected bytes of a model are kept for SageMaker."""
    return f"{ACCEPTED}{sha256}/{MODEL}"


def accepted_digest(uri: str) -> str:
    """Return the digest in the S3 URI of accepted bytes.

    Example
    -------
    >>> accepted_digest("s3://bucket/accepted/3b7a0f5c/model.tar.gz")
    '3b7a0f5c'
    """
    return uri.removesuffix(f"/{MODEL}").rpartition("/")[2]


def staging_key(release: str) -> str:
    """Return where a model is written before its digest is known."""
    return f"staging/{release}/{MODEL}"


def quarantine_key(sha256: str) -> str:
    """Return where the bytes of a refused model are kept."""
    return f"quarantine/{sha256}/{MODEL}"


def _shown(text: str) -> str:
    """Return a key as it may be printed: S3 allows line breaks and 1,024 bytes."""
    return ascii(text)[1:-1][:200]
