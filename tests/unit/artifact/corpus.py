"""All the artifacts that inspection is tried with: which it accepts, and what it says of the rest.

What is only damaged or of the wrong kind harms nobody; it is counted apart from the malicious.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.artifact import ArtifactRefused, Reason
from slipway.domain.images import resolve_image, supported_versions
from slipway.domain.images.errors import ImageError
from slipway.usecases.image_choice import fitting_image
from tests.unit.artifact import (
    malicious_archives,
    malicious_formats,
    malicious_headers,
    malicious_pickles,
)
from tests.unit.artifact.builders import DATA, SKLEARN, file, inspect, model, packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.artifact import Inspection

REGION = "us-east-1"
FRAMEWORKS = ("sklearn", "xgboost", "custom", None)
PACKAGES = {"sklearn": "scikit-learn", "xgboost": "xgboost"}
ACCEPTED, INCOMPATIBLE = "accepted", "named as incompatible"
NAMED = {ACCEPTED, INCOMPATIBLE}
_DAMAGED = {
    Reason.COMPRESSION,
    Reason.CORRUPT,
    Reason.EMPTY,
    Reason.NOT_GZIP,
    Reason.NOT_TAR,
    Reason.PICKLE_BROKEN,
    Reason.TRUNCATED,
}


class Attack(NamedTuple):
    """An artifact that must not be accepted, whatever is to serve it."""

    name: str
    archive: bytes
    reason: Reason
    packages: Mapping[str, str] | None = None
    """Of the image that it is made for."""

    @property
    def damaged(self) -> bool:
        """Whether it is broken only."""
        return self.reason in _DAMAGED


def attacks() -> list[Attack]:
    """Return every artifact that must be refused."""
    packed_badly = {**malicious_archives.ATTACKS, **malicious_headers.ATTACKS}
    archives = [Attack(name, *each) for name, each in packed_badly.items()]
    pickles = [
        Attack(name, model(content), reason)
        for name, (content, reason) in malicious_pickles.ATTACKS.items()
    ]
    code = [
        Attack(path, packed(file("model.joblib", SKLEARN), file(path, content)), Reason.CODE)
        for path, content in malicious_archives.CODE.items()
    ]
    return [*archives, *pickles, *code, *_in_any_format(), *_for_images()]


def _in_any_format() -> Iterator[Attack]:
    """Give what harms in a container of the user's, alone, and in part beside a good model."""
    formats = malicious_formats.FORMATS
    for path, (content, reason) in formats.items():
        yield Attack(path, model(content, path), reason)
    for path in malicious_formats.CALLING:
        content, reason = formats[path]
        beside = packed(file("model.joblib", SKLEARN), file(path, content))
        yield Attack(f"{path} beside a model", beside, reason)


def _for_images() -> Iterator[Attack]:
    """Give models whose arrays an old joblib would run a part of, each for one image."""
    for version in supported_versions("scikit-learn"):
        packages = resolve_image("scikit-learn", version, REGION).packages
        if "joblib" not in packages:
            content = malicious_pickles.run_by_old_joblib(packages["scikit-learn"])
            name = f"arrays that joblib runs in {version}"
            yield Attack(name, model(content), Reason.FRAMEWORK_VERSION, packages)


def accepted(attack: Attack) -> list[str | None]:
    """Return the frameworks that an attack is accepted for: none."""
    return [framework for framework in FRAMEWORKS if _passes(attack, framework)]


def _passes(attack: Attack, framework: str | None) -> bool:
    try:
        inspect(attack.archive, framework=framework, image_packages=attack.packages)
    except ArtifactRefused:
        return False
    return True


class Benign(NamedTuple):
    """A real model, and what saved it."""

    framework: str
    version: str
    kind: str
    archive: bytes

    def __str__(self) -> str:
        return f"{self.framework}-{self.version}-{self.kind}"

    def inspect_for(self, image: str) -> Inspection:
        """Inspect it for a container version."""
        packages = resolve_image(PACKAGES[self.framework], image, REGION).packages
        return inspect(self.archive, framework=self.framework, image_packages=packages)

    def inspect_alone(self) -> Inspection:
        """Inspect it where nothing is said about hosting: the artifact decides on the image."""
        return inspect(self.archive, choose=_choose)


def benign() -> list[Benign]:
    """Return the real models."""
    found = []
    for path in sorted(DATA.glob("*.tar.gz")):
        framework, version, kind = path.name.removesuffix(".tar.gz").split("-")
        found.append(Benign(framework, version, kind, path.read_bytes()))
    return found


def _choose(found: Inspection) -> Mapping[str, str]:
    return fitting_image(found, REGION).packages


def outcome(each: Benign, image: str | None) -> str:
    """Return what becomes of a real model: accepted, or the problem with its version."""
    try:
        if image:
            each.inspect_for(image)
        else:
            each.inspect_alone()
    except ArtifactRefused as refused:
        named = refused.reason is Reason.FRAMEWORK_VERSION and "framework_version" in str(refused)
        return INCOMPATIBLE if named else f"refused: {refused}"
    except ImageError:
        return INCOMPATIBLE
    return ACCEPTED


@dataclass(frozen=True)
class Tried:
    """What came of the whole corpus.

    Attributes
    ----------
    families
        Malicious artifacts by the reason of their refusal.
    malicious_accepted
        The names of those that passed: none.
    benign_without_hosting, benign_in_every_image
        Real models by what became of them, where the artifact decides on the image and in each
        supported image of its framework.
    """

    malicious: int
    families: dict[str, int]
    damaged: int
    malicious_accepted: list[str]
    benign: int
    benign_without_hosting: dict[str, int]
    benign_in_every_image: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether nothing malicious passed, and whatever real model was refused was named."""
        found = {*self.benign_without_hosting, *self.benign_in_every_image}
        return not self.malicious_accepted and found <= NAMED


def try_all() -> Tried:
    """Inspect everything."""
    everything, models = attacks(), benign()
    malicious = [each for each in everything if not each.damaged]
    images = {each: supported_versions(PACKAGES[each]) for each in PACKAGES}
    served = Counter(outcome(each, image) for each in models for image in images[each.framework])
    return Tried(
        malicious=len(malicious),
        families=dict(Counter(each.reason.value for each in malicious)),
        damaged=len(everything) - len(malicious),
        malicious_accepted=[each.name for each in everything if accepted(each)],
        benign=len(models),
        benign_without_hosting=dict(Counter(outcome(each, None) for each in models)),
        benign_in_every_image=dict(served),
    )
