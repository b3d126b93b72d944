import json

import pytest

from tests.unit.sandbox_events.events_account import ACCOUNT, make_queue, receive

RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/objects"


@pytest.fixture
def bucket(account):
    s3 = account.client("s3")
    s3.create_bucket(Bucket="models")
    configuration = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(
        Bucket="models", NotificationConfiguration=configuration
    )
    return "models"


@pytest.fixture
def seen(account):
    url, arn = make_queue(account, "seen", service="events", source=RULE)
    events = account.client("events")
    events.put_rule(Name="objects", EventPattern='{"source": ["aws.s3"]}')
    events.put_targets(Rule="objects", Targets=[{"Id": "1", "Arn": arn}])

    def read():
        account.kernel.settle()
        return [json.loads(message["Body"]) for message in receive(account, url)]

    return read


def version(account, bucket):
    account.client("s3").put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )


def test_an_upload_is_announced_as_aws_announces_it(account, bucket, seen):
    version(account, bucket)
    put = account.client("s3").put_object(Bucket=bucket, Key="models/a b/m.tar.gz", Body=b"hello")
    event = seen()[0]
    detail = event["detail"]
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["resources"] == ["arn:aws:s3:::models"]
    assert detail["bucket"] == {"name": "models"}
    assert detail["object"] == {
        "key": "models/a b/m.tar.gz",
        "size": 5,
        "etag": "5d41402abc4b2a76b9719d911017c592",
        "version-id": put["VersionId"],
        "sequencer": detail["object"]["sequencer"],
    }
    assert detail["reason"] == "PutObject"
    assert detail["requester"] == ACCOUNT
    assert detail["version"] == "0"
    assert {"request-id", "source-ip-address"} <= detail.keys()


def test_without_versioning_there_is_no_version_id(account, bucket, seen):
    account.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "version-id" not in seen()[0]["detail"]["object"]


def test_sequencers_of_one_key_grow(account, bucket, seen):
    for body in (b"1", b"2", b"3"):
        account.client("s3").put_object(Bucket=bucket, Key="k", Body=body)
    sequencers = [event["detail"]["object"]["sequencer"] for event in seen()]
    assert sequencers == sorted(set(sequencers))
    assert len(sequencers) == 3


def test_multipart_uploads_and_copies_say_so(account, bucket, seen):
    s3 = account.client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    about = {"Bucket": bucket, "Key": "big", "UploadId": upload}
    part = s3.upload_part(**about, PartNumber=1, Body=b"part")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(**about, MultipartUpload={"Parts": parts})
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/big")
    found = [(e["detail"]["object"]["key"], e["detail"]["reason"]) for e in seen()]
    assert found == [("big", "CompleteMultipartUpload"), ("copy", "CopyObject")]


def test_deletions_tell_markers_from_the_end(account, bucket, seen):
    version(account, bucket)
    s3 = account.client("s3")
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    marker = s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_object(Bucket=bucket, Key="k", VersionId=put["VersionId"])
    found = [
        (event["detail-type"], event["detail"].get("deletion-type"), event["detail"]["object"])
        for event in seen()[1:]
    ]
    assert [(kind, how, what["version-id"]) for kind, how, what in found] == [
        ("Object Deleted", "Delete Marker Created", marker["VersionId"]),
        ("Object Deleted", "Permanently Deleted", put["VersionId"]),
    ]


def test_changed_tags_are_announced_apart_from_uploads(account, bucket, seen):
    s3 = account.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=b")
    tags = {"TagSet": [{"Key": "a", "Value": "c"}]}
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags)
    assert [event["detail-type"] for event in seen()] == ["Object Created", "Object Tags Added"]


def test_a_bucket_without_the_switch_is_silent(account, seen):
    s3 = account.client("s3")
    s3.create_bucket(Bucket="quiet")
    s3.put_object(Bucket="quiet", Key="k", Body=b"x")
    s3.delete_object(Bucket="quiet", Key="k")
    assert seen() == []
