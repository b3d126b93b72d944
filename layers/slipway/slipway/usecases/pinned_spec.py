"""The endpoint's settings, at the version that a release is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.spec import EndpointSpec, parse_spec
from slipway.errors import SpecGone
from slipway.usecases.spec_key import NO_SPEC, spec_key

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import TextStore


def pin_spec(release: ReleaseRecord, store: TextStore) -> tuple[EndpointSpec, str]:
    """Return the settings and the version id to bind the release to.

    A release that is bound already keeps its version, whatever arrived since.

    Raises
    ------
    InvalidSpec
        Naming every problem with its line.
    SpecGone
        If the version that it is bound to was deleted: the settings of today are others.
    """
    if release.spec_version == NO_SPEC:
        return EndpointSpec(), NO_SPEC
    found = store.read_text(spec_key(release.endpoint), release.spec_version)
    if found is None and release.spec_version:
        raise SpecGone(
            f"{spec_key(release.endpoint)} in version {release.spec_version}, which the release "
            "is bound to, no longer exists: drop the model again"
        )
    if found is None:
        return EndpointSpec(), NO_SPEC
    return parse_spec(found.content), found.version_id
