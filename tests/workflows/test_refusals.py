"""Bad input: a clear reason in the ledger and in a message, nothing left, the input in place."""

from __future__ import annotations

import pickle
import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.stage.archives import (
    SKLEARN_NEW,
    SKLEARN_OLD,
    XGBOOST,
    Exploit,
    archive,
    gzipped,
    link,
    scripted,
    tar,
)
from tests.stage.endpoint import hosting, scripted_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hosting.images import Image
    from tests.stage.archives import Trained
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage


@dataclass(frozen=True)
class Bad:
    """What is dropped, under which settings, and words that the reason must have.

    Attributes
    ----------
    quarantined
        Whether the bytes are set apart for whoever looks into them.
    """

    what: str
    words: tuple[str, ...]
    body: bytes = b""
    spec: str = ""
    quarantined: bool = False


def bomb() -> bytes:
    """Pack zeros: 300 MB out of 300 kB, which nobody holds in memory."""
    size = 300 * 1024 * 1024
    info = tarfile.TarInfo("model.json")
    info.size = size
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    megabyte = bytes(1024 * 1024)
    parts = [packer.compress(info.tobuf())]
    parts += [packer.compress(megabyte) for _ in range(300)]
    return b"".join((*parts, packer.compress(bytes(1024)), packer.flush()))


MODEL = archive({"model.json": b"{}" * 4000})
ARTIFACTS = [
    Bad("not-a-tar", ("gzip",), b"a model, honestly"),
    Bad("gzip-of-something-else", ("tar",), gzipped(b"a model, honestly" * 100)),
    Bad("truncated", ("truncated", "Upload it again"), MODEL[:-20]),
    Bad(
        "path-traversal",
        ("../../etc/cron.d/x",),
        gzipped(tar([(tarfile.TarInfo("../../etc/cron.d/x"), b"x")])),
        quarantined=True,
    ),
    Bad(
        "absolute-path",
        ("/etc/passwd",),
        gzipped(tar([(tarfile.TarInfo("/etc/passwd"), b"x")])),
        quarantined=True,
    ),
    Bad(
        "symlink-out",
        ("`model.json`", "link"),
        gzipped(tar([(link("model.json", "/etc/passwd"), b"")])),
        quarantined=True,
    ),
    Bad("bomb", ("bomb",), bomb(), quarantined=True),
    Bad(
        "malicious-pickle",
        ("system",),
        archive({"model.joblib": pickle.dumps(Exploit())}),
        quarantined=True,
    ),
    Bad(
        "wrong-layout",
        ("root", "weights/model.json"),
        archive({"weights/model.json": b"{}", "weights/notes.txt": b"x"}),
        hosting(XGBOOST),
    ),
    Bad("undecided-layout", ("hosting.framework",), archive({"notes.txt": b"hello"})),
    Bad(
        "code-not-allowed",
        ("`code/inference.py`", "artifact.allow_code: true"),
        scripted(),
        hosting(XGBOOST),
        quarantined=True,
    ),
]
SPECS = [
    Bad(
        "unknown-key",
        ("line 2", "instance_typ", "instance_type"),
        MODEL,
        "hosting:\n  instance_typ: ml.m5.large\n",
    ),
    Bad(
        "wrong-type",
        ("line 3", "hosting.instance_count", "two"),
        MODEL,
        "# mine\nhosting:\n  instance_count: two\n",
    ),
    Bad("not-yaml", ("endpoint.yaml", "line"), MODEL, "hosting: {mode: [real-time\n"),
    Bad(
        "unknown-framework-version",
        ("9.9-1", "3.0-5"),
        MODEL,
        "hosting: {framework: xgboost, framework_version: 9.9-1}\n",
    ),
    Bad(
        "unknown-instance-type",
        ("ml.m5.enormous",),
        scripted("enormous"),
        scripted_spec(", instance_type: ml.m5.enormous"),
    ),
    Bad(
        "over-budget",
        ("budget.monthly_usd", "ml.m5.large", "$"),
        scripted("dear"),
        scripted_spec() + "budget: {monthly_usd: 10}\n",
    ),
    Bad(
        "unknown-cost-under-budget",
        ("ml.m7i.48xlarge", "unknown"),
        scripted("unknown"),
        scripted_spec(", instance_type: ml.m7i.48xlarge") + "budget: {monthly_usd: 1000000}\n",
    ),
    Bad(
        "over-quota",
        ("ml.m5.large for endpoint usage", "Service Quotas"),
        scripted("many"),
        scripted_spec(", instance_count: 25") + "scaling: {min: 25, max: 25}\n",
    ),
    Bad(
        "requirements-without-network",
        ("requirements.txt", "network isolation"),
        archive({"code/inference.py": b"def model_fn(f): pass", "code/requirements.txt": b"x"}),
        scripted_spec(),
    ),
]


@pytest.mark.parametrize("bad", ARTIFACTS + SPECS, ids=lambda bad: bad.what)
def test_bad_input_is_refused_in_words_and_leaves_nothing(
    stage: Stage, endpoint: Endpoint, bad: Bad
) -> None:
    if bad.spec:
        endpoint.spec(bad.spec)
    assert_refused(stage, endpoint, bad.body, bad.words)
    prefix = f"quarantine/{endpoint.records()[-1].release}"
    found = stage.client("s3").list_objects_v2(Bucket=stage.artifacts, Prefix=prefix)
    assert bool(found["KeyCount"]) is bad.quarantined


def test_nobody_but_slipway_changes_what_was_inspected(stage: Stage, endpoint: Endpoint) -> None:
    endpoint.spec(scripted_spec())
    accepted = endpoint.release("1", scripted("one")).inspection["accepted"]
    s3 = stage.client("s3")  # an administrator's
    kept = {"Bucket": stage.artifacts, "Key": accepted.partition(f"{stage.artifacts}/")[2]}
    before = s3.head_object(**kept)
    with pytest.raises(ClientError, match="explicit deny"):
        s3.put_object(**kept, Body=scripted("planted"))
    for more in ({}, {"VersionId": before["VersionId"]}):
        with pytest.raises(ClientError, match="explicit deny"):
            s3.delete_object(**kept, **more)
    for key in ("accepted/0a/model.tar.gz", "quarantine/1-0a/model.tar.gz", "staging/1-0a"):
        with pytest.raises(ClientError, match="explicit deny"):
            s3.put_object(Bucket=stage.artifacts, Key=key, Body=scripted("planted"))
    assert s3.head_object(**kept)["VersionId"] == before["VersionId"]


def test_a_model_of_another_version_than_the_image_holds_is_refused(
    stage: Stage, endpoint: Endpoint, trained: Callable[[Image], Trained]
) -> None:
    endpoint.spec(hosting(SKLEARN_OLD))
    dropped = trained(SKLEARN_NEW).archive("model.joblib")
    assert_refused(stage, endpoint, dropped, ("scikit-learn 1.4", "1.2", "framework_version"))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("models/{name}/1/deeper/model.tar.gz", "models/<endpoint>/<version>/model.tar.gz"),
        ("models/{name}/model.tar.gz", "models/<endpoint>/<version>/model.tar.gz"),
        ("models/{name}/1/endpoint.yaml", "models/{name}/endpoint.yaml"),
        ("models/{name}/-1/model.tar.gz", "`-1` is no version name"),
        ("models/{name}_x/1/model.tar.gz", "`{name}_x` is no endpoint name"),
    ],
)
def test_a_key_that_is_no_models_is_refused(
    stage: Stage, endpoint: Endpoint, key: str, words: str
) -> None:
    place = key.format(name=endpoint.name)
    name = place.split("/")[1]
    version_id = stage.sandbox.put(place, scripted())
    stage.finish()
    execution = stage.describe(stage.executions()[-1]["executionArn"])
    assert execution["error"] == "KeyRefused"
    (event,) = stage.said(name)
    assert event["detail-type"] == "Release Failed"
    assert words.format(name=endpoint.name) in event["detail"]["reason"]
    drop = stage.ledger.table.get(f"drop#{stage.artifacts}/{place}", version_id)
    assert drop is not None
    assert (drop["outcome"], drop["reason"]) == ("failed", event["detail"]["reason"])
    assert [body["detail"] for body in stage.told(name)] == [event["detail"]]
    assert endpoint.made() == {}


def assert_refused(stage: Stage, endpoint: Endpoint, body: bytes, words: tuple[str, ...]) -> None:
    """Drop, and check everything that a refusal promises."""
    record = endpoint.release("1", body)
    assert record.outcome == "failed"
    assert [word for word in words if word not in record.reason] == [], record.reason
    assert "Traceback" not in record.reason
    assert record.ended
    execution = stage.describe(stage.executions()[-1]["executionArn"])
    assert execution["status"] == "FAILED"
    assert execution["cause"] == record.reason
    failed = stage.said(endpoint.name)[-1]
    assert failed["detail-type"] == "Release Failed"
    assert failed["detail"]["reason"] == record.reason
    assert stage.told(endpoint.name)[-1]["detail"] == failed["detail"]
    subject, text = stage.mails(endpoint.name)[-1]
    assert subject == f"Release Failed: {endpoint.name} 1"
    assert text.startswith(record.reason)
    assert endpoint.made() == {}
    assert endpoint.has_input("1")
    accepted = record.inspection.get("accepted")
    if accepted:
        key = accepted.partition("/accepted/")[2]
        found = stage.client("s3").list_objects_v2(Bucket=stage.artifacts, Prefix=f"accepted/{key}")
        assert found["KeyCount"] == 0
    assert stage.status(endpoint.name)[0]["state"] == "empty"
