"""Which image a URI names, and whether the sandbox can run it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import Unsupported

PINS = Path(__file__).with_name("images")

_URI = re.compile(
    r"(?P<registry>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
    r"/(?P<repository>[^:@]+):(?P<tag>[^@]+)"
)
_TAG = re.compile(r"(?P<version>\d+\.\d+-\d+)(?:-py\d+)?(?:-cpu-py\d+)?")
_FRAMEWORKS = {"sagemaker-scikit-learn": "sklearn", "sagemaker-xgboost": "xgboost"}


@dataclass(frozen=True)
class Image:
    """An image of SageMaker's that the sandbox has the packages of.

    Attributes
    ----------
    framework
        `sklearn` or `xgboost`.
    version
        The image's version as its tag writes it, e.g. `1.2-1`.
    """

    framework: str
    version: str

    @property
    def name(self) -> str:
        """Framework and version in one word."""
        return f"{self.framework}-{self.version}"

    @property
    def pins(self) -> Path:
        """The requirements file with the versions that the image has."""
        return PINS / f"{self.name}.txt"


def runnable() -> list[Image]:
    """Return the images that the sandbox has packages of."""
    return [Image(*path.stem.split("-", 1)) for path in sorted(PINS.glob("*.txt"))]


def image_of(uri: str) -> Image:
    """Return the image that a URI names.

    Raises
    ------
    Unsupported
        If the sandbox cannot run it; the message says why and what it can run.
    """
    there_is = f"The sandbox runs {', '.join(image.name for image in runnable())}."
    match = _URI.fullmatch(uri)
    if match is None or match["repository"] not in _FRAMEWORKS:
        raise Unsupported(
            f"The sandbox cannot run the custom image {uri}: it has no containers. {there_is}"
        )
    tag = _TAG.fullmatch(match["tag"])
    if tag is None:
        raise Unsupported(f"The sandbox cannot run the tag {match['tag']} of {uri}. {there_is}")
    image = Image(_FRAMEWORKS[match["repository"]], tag["version"])
    if not image.pins.exists():
        raise Unsupported(f"The sandbox has no packages for the image {image.name}. {there_is}")
    return image
