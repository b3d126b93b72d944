"""The Pythons of AWS's containers, as far as this machine has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Unsupported
from sandbox.hosting import environments
from sandbox.hosting.images import Image

if TYPE_CHECKING:
    from pathlib import Path


def python_of(framework: str, version: str) -> Path:
    """Return a Python with an image's own packages; skip where they do not run."""
    try:
        return environments.ensure(Image(framework, version))
    except Unsupported as error:
        pytest.skip(str(error))
