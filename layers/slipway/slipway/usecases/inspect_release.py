"""Inspect what was dropped, and keep exactly what was inspected."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol, cast

from slipway.domain.artifact import (
    ArtifactRefused,
    Inspection,
    Reason,
    check_repackable,
    inspect_artifact,
    repack_with_script,
    sklearn_inference_script,
)
from slipway.domain.policy import changed_hosting, release_policy
from slipway.ports import (
    ArtifactStore,
    EndpointBook,
    EndpointReader,
    ReferenceBook,
    ReleaseBook,
    TextStore,
)
from slipway.usecases.distinct_name import require_distinct_name
from slipway.usecases.golden_requests import pin_smoke
from slipway.usecases.image_choice import fitting_image, named_image
from slipway.usecases.pinned_spec import pin_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.domain.artifact import Framework
    from slipway.domain.images import Image
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import Drop, ReleaseRecord
    from slipway.domain.spec import EndpointSpec
    from slipway.ports import StoredCopy
    from slipway.usecases.reference import ReleaseRef

# The words of endpoint.yaml and those of the inspection.
_FRAMEWORKS: Mapping[str, Framework] = {"scikit-learn": "sklearn", "xgboost": "xgboost"}
_BARE = "sklearn-bare"
# An endpoint goes on serving while SageMaker changes it.
_SERVING = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})
_IMAGE_SETTINGS = frozenset({"hosting.framework", "hosting.framework_version", "hosting.image"})
ENTRY = "code/inference.py"
PROGRAM = "inference.py"

# What harms whoever unpacks, loads or inspects it, by mistake or not: the bytes are set apart for
# whoever looks into it. The others are damaged, unknown, or served by another container.
MALICIOUS = frozenset(
    {
        Reason.UNSAFE_PATH,
        Reason.LINK,
        Reason.SPECIAL_FILE,
        Reason.SPARSE,
        Reason.DUPLICATE,
        Reason.TRAILING_DATA,
        Reason.AMBIGUOUS,
        Reason.RATIO_BOMB,
        Reason.TOO_MANY_MEMBERS,
        Reason.CODE,
        Reason.NESTED_ARCHIVE,
        Reason.PICKLE_NAME,
        Reason.PICKLE_UNSAFE,
        Reason.PICKLE_LIMIT,
    }
)


class InspectionBook(EndpointBook, ReleaseBook, ReferenceBook, Protocol):
    """The parts of the ledger that an inspection touches."""


class DropBucket(ArtifactStore, TextStore, Protocol):
    """The bucket of drops, of what was accepted, and of what was not."""


def inspect_release(
    ref: ReleaseRef,
    *,
    region: str,
    ledger: InspectionBook,
    store: DropBucket,
    endpoints: EndpointReader,
) -> dict[str, str]:
    """Bind the release to spec and golden requests, inspect the pinned bytes and keep them.

    Returns
    -------
    dict
        `verdict`: ``unchanged`` if the live release serves this version with these very bytes,
        by the ledger and by SageMaker.

    Raises
    ------
    ArtifactRefused, InvalidSpec, ImageError, SmokeTestInvalid
        With what is wrong and what to do; a malicious artifact is in quarantine.
    NameTaken
        If another endpoint's name differs only in case.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    record = ledger.read_endpoint(ref.endpoint)
    require_distinct_name(record, ledger)
    spec, spec_version = pin_spec(release, store)
    ledger.note_release(ref.endpoint, ref.release, {"spec_version": spec_version})
    if release.drop.origin:
        again = _Again(release, ledger, store)
        return (
            again.inspect(spec, region) if again.needs_other_image(record, spec) else again.keep()
        )
    found, image = _inspect(release.drop, spec, region, store)
    same = record.live and record.live.serves(release.drop.version, found.sha256)
    if same and _in_service(record, endpoints):
        return {"verdict": "unchanged", "sha256": found.sha256}
    facts = _facts(found, image) | {"smoke": pin_smoke(release, store)}
    _Keeper(release, release.drop, facts, ledger, store).keep(found)
    return {"verdict": "new", "sha256": found.sha256}


def _in_service(record: EndpointRecord, endpoints: EndpointReader) -> bool:
    """Tell whether SageMaker serves what the ledger says: somebody may have deleted it by hand."""
    state = endpoints.describe(record.name)
    if state is None or state.status not in _SERVING:
        return False
    ours = {part.config for part in (record.live, record.settling) if part}
    return state.config in ours


class _Again:
    """A kept release that is released again."""

    def __init__(self, release: ReleaseRecord, ledger: InspectionBook, store: DropBucket) -> None:
        self.release = release
        self.ledger = ledger
        self.store = store
        self.kept = ledger.read_release(release.endpoint, release.drop.origin)

    def needs_other_image(self, record: EndpointRecord, spec: EndpointSpec) -> bool:
        """Tell whether what serves is to be served by another container.

        What is gone back to keeps the one that it served with.
        """
        serves = record.live is not None and record.live.release == self.kept.release
        changed = changed_hosting(self.kept.policy, release_policy(spec))
        return serves and not _IMAGE_SETTINGS.isdisjoint(changed)

    def keep(self) -> dict[str, str]:
        """Take over what it was found to be: these very bytes were accepted then."""
        release, found = self.release, dict(self.kept.inspection)
        self.ledger.note_release(release.endpoint, release.release, {"inspection": found})
        self.ledger.refer(found["accepted"], release.endpoint, release.release)
        return {"verdict": "new", "sha256": str(found["sha256"])}

    def inspect(self, spec: EndpointSpec, region: str) -> dict[str, str]:
        """Inspect the bytes as they were dropped, for the container that the settings name now."""
        drop = self._dropped()
        found, image = _inspect(drop, spec, region, self.store)
        smoke = {"smoke": self.kept.inspection["smoke"]} if "smoke" in self.kept.inspection else {}
        _Keeper(self.release, drop, _facts(found, image) | smoke, self.ledger, self.store).keep(
            found
        )
        return {"verdict": "new", "sha256": found.sha256}

    def _dropped(self) -> Drop:
        first = self.kept
        while first.drop.origin:
            first = self.ledger.read_release(first.endpoint, first.drop.origin)
        return first.drop


def _inspect(
    drop: Drop, spec: EndpointSpec, region: str, store: ArtifactStore
) -> tuple[Inspection, Image]:
    """Inspect in one pass, also where the artifact decides on the image."""
    image = named_image(spec, region)

    def choose(found: Inspection) -> Mapping[str, str]:
        nonlocal image
        image = image or fitting_image(found, region)
        return image.packages

    try:
        found = _look(drop, spec, image, choose, store)
    except ArtifactRefused as refusal:
        if refusal.reason in MALICIOUS:
            store.quarantine(drop, str(refusal))
        raise
    if found.layout == _BARE:
        check_repackable(found)
    return found, cast("Image", image)


def _look(
    drop: Drop,
    spec: EndpointSpec,
    named: Image | None,
    choose: Callable[[Inspection], Mapping[str, str]],
    store: ArtifactStore,
) -> Inspection:
    hosting = spec.hosting
    framework = "custom" if hosting.image else _FRAMEWORKS.get(hosting.framework or "")
    with closing(store.open_drop(drop)) as body:
        return inspect_artifact(
            body,
            framework=framework,
            framework_version=hosting.framework_version,
            image_packages=named.packages if named else None,
            allow_code=spec.artifact.allow_code,
            allow_classes=spec.artifact.allow_classes,
            choose=choose,
        )


class _Keeper:
    """Keeps what passed under its digest; the original stays where it is."""

    def __init__(
        self,
        release: ReleaseRecord,
        drop: Drop,
        facts: dict[str, Any],
        ledger: InspectionBook,
        store: ArtifactStore,
    ) -> None:
        self.release = release
        self.drop = drop
        self.facts = facts
        self.ledger = ledger
        self.store = store

    def keep(self, found: Inspection) -> None:
        """Keep the bytes, or a bare model with Slipway's script."""
        drop = self.drop
        if found.layout != _BARE:
            self._refer(self.store.accepted_uri(found.sha256))
            self._seal(self.store.accept(drop, found.sha256))
            return
        with self.store.staging(drop) as stage, closing(self.store.open_drop(drop)) as body:
            script = sklearn_inference_script(aligned_arrays=found.aligned_arrays)
            digest = repack_with_script(body, stage, script)
            self._refer(self.store.accepted_uri(digest))
            self._seal(stage.keep(digest))

    def _refer(self, uri: str) -> None:
        """Note it before it is made: a compensation takes away what the ledger names."""
        self._note(accepted=uri)
        self.ledger.refer(uri, self.release.endpoint, self.release.release)

    def _note(self, **more: Any) -> None:
        self.facts |= more
        facts = {"inspection": self.facts}
        self.ledger.note_release(self.release.endpoint, self.release.release, facts)

    def _seal(self, copy: StoredCopy) -> None:
        """Note which bytes these are: only they will be served."""
        self._note(copy={"version_id": copy.version_id, "etag": copy.etag})


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
