"""From the bytes of endpoint.yaml to a checked spec."""

from __future__ import annotations

from pydantic import ValidationError

from slipway.domain.spec.document import Document, read_document
from slipway.domain.spec.endpoint_spec import EndpointSpec
from slipway.domain.spec.explaining import Explainer
from slipway.domain.spec.problems import InvalidSpec, Problem


def parse_spec(source: bytes | str) -> EndpointSpec:
    """Read an endpoint.yaml; an empty one means all defaults.

    Parameters
    ----------
    source : bytes or str
        The file, UTF-8 if bytes.

    Raises
    ------
    InvalidSpec
        With every problem that was found: line, setting, what is wrong, what to write.

    Example
    -------
    >>> parse_spec("hosting: {framework: xgboost}").hosting.framework
    'xgboost'
    """
    document = read_document(source)
    settings = _settings(document)
    try:
        # by_name=False: YAML says `except`, only Python has to say `excepted`.
        spec = EndpointSpec.model_validate(settings, by_alias=True, by_name=False)
    except ValidationError as error:
        explainer = Explainer(EndpointSpec, document)
        found = [explainer.explain(detail) for detail in error.errors(include_url=False)]
        raise InvalidSpec([*document.problems, *found]) from error
    if document.problems:
        raise InvalidSpec(document.problems)
    return spec


def _settings(document: Document) -> dict[str, object]:
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise InvalidSpec(
            [Problem("the file must hold keys with values", line=1, suggestion="begin `hosting:`")]
        )
    # `hosting:` with everything below it commented out means the defaults, as an empty file does.
    return {key: value for key, value in document.value.items() if value is not None}
