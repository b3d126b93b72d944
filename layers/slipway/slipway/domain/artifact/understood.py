"""Which files Slipway has looked through, and what becomes of the others.

scikit-learn's and XGBoost's containers read one file of a bare model, and that one was looked
through; a container of the user's, or a script, may read any file in any way. What Slipway cannot
vouch for is refused there, unless the spec trusts the archive to bring code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.artifact.filetypes import XGBOOST_KINDS, ModelKind
from slipway.domain.artifact.refusal import ArtifactRefused, Reason, listed

if TYPE_CHECKING:
    from slipway.domain.artifact.contents import Contents, Scan
    from slipway.domain.artifact.layout import Decision

_KNOWN = frozenset({ModelKind.TEXT, ModelKind.EMPTY, ModelKind.NPY, ModelKind.SAFETENSORS})
_ALWAYS_REFUSED = frozenset({Reason.PICKLE_NAME, Reason.PICKLE_UNSAFE})
_ALLOW = (
    "If you trust it, and what the container does with it, write `artifact.allow_code: true` in "
    "endpoint.yaml; otherwise leave it out of the archive"
)
_SAVE_PLAINLY = (
    "Save it with `pickle.dump`; or, if the container loads it with joblib 1.2 or newer, write "
    "`artifact.allow_code: true` in endpoint.yaml"
)


def check_understood(contents: Contents, decision: Decision, *, allow_code: bool) -> list[str]:
    """Refuse files that something may read otherwise than Slipway has; warn where that is allowed.

    Parameters
    ----------
    contents
        What the archive holds.
    decision
        What serves it.
    allow_code
        Whether the spec trusts the archive to bring code.
    """
    for scan in contents.scans:
        _check_refusal(scan, allow_code=allow_code)
    custom = decision.framework == "custom"
    if not custom and contents.entry_script is None:
        return []
    unknown = [(scan, why) for scan in contents.scans if (why := _why_unknown(scan, custom=custom))]
    if unknown and not allow_code:
        scan, why = unknown[0]
        remedy = _SAVE_PLAINLY if scan.walked and not scan.ends_as_zip else _ALLOW
        raise ArtifactRefused(Reason.UNKNOWN_FORMAT, why, path=scan.path, remedy=remedy)
    paths = [scan.path for scan, _ in unknown]
    return [f"Not inspected inside: {listed(paths)}"] if paths else []


def _check_refusal(scan: Scan, *, allow_code: bool) -> None:
    """Refuse what is not called a pickle and would run as one."""
    # Any list of words may name a module and a part of it; what serves decides about text.
    if scan.refusal is None or scan.kind is ModelKind.TEXT:
        return
    if scan.refusal.reason in _ALWAYS_REFUSED or not allow_code:
        raise scan.refusal


def _why_unknown(scan: Scan, *, custom: bool) -> str | None:
    if scan.refusal is not None:
        return f"could be read as a pickle too, and as one it {scan.refusal.what}"
    if scan.ends_as_zip:
        return "could be read as a zip archive too, for it ends as one"
    if scan.walked is not None:
        return _why_two_pickles(scan) if custom else None
    if scan.kind in _KNOWN or (scan.kind in XGBOOST_KINDS and not custom):
        return None
    return "is of a format that Slipway does not look into: whatever reads it may run what is in it"


def _why_two_pickles(scan: Scan) -> str | None:
    """Say why joblib and Python's own unpickler would read this differently."""
    facts = scan.walked.facts if scan.walked else None
    if facts and facts.raw_arrays:
        return "has arrays of joblib's between its instructions, which others read as instructions"
    # `BZh9` is an instruction too: to pass over 825 million bytes.
    return (
        "is compressed in a way that others read as instructions"
        if scan.compression == "bz2"
        else None
    )
