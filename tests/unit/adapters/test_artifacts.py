from __future__ import annotations

import hashlib

import pytest
from botocore.stub import Stubber

from slipway.adapters import copying
from slipway.adapters.artifacts import MAX_TEXT_BYTES, AcceptedCopies, S3Artifacts
from slipway.adapters.clients import client
from slipway.errors import DropGone, DropUnreadable, TextTooLarge
from tests.fakes.make import BUCKET, drop

KEY = drop().key
FIVE_MEBIBYTES = 5 * 1024**2


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


INSPECTED = digest(b"inspected")


@pytest.fixture
def bucket(aws: None) -> S3Artifacts:
    client("s3").create_bucket(Bucket=BUCKET)
    versioning = {"Status": "Enabled"}
    client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioning)
    return S3Artifacts(BUCKET)


def put(body: bytes, key: str = KEY) -> str:
    return str(client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)["VersionId"])


def stored(uri: str) -> bytes:
    key = uri.removeprefix(f"s3://{BUCKET}/")
    return bytes(client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())


def test_the_pinned_version_is_read_and_kept_whatever_came_since(bucket: S3Artifacts) -> None:
    pinned = drop(version_id=put(b"inspected"))
    put(b"replaced meanwhile")
    assert bucket.open_drop(pinned).read() == b"inspected"
    copy = bucket.accept(pinned, INSPECTED)
    uri = bucket.accepted_uri(INSPECTED)
    assert uri == f"s3://{BUCKET}/accepted/{INSPECTED}/model.tar.gz"
    assert stored(uri) == b"inspected"
    assert bucket.accept(pinned, INSPECTED) == copy, "the same bytes were written again"


def test_other_bytes_at_an_accepted_key_are_told_from_the_inspected_ones(
    bucket: S3Artifacts,
) -> None:
    copy = bucket.accept(drop(version_id=put(b"inspected")), INSPECTED)
    uri = bucket.accepted_uri(INSPECTED)
    assert AcceptedCopies().copy_of(uri) == copy
    put(b"inspected", f"accepted/{INSPECTED}/model.tar.gz")
    assert AcceptedCopies().copy_of(uri) != copy, "even equal bytes are somebody else's"
    bucket.discard(uri)
    assert AcceptedCopies().copy_of(uri) is None


@pytest.mark.parametrize("checksum", [{}, {"ChecksumAlgorithm": "SHA256"}])
def test_bytes_that_somebody_put_there_first_are_not_taken_for_the_inspected_ones(
    bucket: S3Artifacts, checksum: dict[str, str]
) -> None:
    key = f"accepted/{INSPECTED}/model.tar.gz"
    planted = client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"evil", **checksum)
    copy = bucket.accept(drop(version_id=put(b"inspected")), INSPECTED)
    assert copy.version_id != planted["VersionId"]
    assert stored(bucket.accepted_uri(INSPECTED)) == b"inspected"
    assert AcceptedCopies().copy_of(bucket.accepted_uri(INSPECTED)) == copy


def test_the_inspected_bytes_are_known_without_a_checksum_of_s3s(bucket: S3Artifacts) -> None:
    version = put(b"inspected", f"accepted/{INSPECTED}/model.tar.gz")
    copy = bucket.accept(drop(version_id=put(b"inspected")), INSPECTED)
    assert copy.version_id == version


def test_accepted_bytes_that_may_not_be_read_are_not_served(aws: None) -> None:
    with Stubber(client("s3")) as stubber:
        stubber.add_client_error("head_object", "403", http_status_code=403)
        assert AcceptedCopies().copy_of("s3://artifacts/accepted/abc/model.tar.gz") is None


def test_arrival_is_told_in_utc(bucket: S3Artifacts) -> None:
    arrival = bucket.arrival_of(drop(version_id=put(b"1")))
    assert arrival.at.endswith("+00:00")
    assert arrival.by == ""


def test_an_upload_says_who_sent_it(bucket: S3Artifacts) -> None:
    stored = client("s3").put_object(
        Bucket=BUCKET, Key=drop().key, Body=b"1", Metadata={"slipway-by": "ada"}
    )
    assert bucket.arrival_of(drop(version_id=stored["VersionId"])).by == "ada"


def test_which_version_of_the_settings_lies_there(bucket: S3Artifacts) -> None:
    key = "models/churn/endpoint.yaml"
    assert bucket.version_of(key) is None
    put(b"first", key)
    second = put(b"second", key)
    assert bucket.version_of(key) == second
    with Stubber(client("s3")) as stubber:
        stubber.add_client_error("head_object", "403", http_status_code=403)
        assert bucket.version_of(key) == "", "whoever reads it is told why"


def test_a_version_that_is_gone_is_said_to_be_gone(bucket: S3Artifacts) -> None:
    gone = drop(version_id=put(b"1"))
    client("s3").delete_object(Bucket=BUCKET, Key=KEY, VersionId=gone.version_id)
    with pytest.raises(DropGone, match=KEY):
        bucket.arrival_of(gone)
    with pytest.raises(DropGone):
        bucket.open_drop(gone)


def test_small_files_are_read_at_a_version_and_missing_ones_are_none(bucket: S3Artifacts) -> None:
    first = put(b"a: 1", "models/churn/endpoint.yaml")
    put(b"a: 2", "models/churn/endpoint.yaml")
    newest = bucket.read_text("models/churn/endpoint.yaml")
    pinned = bucket.read_text("models/churn/endpoint.yaml", first)
    assert newest is not None
    assert pinned is not None
    assert (newest.content, pinned.content, pinned.version_id) == (b"a: 2", b"a: 1", first)
    assert bucket.read_text("models/other/endpoint.yaml") is None


def test_a_text_beyond_the_limit_is_refused_and_not_cut(bucket: S3Artifacts) -> None:
    put(b"#" * (MAX_TEXT_BYTES + 1), "models/churn/endpoint.yaml")
    with pytest.raises(TextTooLarge, match="1024 KiB"):
        bucket.read_text("models/churn/endpoint.yaml")


@pytest.mark.parametrize("code", ["403", "400"])
def test_what_s3_does_not_show_is_named(aws: None, code: str) -> None:
    with Stubber(client("s3")) as stubber:
        stubber.add_client_error("head_object", code, http_status_code=int(code))
        with pytest.raises(DropUnreadable, match=code):
            S3Artifacts(BUCKET).arrival_of(drop())


def test_other_bytes_are_kept_part_by_part_and_only_once(
    bucket: S3Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "UPLOAD_PART_BYTES", FIVE_MEBIBYTES)
    copies, body = [], b"x" * (FIVE_MEBIBYTES // 2 + 1)
    for _ in range(2):
        with bucket.staging(drop()) as stage:
            for _ in range(3):
                stage.write(body)
            copies.append(stage.keep(digest(body * 3)))
    assert stored(bucket.accepted_uri(digest(body * 3))) == body * 3
    assert copies[0] == copies[1]
    assert (
        client("s3").list_object_versions(Bucket=BUCKET, Prefix="staging/").get("Versions") is None
    )


def test_an_interrupted_upload_leaves_nothing(bucket: S3Artifacts) -> None:
    with pytest.raises(RuntimeError), bucket.staging(drop()):
        raise RuntimeError
    assert "Uploads" not in client("s3").list_multipart_uploads(Bucket=BUCKET)
    assert client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_an_object_too_large_for_one_copy_is_copied_in_parts(
    bucket: S3Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SINGLE_COPY_BYTES", FIVE_MEBIBYTES)
    monkeypatch.setattr(copying, "COPY_PART_BYTES", FIVE_MEBIBYTES)
    body = bytes(range(256)) * (2 * FIVE_MEBIBYTES // 256) + b"rest"
    pinned = drop(version_id=put(body))
    copy = bucket.accept(pinned, digest(body))
    assert stored(bucket.accepted_uri(digest(body))) == body
    assert AcceptedCopies().copy_of(bucket.accepted_uri(digest(body))) == copy
    assert bucket.accept(pinned, digest(body)) == copy, "the same bytes were written again"


def test_a_quarantined_artifact_carries_its_reason(bucket: S3Artifacts) -> None:
    uri = bucket.quarantine(drop(version_id=put(b"bad")), "names `os.system` —\nnot safe")
    key = uri.removeprefix(f"s3://{BUCKET}/")
    head = client("s3").head_object(Bucket=BUCKET, Key=key)
    assert key.startswith("quarantine/")
    assert head["Metadata"] == {"origin": KEY, "reason": "names `os.system` ? not safe"}


def test_only_accepted_copies_can_be_discarded(bucket: S3Artifacts) -> None:
    bucket.accept(drop(version_id=put(b"1")), "abc")
    bucket.discard(bucket.accepted_uri("abc"))
    assert client("s3").list_objects_v2(Bucket=BUCKET, Prefix="accepted/")["KeyCount"] == 0
    with pytest.raises(ValueError, match="only accepted copies"):
        bucket.discard(f"s3://{BUCKET}/{KEY}")
