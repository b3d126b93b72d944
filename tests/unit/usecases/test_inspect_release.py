from __future__ import annotations

import hashlib
import io
import json
import pickle
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slipway.domain.artifact import ArtifactLimits, ArtifactRefused, Reason, check_repackable
from slipway.domain.images import UnsupportedFrameworkVersion
from slipway.domain.lease import EndpointRecord, Lease
from slipway.domain.settling import Settling
from slipway.domain.smoke import SmokeTestInvalid
from slipway.domain.spec import InvalidSpec
from slipway.errors import NameTaken, ServiceBusy
from slipway.ports import EndpointState, StoredCopy
from slipway.usecases.inspect_release import MALICIOUS, inspect_release
from slipway.usecases.spec_key import NO_SPEC, spec_key
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, lease, live, record, ref
from tests.fakes.world import INSPECTED, FakeSageMaker, FakeStore
from tests.unit.artifact.builders import DATA, SKLEARN
from tests.unit.artifact.corpus import attacks

if TYPE_CHECKING:
    from slipway.domain.release import LiveRelease, ReleaseRecord


def archive(**files: bytes) -> bytes:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return body.getvalue()


def booster(version: tuple[int, int, int] = (2, 1, 0)) -> bytes:
    """Return the outer form of a model as XGBoost saves it."""
    learner = {"learner_model_param": {}, "gradient_booster": {}, "objective": {}}
    return json.dumps({"learner": learner, "version": list(version)}).encode()


class Loader:
    """What a malicious pickle looks like."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("1",))


class World:
    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.store = FakeStore()
        self.sagemaker = FakeSageMaker()
        self.drop = drop()
        self.ledger.open_release(record(self.drop))

    def put(self, body: bytes) -> None:
        self.store.drop(self.drop.key, self.drop.version_id, self.drop.last_modified, body)

    def inspect(self) -> dict[str, str]:
        return inspect_release(
            ref(self.drop),
            region="us-east-1",
            ledger=self.ledger,
            store=self.store,
            endpoints=self.sagemaker,
        )

    def serve(self, sha256: str, version: str = "1") -> LiveRelease:
        """Let the bytes serve, as if they had been released before."""
        serving = replace(live(drop(version, version_id="earlier")), sha256=sha256)
        self.ledger.endpoints["churn"] = EndpointRecord("churn", live=serving)
        self.sagemaker.create_endpoint("churn", serving.config, {})
        self.sagemaker.settle("churn")
        return serving

    @property
    def release(self) -> ReleaseRecord:
        return self.ledger.read_release("churn", self.drop.release)


@pytest.fixture
def world() -> World:
    return World()


def test_what_was_inspected_is_kept_under_its_digest(world: World) -> None:
    body = archive(**{"model.json": booster()})
    world.put(body)
    answer = world.inspect()
    assert answer["verdict"] == "new"
    uri = f"s3://artifacts/accepted/{answer['sha256']}/model.tar.gz"
    assert world.store.accepted == {uri: body}
    assert world.release.inspection["accepted"] == uri
    assert world.release.inspection["image"]["framework"] == "xgboost"
    assert world.release.inspection["program"] is None


def test_golden_requests_are_bound_before_anything_is_kept(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    good = '{"content_type": "text/csv", "body": "1"}\n'
    world.store.write_text("models/churn/1/smoke.jsonl", good + "{")
    with pytest.raises(SmokeTestInvalid, match="Line 2 of smoke.jsonl is no JSON"):
        world.inspect()
    assert (world.store.accepted, world.ledger.references) == ({}, set())
    world.store.write_text("models/churn/1/smoke.jsonl", good)
    world.inspect()
    assert world.release.inspection["smoke"] == {"version_id": "v2", "requests": 1}


def test_an_endpoint_whose_name_differs_only_in_case_is_refused(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.ledger.endpoints["CHURN"] = EndpointRecord("CHURN", live=live(drop(version_id="other")))
    with pytest.raises(NameTaken, match="Endpoint churn differs from CHURN only in case"):
        world.inspect()
    assert world.store.opened == 0


@pytest.mark.parametrize(
    "other",
    [
        EndpointRecord("CHURN"),
        EndpointRecord("CHURN", lease=Lease("later", "1-x", "2026-03-02T09:00:01+00:00")),
        EndpointRecord("churns", live=live(drop())),
    ],
    ids=["has nothing", "began later", "another name"],
)
def test_a_name_is_free_while_no_other_endpoint_has_it(world: World, other: EndpointRecord) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.ledger.endpoints[other.name] = other
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(world.drop))
    assert world.inspect()["verdict"] == "new"


def test_the_first_release_that_began_earlier_has_the_name(world: World) -> None:
    since = "2026-03-02T08:59:59+00:00"
    earlier = EndpointRecord("Churn", lease=Lease("earlier", "1-x", since))
    world.ledger.endpoints["Churn"] = earlier
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(world.drop))
    with pytest.raises(NameTaken, match="models/Churn/"):
        world.inspect()


def bare() -> bytes:
    return archive(**{"model.joblib": SKLEARN})


def test_an_archive_is_read_once_and_once_more_to_pack_the_script_in(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.inspect()
    assert world.store.opened == 1
    world = World()
    world.put(bare())
    world.inspect()
    assert world.store.opened == 2
    ((uri, packed),) = world.store.accepted.items()
    assert hashlib.sha256(packed).hexdigest() in uri
    assert world.release.inspection["accepted"] == uri
    assert world.release.inspection["image"]["framework"] == "scikit-learn"


def test_the_release_refers_to_the_bytes_before_they_are_kept(world: World) -> None:
    world.put(bare())
    world.store.put_accepted = broken  # type: ignore[method-assign]  # a stand-in for once
    with pytest.raises(ServiceBusy):
        world.inspect()
    uri = world.release.inspection["accepted"]
    assert world.ledger.references == {(uri, "churn", world.drop.release)}


def broken(sha256: str, body: bytes) -> StoredCopy:
    raise ServiceBusy("SlowDown")


def test_which_bytes_were_kept_is_recorded(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.inspect()
    assert world.release.inspection["copy"] == {"version_id": INSPECTED, "etag": INSPECTED}


def test_a_bare_model_that_takes_too_long_to_pack_is_refused_before_it_is_packed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ArtifactLimits(repacked_bytes=10)
    monkeypatch.setattr(check_repackable, "__defaults__", (small,))
    world.put(bare())
    with pytest.raises(ArtifactRefused, match=r"code/inference.py.*allow_code: true"):
        world.inspect()
    assert world.store.opened == 1


def test_inspecting_again_ends_the_same(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    assert world.inspect() == world.inspect()
    assert len(world.store.accepted) == 1


def test_the_very_bytes_that_serve_change_nothing(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    serving = world.serve(world.inspect()["sha256"])
    assert world.inspect()["verdict"] == "unchanged"
    world.sagemaker.update_endpoint("churn", serving.config)
    assert world.inspect()["verdict"] == "unchanged", "an endpoint serves while it is changed"


@pytest.mark.parametrize(
    "state",
    [None, EndpointState("Failed", "", "", ()), EndpointState("InService", "other", "", ())],
)
def test_the_same_bytes_are_released_again_if_they_do_not_serve(
    world: World, state: EndpointState | None
) -> None:
    world.put(archive(**{"model.json": booster()}))
    serving = world.serve(world.inspect()["sha256"])
    world.sagemaker.endpoints.clear()
    if state:
        world.sagemaker.endpoints["churn"] = replace(state, config=state.config or serving.config)
    assert world.inspect()["verdict"] == "new"


def test_what_serves_beside_the_previous_version_serves(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    serving = world.serve(world.inspect()["sha256"])
    previous = live(drop("0"))
    settling = Settling(serving.release, previous, "2026-03-02T10:00:00+00:00", "both")
    record = replace(world.ledger.endpoints["churn"], settling=settling)
    world.ledger.endpoints["churn"] = record
    world.sagemaker.endpoints["churn"] = EndpointState("InService", "both", "", ())
    assert world.inspect()["verdict"] == "unchanged"


def test_the_same_bytes_as_another_version_are_a_release(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.serve(world.inspect()["sha256"], "0")
    assert world.inspect()["verdict"] == "new"


def test_the_release_is_bound_to_the_spec_of_this_moment(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.store.write_text(spec_key("churn"), "hosting: {framework: xgboost}")
    world.inspect()
    assert world.release.spec_version == "v1"
    world.store.write_text(spec_key("churn"), "nonsense: true")
    world.inspect()
    assert world.release.spec_version == "v1"


def test_without_a_spec_the_release_is_bound_to_the_defaults(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.inspect()
    assert world.release.spec_version == NO_SPEC


def test_a_wrong_spec_is_refused_with_line_and_suggestion(world: World) -> None:
    world.put(archive(**{"model.json": booster()}))
    world.store.write_text(spec_key("churn"), "hosting:\n  framwork: xgboost\n")
    with pytest.raises(InvalidSpec, match=r"line 2.*framework"):
        world.inspect()


def test_a_malicious_pickle_is_refused_and_set_apart(world: World) -> None:
    world.put(archive(**{"model.joblib": pickle.dumps(Loader())}))
    with pytest.raises(ArtifactRefused, match="eval"):
        world.inspect()
    (reason,) = world.store.quarantined.values()
    assert "eval" in reason
    assert world.store.accepted == {}


def test_a_mistake_is_refused_and_not_set_apart(world: World) -> None:
    world.put(b"no archive at all")
    with pytest.raises(ArtifactRefused):
        world.inspect()
    assert world.store.quarantined == {}


def test_code_is_refused_naming_the_setting_and_accepted_with_it(world: World) -> None:
    files = {"model.json": booster(), "code/inference.py": b"def model_fn(d): ..."}
    world.put(archive(**files))
    with pytest.raises(ArtifactRefused, match="allow_code: true"):
        world.inspect()
    world.ledger.note_release("churn", world.drop.release, {"spec_version": ""})
    settings = "hosting: {framework: xgboost}\nartifact: {allow_code: true}"
    world.store.write_text(spec_key("churn"), settings)
    world.inspect()
    assert world.release.inspection["program"] == "inference.py"
    assert world.release.inspection["requirements"] is False


def test_a_requirements_file_is_reported_to_the_plan(world: World) -> None:
    files = {
        "model.json": booster(),
        "code/inference.py": b"def model_fn(d): ...",
        "code/requirements.txt": b"pandas",
    }
    world.put(archive(**files))
    settings = "hosting: {framework: xgboost}\nartifact: {allow_code: true}"
    world.store.write_text(spec_key("churn"), settings)
    world.inspect()
    assert world.release.inspection["requirements"] is True


def test_an_own_image_takes_any_layout_that_the_spec_trusts(world: World) -> None:
    world.put(archive(**{"weights.bin": b"\x00" * 64}))
    own = "123456789012.dkr.ecr.us-east-1.amazonaws.com/churn:7"
    settings = f"hosting: {{image: {own}}}\nartifact: {{allow_code: true}}"
    world.store.write_text(spec_key("churn"), settings)
    world.inspect()
    assert world.release.inspection["image"]["uri"] == own
    assert "Not inspected inside: `weights.bin`" in world.release.inspection["warnings"]


@pytest.mark.parametrize(("kind", "aligned"), [("forest", True), ("neighbours", False)])
def test_the_script_refuses_a_joblib_that_would_run_a_models_arrays(
    world: World, kind: str, aligned: bool
) -> None:
    world.put((DATA / f"sklearn-1.4.2-{kind}.tar.gz").read_bytes())
    world.inspect()
    (packed,) = world.store.accepted.values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as opened:
        script = opened.extractfile("code/inference.py")
        assert script is not None
        assert (b"ALIGNED_ARRAYS = True" in script.read()) is aligned


def test_an_own_image_gets_nothing_that_nobody_has_looked_through(world: World) -> None:
    world.put(archive(**{"weights.bin": b"\x00" * 64}))
    world.store.write_text(spec_key("churn"), "hosting: {image: 'registry.example/churn:7'}")
    with pytest.raises(ArtifactRefused, match=r"weights.bin.*artifact.allow_code: true"):
        world.inspect()
    assert world.store.quarantined == {}


def test_what_is_quarantined_is_what_the_attacks_are() -> None:
    """All that harms is set apart, and nothing that is only damaged or unknown."""
    families = {attack.reason for attack in attacks() if not attack.damaged}
    assert {each for each in families if each not in MALICIOUS} == {
        Reason.UNKNOWN_FORMAT,
        Reason.FRAMEWORK_VERSION,
    }
    assert {each for each in MALICIOUS if each not in families} == {Reason.TOO_MANY_MEMBERS}


def test_xgboost_of_a_version_without_a_container_is_served_by_the_next_newer_one(
    world: World,
) -> None:
    world.put(archive(**{"model.json": booster((2, 1, 0))}))
    world.inspect()
    assert world.release.inspection["image"]["version"].startswith("3.0")


def test_a_version_that_no_image_serves_is_refused(world: World) -> None:
    world.put(archive(**{"model.json": booster((97, 0, 0))}))
    with pytest.raises((ArtifactRefused, UnsupportedFrameworkVersion), match="97"):
        world.inspect()
