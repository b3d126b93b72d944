"""Looks at one file of the archive, as far as it must to know that a container may load it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.domain.artifact import npy
from slipway.domain.artifact.compression import DecompressingReader, compression_of
from slipway.domain.artifact.contents import Scan
from slipway.domain.artifact.filetypes import (
    HEAD,
    ModelKind,
    is_named_pickle,
    model_kind,
)
from slipway.domain.artifact.looking import Look
from slipway.domain.artifact.pickles import PickleRefused, Walked, walk_pickle
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.second_opinion import EndsKeeper
from slipway.domain.artifact.source import Source
from slipway.domain.artifact.streams import CHUNK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.artifact.limits import ArtifactLimits
    from slipway.domain.artifact.pickles.budget import Budget
    from slipway.domain.artifact.pickles.values import Name

_TAIL = 256
_MOST_TENSOR_NAMES = 16 << 20
_JSON_VERSION = re.compile(rb'"version"\s*:\s*\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]')
# UBJSON: an array of three, each a type letter and a big-endian number of one, two or four bytes.
_UBJSON_NUMBER = rb"(?:[iU](.)|I(..)|l(....))"
_UBJSON_VERSION = re.compile(rb"version\[(?:#.{2,9}?)?" + 3 * _UBJSON_NUMBER, re.DOTALL)


class Scanner:
    """Looks at files that may be models.

    Parameters
    ----------
    names
        Globals that pickles may mention.
    budget
        What all pickles together may cost.
    limits
        Bounds on decompression.
    """

    def __init__(
        self, names: Mapping[tuple[str, str], Name], budget: Budget, limits: ArtifactLimits
    ) -> None:
        self._names = names
        self._budget = budget
        self._limits = limits
        self._tensor_names = 0

    def scan(self, path: str, source: Source) -> tuple[Scan, bytes | None]:
        """Look at a file; give what it is, and the beginning of a pickle for the scanner."""
        look = Look(source, path)
        content = Source(look)
        head = content.peek(HEAD)
        scan = Scan(path, model_kind(path, head))
        beginning = self._look(scan, content, head)
        while content.read(CHUNK):
            pass
        scan.ends_as_zip = look.ends_as_zip
        if scan.kind is ModelKind.UNKNOWN:
            scan.kind = self._kind_as_a_whole(look, head)
        return scan, beginning

    def _look(self, scan: Scan, source: Source, head: bytes) -> bytes | None:
        if scan.kind is ModelKind.PICKLE:
            return self._walk_pickle(scan, source, head)
        if scan.kind in (ModelKind.XGBOOST_JSON, ModelKind.XGBOOST_UBJSON):
            scan.xgboost_version = _version_at_end(source, scan.kind)
            return None
        array = npy.parse(head)
        if array is not None and array.objects:
            source.skip(array.header)
            scan.kind = ModelKind.PICKLE
            return self._walk(scan, source, head, arrays=False)
        return self._try_walk(scan, source, head)

    def _kind_as_a_whole(self, look: Look, head: bytes) -> ModelKind:
        """Say what a file is that was read to its end."""
        array = npy.parse(head)
        if array is not None and array.header + array.data == look.size:
            return ModelKind.NPY
        # Parsing is slow: thousands of files that seem to hold tensors must not use up the time.
        self._tensor_names += look.tensor_names
        if self._tensor_names <= _MOST_TENSOR_NAMES and look.is_safetensors:
            return ModelKind.SAFETENSORS
        if look.is_text:
            return ModelKind.TEXT
        return ModelKind.UNKNOWN if look.size else ModelKind.EMPTY

    def _walk_pickle(self, scan: Scan, source: Source, head: bytes) -> bytes | None:
        try:
            return self._walk(scan, source, head, arrays=True)
        except ArtifactRefused as refusal:
            # Two bytes of any other format may be those that pickles begin with.
            if is_named_pickle(scan.path) or not _is_dead(refusal):
                raise
            scan.kind = ModelKind.UNKNOWN
            return None

    def _try_walk(self, scan: Scan, source: Source, head: bytes) -> bytes | None:
        """Walk a file that nothing but its content could make a pickle.

        Some containers try any file, and so does whoever loads one by a name of his own.
        """
        if not head:
            return None
        try:
            beginning = self._walk(scan, source, head, arrays=False)
        except ArtifactRefused as refusal:
            scan.refusal = None if _is_dead(refusal) else refusal
            return None
        scan.kind = ModelKind.PICKLE
        return beginning

    def _walk(self, scan: Scan, source: Source, head: bytes, *, arrays: bool) -> bytes:
        if not head:
            raise ArtifactRefused(Reason.EMPTY, "is an empty file", path=scan.path)
        named = is_named_pickle(scan.path)
        compression = compression_of(head, scan.path) if named else None
        content: Source | DecompressingReader = source
        if compression is not None:
            scan.compression = compression.name
            content = DecompressingReader(source, compression, scan.path, self._limits)
        keeper = EndsKeeper(content)
        scan.walked = self._walk_all(scan.path, Source(keeper), arrays=arrays)
        if "xgboost" in scan.walked.facts.modules:
            scan.xgboost_version = _version(keeper.tail, _UBJSON_VERSION)
        return keeper.head

    def _walk_all(self, path: str, source: Source, *, arrays: bool) -> Walked:
        try:
            walked = walk_pickle(source, self._names, self._budget, arrays=arrays)
        except PickleRefused as refusal:
            raise ArtifactRefused(
                refusal.reason, refusal.what, path=path, remedy=refusal.remedy
            ) from refusal
        if source.peek(1):
            raise ArtifactRefused(
                Reason.PICKLE_UNSAFE,
                "has more data after its pickle ended, where something could hide",
                path=path,
                remedy="Save the model again with joblib.dump",
            )
        return walked


def _is_dead(refusal: ArtifactRefused) -> bool:
    return isinstance(refusal.__cause__, PickleRefused) and refusal.__cause__.dead


def _version_at_end(source: Source, kind: ModelKind) -> str | None:
    """Read the version that XGBoost writes at the end of a model."""
    tail = b""
    while data := source.read(CHUNK):
        tail = (tail + data)[-_TAIL:]
    return _version(tail, _JSON_VERSION if kind is ModelKind.XGBOOST_JSON else _UBJSON_VERSION)


def _version(tail: bytes, written: re.Pattern[bytes]) -> str | None:
    """Give the last version in the end of a file; a pickled booster holds such a model too."""
    found = [match.groups() for match in written.finditer(tail)]
    if not found:
        return None
    parts = [part for part in found[-1] if part is not None]
    text = written is _JSON_VERSION
    return ".".join(part.decode() if text else str(int.from_bytes(part, "big")) for part in parts)
