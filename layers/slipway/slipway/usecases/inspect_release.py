"""Inspect what was dropped, and keep exactly what was inspected."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.artifact import (
    ArtifactRefused,
    Inspection,
    Reason,
    inspect_artifact,
    repack_with_script,
    sklearn_inference_script,
)
from slipway.ports import ArtifactStore, EndpointBook, ReleaseBook, TextStore
from slipway.usecases.image_choice import fitting_image, named_image
from slipway.usecases.pinned_spec import pin_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.artifact import Framework
    from slipway.domain.images import Image
    from slipway.domain.release import Drop, ReleaseRecord
    from slipway.domain.spec import EndpointSpec
    from slipway.usecases.reference import ReleaseRef

# The words of endpoint.yaml and those of the inspection.
_FRAMEWORKS: Mapping[str, Framework] = {"scikit-learn": "sklearn", "xgboost": "xgboost"}
_BARE = "sklearn-bare"
ENTRY = "code/inference.py"
PROGRAM = "inference.py"

# Nobody makes these by mistake: the bytes are set apart for whoever looks into it.
MALICIOUS = frozenset(
    {
        Reason.UNSAFE_PATH,
        Reason.LINK,
        Reason.SPECIAL_FILE,
        Reason.RATIO_BOMB,
        Reason.AMBIGUOUS,
        Reason.PICKLE_NAME,
        Reason.PICKLE_UNSAFE,
    }
)


class InspectionBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that an inspection touches."""


class DropBucket(ArtifactStore, TextStore, Protocol):
    """The bucket of drops, of what was accepted, and of what was not."""


def inspect_release(
    ref: ReleaseRef, *, region: str, ledger: InspectionBook, store: DropBucket
) -> dict[str, str]:
    """Bind the release to the spec of this moment, inspect the pinned bytes and keep them.

    Returns
    -------
    dict
        `verdict`: ``unchanged`` if the live release serves this version with these very bytes.

    Raises
    ------
    ArtifactRefused, InvalidSpec, ImageError
        With what is wrong and what to do; a malicious artifact is in quarantine.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    spec, spec_version = pin_spec(release, store)
    ledger.note_release(ref.endpoint, ref.release, {"spec_version": spec_version})
    if release.drop.origin:
        return _released_again(release, ledger)
    found, image = _inspect(release.drop, spec, region, store)
    live = ledger.read_endpoint(ref.endpoint).live
    if live and live.serves(release.drop.version, found.sha256):
        return {"verdict": "unchanged", "sha256": found.sha256}
    kept = _kept_digest(release.drop, found, store)
    # Noted before it is made: a compensation takes away what the ledger names and nothing else.
    facts = _facts(found, image) | {"accepted": store.accepted_uri(kept)}
    ledger.note_release(ref.endpoint, ref.release, {"inspection": facts})
    _keep(release.drop, found, kept, store)
    return {"verdict": "new", "sha256": found.sha256}


def _released_again(release: ReleaseRecord, ledger: InspectionBook) -> dict[str, str]:
    """Take over what the kept release was found to be: these very bytes were accepted then."""
    kept = ledger.read_release(release.endpoint, release.drop.origin)
    ledger.note_release(release.endpoint, release.release, {"inspection": dict(kept.inspection)})
    return {"verdict": "new", "sha256": str(kept.inspection["sha256"])}


def _inspect(
    drop: Drop, spec: EndpointSpec, region: str, store: ArtifactStore
) -> tuple[Inspection, Image]:
    """Inspect; where the artifact decides on the image, look again knowing what the image holds."""
    image = named_image(spec, region)
    try:
        found = _look(drop, spec, image, store)
        if image is None:
            image = fitting_image(found, region)
            found = _look(drop, spec, image, store)
    except ArtifactRefused as refusal:
        if refusal.reason in MALICIOUS:
            store.quarantine(drop, str(refusal))
        raise
    return found, image


def _look(drop: Drop, spec: EndpointSpec, image: Image | None, store: ArtifactStore) -> Inspection:
    hosting = spec.hosting
    framework = "custom" if hosting.image else _FRAMEWORKS.get(hosting.framework or "")
    with closing(store.open_drop(drop)) as body:
        return inspect_artifact(
            body,
            framework=framework,
            framework_version=hosting.framework_version,
            image_packages=image.packages if image else None,
            allow_code=spec.artifact.allow_code,
            allow_classes=spec.artifact.allow_classes,
        )


def _kept_digest(drop: Drop, found: Inspection, store: ArtifactStore) -> str:
    """Return the digest of what is kept: the bytes, or a bare model with Slipway's script."""
    if found.layout != _BARE:
        return found.sha256
    return _repack(drop, sklearn_inference_script(), _Nowhere(), store)


def _keep(drop: Drop, found: Inspection, digest: str, store: ArtifactStore) -> None:
    """Keep the bytes under their digest; the original stays where it is."""
    if found.layout != _BARE:
        store.accept(drop, digest)
        return
    # The key is the digest of what is written, and packing is deterministic: so it is packed twice
    # instead of being held.
    with store.accepting(digest) as target:
        if target:
            _repack(drop, sklearn_inference_script(), target, store)


def _repack(drop: Drop, script: bytes, target: Any, store: ArtifactStore) -> str:
    with closing(store.open_drop(drop)) as body:
        return repack_with_script(body, target, script)


class _Nowhere:
    def write(self, data: bytes, /) -> int:
        return len(data)


def _facts(found: Inspection, image: Image) -> dict[str, Any]:
    scripted = found.layout == _BARE or ENTRY in found.code_files
    return {
        **found.as_dict(),
        "image": {
            "uri": image.uri,
            "framework": image.framework,
            "version": image.version,
            "architecture": image.architecture,
        },
        "program": PROGRAM if scripted and found.framework != "custom" else None,
        "requirements": any(path.endswith("requirements.txt") for path in found.code_files),
    }
