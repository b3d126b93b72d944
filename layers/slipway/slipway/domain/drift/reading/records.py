"""Lines of capture files as records.

Most files hold one form of record only. A decoder for just that form needs no look at each
record's encoding and is a good deal faster than one for all of them, so the form of the last block
is tried first.
"""

from __future__ import annotations

from itertools import product, starmap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from slipway.domain.captured import SYNTHETIC
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from slipway.domain.drift.reading.noting import Notes


# Without cycles there is nothing for the garbage collector to follow, which halves the time.
class Payload(msgspec.Struct, gc=False):
    """A request's or an answer's body."""

    data: str = ""
    encoding: str = ""
    observedContentType: str | None = None  # noqa: N815  # SageMaker's name.


class Captured(msgspec.Struct, gc=False):
    """What SageMaker kept of a call; either side may not be captured."""

    endpointInput: Payload | None = None  # noqa: N815  # SageMaker's name.
    endpointOutput: Payload | None = None  # noqa: N815  # SageMaker's name.


class Metadata(msgspec.Struct, gc=False):
    """When a call was, and the name that its caller gave it."""

    inferenceTime: str = ""  # noqa: N815  # SageMaker's name.
    inferenceId: str | None = None  # noqa: N815  # SageMaker's name.


class Record(msgspec.Struct, gc=False):
    """A line."""

    captureData: Captured  # noqa: N815  # SageMaker's name.
    eventMetadata: Metadata = msgspec.field(default_factory=Metadata)  # noqa: N815  # As above.

    @property
    def is_own(self) -> bool:
        """Whether Slipway itself made the call."""
        name = self.eventMetadata.inferenceId
        return name is not None and name.startswith(SYNTHETIC)


UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_ANY = msgspec.json.Decoder(Record)


class Unnamed(msgspec.Struct, gc=False):
    """Metadata of calls whose callers gave them no name."""

    inferenceTime: str = ""  # noqa: N815  # SageMaker's name.
    inferenceId: None = None  # noqa: N815  # SageMaker's name.


class Form(NamedTuple):
    """What all records of a block have in common.

    Attributes
    ----------
    request, answer
        Their encodings.
    named
        Whether callers gave their calls names; Slipway always does.
    """

    request: str
    answer: str
    named: bool


def _decoder(form: Form) -> msgspec.json.Decoder[Any]:
    def side(encoding: str) -> type:
        wanted = [("data", str), ("encoding", Literal[encoding])]
        return msgspec.defstruct("Payload", wanted, gc=False)

    sides = [("endpointInput", side(form.request)), ("endpointOutput", side(form.answer))]
    captured = msgspec.defstruct("Captured", sides, gc=False)
    lines = [("captureData", captured), ("eventMetadata", Metadata if form.named else Unnamed)]
    record = msgspec.defstruct("Record", lines, gc=False, namespace={"is_own": Record.is_own})
    return msgspec.json.Decoder(record)


_PLAIN = ("CSV", "JSON")
_DECODERS = {form: _decoder(form) for form in starmap(Form, product(_PLAIN, _PLAIN, (False, True)))}


class Decoder:
    """Decodes blocks of lines."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._form: Form | None = None

    def decode(self, block: bytes) -> tuple[list[Record], Form | None]:
        """Return the records, and their form if all have the same plain one."""
        if self._form is not None:
            try:
                return _DECODERS[self._form].decode_lines(block), self._form
            except UNREADABLE:
                pass
        found = decode_any(block, self._notes)
        self._form = _form(found)
        return found, self._form


def decode_any(block: bytes, notes: Notes) -> list[Record]:
    """Return the records of a block; note the lines that hold none."""
    try:
        return _ANY.decode_lines(block)
    except UNREADABLE:
        *lines, cut_off = block.split(b"\n")
    found = [_one(line, Trouble.MALFORMED, notes) for line in lines]
    found.append(_one(cut_off, Trouble.HALF_WRITTEN, notes))
    return [record for each in found for record in each]


def _one(line: bytes, trouble: Trouble, notes: Notes) -> list[Record]:
    try:
        return _ANY.decode_lines(line)
    except UNREADABLE:
        notes.note(trouble, line)
        return []


def _form(records: list[Record]) -> Form | None:
    named = any(record.eventMetadata.inferenceId for record in records)
    encodings = {_encodings(record.captureData) for record in records}
    form = Form(*encodings.pop(), named) if len(encodings) == 1 else None
    return form if form in _DECODERS else None


def _encodings(captured: Captured) -> tuple[str, str]:
    request, answer = captured.endpointInput, captured.endpointOutput
    if request is None or answer is None:
        return "", ""
    return request.encoding, answer.encoding
