"""The corpus as a whole: large enough, nothing malicious accepted, every real model named."""

from collections import Counter
from dataclasses import replace

import pytest

from slipway.domain.artifact import ArtifactRefused
from slipway.domain.images import supported_versions
from tests.unit.artifact.corpus import (
    ACCEPTED,
    INCOMPATIBLE,
    NAMED,
    PACKAGES,
    Tried,
    accepted,
    attacks,
    benign,
    outcome,
)

MALICIOUS = [attack for attack in attacks() if not attack.damaged]
REAL = benign()
# A family for each way in; damage is none of them.
FAMILIES = 13
IMAGES = {framework: supported_versions(package) for framework, package in PACKAGES.items()}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(MALICIOUS) >= 60
    assert len({attack.archive for attack in MALICIOUS}) == len(MALICIOUS)
    assert len({attack.reason for attack in MALICIOUS}) >= FAMILIES
    assert len(REAL) >= 25
    assert len({model.archive for model in REAL}) == len(REAL)


def test_what_only_old_joblib_runs_is_tried_in_each_image_that_may_have_it() -> None:
    tried = {each.name.rpartition(" ")[2] for each in attacks() if each.packages}
    assert tried == {"0.20.0", "0.23-1", "1.0-1"}


def test_every_supported_image_that_this_python_can_install_has_real_models() -> None:
    made = Counter((model.framework, model.version) for model in REAL)
    for version in ("1.2.1", "1.4.2"):
        assert made["sklearn", version] >= 10
    for version in ("1.7.4", "3.0.5", "3.2.0"):
        assert made["xgboost", version] >= 3


def test_no_attack_is_accepted_whatever_is_to_serve_it() -> None:
    assert {each.name: frameworks for each in attacks() if (frameworks := accepted(each))} == {}


def test_every_real_model_is_served_or_named_in_every_image() -> None:
    found = {
        (str(model), image): outcome(model, image)
        for model in REAL
        for image in [*IMAGES[model.framework], None]
    }
    assert {where: what for where, what in found.items() if what not in NAMED} == {}


@pytest.mark.parametrize(
    ("kind", "saved", "image", "words"),
    [
        ("logistic", "1.4.2", "1.2-1", "saved by scikit-learn 1.4.2, but the container has 1.2.1"),
        ("logistic", "1.9.1", "1.4-2-py312", "saved by scikit-learn 1.9.1"),
        ("json", "3.2.0", "3.0-5", "saved by xgboost 3.2.0, but the container has 3.0.5"),
        ("pickle", "3.2.0", "3.0-5", "saved by xgboost 3.2.0, but the container has 3.0.5"),
        ("ubj", "1.7.4", "1.5-1", "saved by xgboost 1.7.4, but the container has 1.5.2"),
        ("deprecated", "2.1.4", "3.2-0", "old binary format"),
    ],
)
def test_a_current_model_that_an_image_cannot_serve_is_named(
    kind: str, saved: str, image: str, words: str
) -> None:
    (model,) = [each for each in REAL if (each.kind, each.version) == (kind, saved)]
    with pytest.raises(ArtifactRefused) as refused:
        model.inspect_for(image)
    assert words in str(refused.value)
    assert "`hosting.framework_version`" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "saved", "image"),
    [
        ("forest", "1.9.1", "1.9-0"),
        ("search", "1.2.1", "1.2-1"),
        ("json", "3.2.0", "3.2-0"),
        ("pickle", "1.7.4", "3.0-5"),
        ("deprecated", "2.1.4", "3.0-5"),
    ],
)
def test_what_an_image_does_serve_is_accepted(kind: str, saved: str, image: str) -> None:
    (model,) = [each for each in REAL if (each.kind, each.version) == (kind, saved)]
    assert outcome(model, image) == ACCEPTED


def test_a_proof_fails_where_anything_passes_or_is_not_named() -> None:
    served = {ACCEPTED: 1, INCOMPATIBLE: 2}
    good = Tried(1, {"code": 1}, 0, [], 3, served, served)
    assert good.holds
    assert not replace(good, malicious_accepted=["os.system"]).holds
    assert not replace(good, benign_in_every_image={"refused: who knows": 1}).holds
