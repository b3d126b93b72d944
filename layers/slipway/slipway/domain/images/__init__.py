"""Which container image serves a framework's models, and what is inside it."""

from slipway.domain.images.catalogue import (
    Image,
    choose_image,
    custom_image,
    images_as_of,
    resolve_image,
    supported_versions,
)
from slipway.domain.images.errors import (
    ImageError,
    UnknownFramework,
    UnsupportedFrameworkVersion,
    UnsupportedRegion,
)

__all__ = [
    "Image",
    "ImageError",
    "UnknownFramework",
    "UnsupportedFrameworkVersion",
    "UnsupportedRegion",
    "choose_image",
    "custom_image",
    "images_as_of",
    "resolve_image",
    "supported_versions",
]
