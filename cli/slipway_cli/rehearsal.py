"""A release that never happens: the real use cases on a file, without any account."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from slipway.adapters.clock import SystemClock
from slipway.domain.lease import EndpointRecord
from slipway.domain.planning import ReleasePlan
from slipway.domain.release import Drop, ReleaseRecord
from slipway.ports import StoredCopy, StoredText
from slipway.usecases.golden_requests import smoke_key
from slipway.usecases.inspect_release import inspect_release
from slipway.usecases.plan_release import plan_release
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.spec_key import spec_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from slipway.ports import News


def rehearse(
    model: Path, spec: Path | None, smoke: Path | None, region: str
) -> tuple[dict[str, Any], ReleasePlan]:
    """Inspect and plan as a first release would; return what was found, and the plan.

    Quotas are the account's and are not known here, so none refuses.

    Raises
    ------
    DomainError
        One of its kinds, with the reason for which the release would fail.
    """
    drop = Drop("endpoint", "1", "local", "models/endpoint/1/model.tar.gz", "local", "")
    ref = ReleaseRef("", "", drop.endpoint, drop.release)
    record = ReleaseRecord(drop, "running", "", "", "")
    # The use cases call what is written here and nothing else of the ports.
    ledger, account = cast("Any", _Ledger(record)), cast("Any", _Account())
    files = cast("Any", _Files(model, {spec_key(drop.endpoint): spec, smoke_key(record): smoke}))
    inspect_release(ref, region=region, ledger=ledger, store=files, endpoints=account)
    plan_release(
        ref,
        region=region,
        ledger=ledger,
        store=files,
        fleet=account,
        endpoints=account,
        announcer=account,
        clock=SystemClock(),
    )
    return dict(ledger.record.inspection), ReleasePlan.from_dict(ledger.record.plan)


class _Ledger:
    """Knows one release."""

    def __init__(self, record: ReleaseRecord) -> None:
        self.record = record

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        del endpoint, release
        return self.record

    def note_release(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> None:
        del endpoint, release
        self.record = replace(self.record, **facts)

    def refer(self, uri: str, endpoint: str, release: str) -> None:
        del uri, endpoint, release

    def read_endpoint(self, name: str) -> EndpointRecord:
        return EndpointRecord(name)

    def list_endpoints(self) -> list[EndpointRecord]:
        return []


class _Files:
    """The model and the files beside it, where they lie; nothing is kept."""

    def __init__(self, model: Path, texts: Mapping[str, Path | None]) -> None:
        self._model = model
        self._texts = texts

    def read_text(self, key: str, version_id: str = "") -> StoredText | None:
        del version_id
        path = self._texts.get(key)
        return StoredText(path.read_bytes(), "local") if path else None

    def open_drop(self, drop: Drop) -> BinaryIO:
        del drop
        return self._model.open("rb")

    def accept(self, drop: Drop, sha256: str) -> StoredCopy:
        del drop, sha256
        return StoredCopy("local", "local")

    def staging(self, drop: Drop) -> AbstractContextManager[_Stage]:
        del drop
        return nullcontext(_Stage())

    def accepted_uri(self, sha256: str) -> str:
        return f"s3://local/accepted/{sha256}/model.tar.gz"

    def quarantine(self, drop: Drop, reason: str) -> str:
        del drop, reason
        return ""


class _Stage:
    """Takes everything and holds nothing."""

    def write(self, data: bytes, /) -> int:
        return len(data)

    def keep(self, sha256: str) -> StoredCopy:
        del sha256
        return StoredCopy("local", "local")


class _Account:
    """Has no endpoints, and quotas that nobody knows."""

    def quota(self, instance_type: str) -> None:
        del instance_type

    def default_quota(self, instance_type: str) -> None:
        del instance_type

    def running(self, instance_type: str) -> int:
        del instance_type
        return 0

    def describe(self, endpoint: str) -> None:
        del endpoint

    def announce(self, news: News) -> None:
        del news
