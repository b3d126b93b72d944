"""Where an endpoint's settings lie. Apart from what reads them, which a claim does not load."""

from __future__ import annotations

# In place of a version id, where the endpoint had no endpoint.yaml when the release looked.
NO_SPEC = "none"


def spec_key(endpoint: str) -> str:
    """Return the key of an endpoint's settings."""
    return f"models/{endpoint}/endpoint.yaml"
