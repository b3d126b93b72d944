"""What the scenarios drop."""

from __future__ import annotations

from tests.stage.archives import SCRIPT, scripted_image
from tests.stage.endpoint import SELDOM
from tests.stage.endpoint import hosting as settings_of

CODE = {"code/inference.py": SCRIPT.format(answer="0.5").encode()}
SMOKE = b'{"content_type": "text/csv", "body": "1,2"}\n'


def spec_of(more: str = "", *, drift: str = SELDOM, hosting: str = "") -> str:
    """Return the settings of an endpoint whose models are scripts.

    Parameters
    ----------
    hosting
        Further settings of `hosting`, such as ``, instance_count: 3``.
    """
    told = settings_of(scripted_image(), hosting, drift)
    return told + "artifact: {allow_code: true}\n" + more
