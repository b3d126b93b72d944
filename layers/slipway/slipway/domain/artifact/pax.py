"""Extended tar headers (pax): long names and large sizes, and nothing that can mislead."""

from __future__ import annotations

from slipway.domain.artifact.refusal import ArtifactRefused, Reason

_MAXIMUM_DIGITS = 6
# Other programs' notes: times, owners, attributes. None of them says where or what the data is.
_HARMLESS = frozenset(
    "atime ctime mtime uid gid uname gname comment charset LIBARCHIVE.creationtime SCHILY.dev "
    "SCHILY.ino SCHILY.nlink SCHILY.fflags SCHILY.xattr.security.selinux "
    "RHT.security.selinux".split()
)
# Attributes of users and of macOS. Others give rights, as `security.capability` does.
_HARMLESS_VENDORS = tuple(
    f"{vendor}.xattr.{space}"
    for vendor in ("SCHILY", "LIBARCHIVE")
    for space in ("user.", "com.apple")
)
_VENDOR_LINKS = ("SCHILY.realsize",)


def parse_records(block: bytes) -> dict[str, str]:
    """Read `length keyword=value` records; anything that is not exactly that is refused."""
    records: dict[str, str] = {}
    offset = 0
    while offset < len(block):
        digits, space, _ = block[offset : offset + _MAXIMUM_DIGITS + 1].partition(b" ")
        if not space or not digits.isdigit():
            raise malformed()
        end = offset + int(digits)
        record = block[offset + len(digits) + 1 : end]
        if end > len(block) or not record.endswith(b"\n") or b"=" not in record:
            raise malformed()
        keyword, _, value = record[:-1].partition(b"=")
        _put(records, keyword, value)
        offset = end
    return records


def _put(records: dict[str, str], keyword: bytes, value: bytes) -> None:
    try:
        name = keyword.decode("utf-8")
        if name in records:
            raise malformed()
        # Attributes are binary; their names are all that matters here.
        harmless = name in _HARMLESS or name.startswith(_HARMLESS_VENDORS)
        records[name] = "" if harmless else value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed() from error


def check_keywords(records: dict[str, str], *, everywhere: bool) -> None:
    """Refuse keywords that change what a member is.

    Parameters
    ----------
    records
        The parsed records.
    everywhere
        Whether the records hold for all members that follow; those may only be notes.
    """
    for name in records:
        if name.startswith("GNU.sparse") or name in _VENDOR_LINKS:
            raise ArtifactRefused(
                Reason.SPARSE,
                "The archive has a sparse file, whose size lies",
                remedy="Pack the model with `tar` without `--sparse`",
            )
        notes = name in _HARMLESS or name.startswith(_HARMLESS_VENDORS)
        if not notes and (everywhere or name not in ("path", "size")):
            raise ArtifactRefused(
                Reason.LINK if name == "linkpath" else Reason.AMBIGUOUS,
                f"The archive has an extended header `{name}`, which programs read differently",
                remedy="Pack the model with an ordinary `tar czf`",
            )


def malformed() -> ArtifactRefused:
    """Say that an extended header cannot be read."""
    return ArtifactRefused(
        Reason.AMBIGUOUS,
        "The archive has a damaged extended header",
        remedy="Pack the model with an ordinary `tar czf`",
    )
