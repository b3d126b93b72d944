"""What the scenarios drop."""

from __future__ import annotations

from tests.stage.archives import SCRIPT, scripted_image
from tests.stage.endpoint import SELDOM, hosting

CODE = {"code/inference.py": SCRIPT.format(answer="0.5").encode()}
SMOKE = b'{"content_type": "text/csv", "body": "1,2"}\n'


def spec_of(more: str = "", *, drift: str = SELDOM) -> str:
    """Return the settings of an endpoint whose models are scripts."""
    return hosting(scripted_image(), drift=drift) + "artifact: {allow_code: true}\n" + more
