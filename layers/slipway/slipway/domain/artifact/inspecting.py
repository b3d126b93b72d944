"""The inspection: one pass over the archive, then the judgements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.artifact.contents import Contents
from slipway.domain.artifact.filetypes import HEAD, archive_kind, is_code
from slipway.domain.artifact.gunzip import GunzipReader
from slipway.domain.artifact.inspection import Inspection, Members
from slipway.domain.artifact.layout import decide
from slipway.domain.artifact.limits import ArtifactLimits
from slipway.domain.artifact.pickles.allowlist import allowed_names, needed_text
from slipway.domain.artifact.pickles.budget import Budget
from slipway.domain.artifact.refusal import ArtifactRefused, Reason
from slipway.domain.artifact.reporting import is_model, model_file, warnings_of
from slipway.domain.artifact.scanning import Scanner
from slipway.domain.artifact.second_opinion import second_opinion
from slipway.domain.artifact.source import Source
from slipway.domain.artifact.streams import HashingReader
from slipway.domain.artifact.tar import TarWalker
from slipway.domain.artifact.understood import check_understood
from slipway.domain.artifact.versions import check_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from slipway.domain.artifact.inspection import Framework
    from slipway.domain.artifact.members import Member
    from slipway.domain.artifact.streams import Readable

_DEFAULT_LIMITS = ArtifactLimits()
_SCANNED_FILES = 64
_ALLOW_CODE = (
    "If you trust it, write `artifact.allow_code: true` in endpoint.yaml; otherwise leave it out "
    "of the archive"
)


def inspect_artifact(  # noqa: PLR0913 - every one is a fact of the release, given by name
    stream: Readable,
    *,
    framework: Framework | None,
    framework_version: str | None,
    image_packages: Mapping[str, str] | None,
    allow_code: bool,
    allow_classes: Collection[str],
    choose: Callable[[Inspection], Mapping[str, str]] | None = None,
    limits: ArtifactLimits = _DEFAULT_LIMITS,
) -> Inspection:
    """Inspect a `model.tar.gz` while reading it once, in memory that does not grow with it.

    Parameters
    ----------
    stream
        The archive; read to its end.
    framework
        What must serve it; None to let the layout decide.
    framework_version
        `hosting.framework_version`.
    image_packages
        Package versions inside the chosen image; None if unknown.
    allow_code, allow_classes
        The spec's `artifact` section.
    choose
        Where the artifact decides on the image: given what was found, returns the image's package
        versions, which it is then held against without being read again.
    limits
        Bounds of memory, time and size.

    Raises
    ------
    ArtifactRefused
        The artifact is unsafe or cannot be served; says what, where and what to do.

    Example
    -------
    ::

        found = inspect_artifact(body, framework=None, framework_version=None,
                                 image_packages={"scikit-learn": "1.2.1"},
                                 allow_code=False, allow_classes=())
        found.layout  # "sklearn-bare"
    """
    raw = HashingReader(stream, limits)
    contents = _gather(raw, allow_code=allow_code, allow_classes=allow_classes, limits=limits)
    if not contents.files:
        raise ArtifactRefused(
            Reason.EMPTY,
            "The archive has no files",
            remedy="Pack the model: `tar czf model.tar.gz model.joblib`",
        )
    decision = decide(contents, framework)
    decision.warnings += check_understood(contents, decision, allow_code=allow_code)
    doubts = check_versions(contents, decision, framework_version, image_packages)
    opinion = second_opinion(contents.heads) if contents.heads else None
    found = Inspection(
        framework=decision.framework,
        layout=decision.layout,
        sha256=raw.hexdigest(),
        compressed_bytes=raw.size,
        members=Members(contents.members, contents.expanded),
        models=tuple(model_file(scan) for scan in contents.scans if is_model(scan)),
        code_files=tuple(contents.code),
        warnings=(),
        second_opinion=opinion,
        aligned_arrays=contents.aligned_arrays,
    )
    if choose:
        packages = choose(found)
        doubts = check_versions(contents, decision, framework_version, packages)
    return replace(found, warnings=(*decision.warnings, *doubts, *warnings_of(contents, opinion)))


def _gather(
    raw: HashingReader,
    *,
    allow_code: bool,
    allow_classes: Collection[str],
    limits: ArtifactLimits,
) -> Contents:
    names = allowed_names(allow_classes)
    scanner = Scanner(names, Budget(limits, needed_text(names)), limits)
    contents = Contents()
    for member in TarWalker(GunzipReader(raw, limits), limits):
        contents.members += 1
        if not member.folder:
            _look(member, contents, scanner, allow_code=allow_code)
    return contents


def _look(member: Member, contents: Contents, scanner: Scanner, *, allow_code: bool) -> None:
    contents.files.append(member.path)
    contents.expanded += member.size
    source = Source(member.content)
    head = source.peek(HEAD)
    archive = archive_kind(member.path, head)
    if is_code(member.path, head):
        _take_code(member.path, contents, allow_code=allow_code)
    elif archive:
        _take_archive(member.path, archive, contents, allow_code=allow_code)
    else:
        scan, beginning = scanner.scan(member.path, source)
        contents.scans.append(scan)
        # An archive of thousands of pickles must not fill the memory with their beginnings.
        if beginning is not None and len(contents.heads) < _SCANNED_FILES:
            contents.heads[member.path] = beginning


def _take_code(path: str, contents: Contents, *, allow_code: bool) -> None:
    if not allow_code:
        what = "is code, which the container would run"
        raise ArtifactRefused(Reason.CODE, what, path=path, remedy=_ALLOW_CODE)
    contents.code.append(path)


def _take_archive(path: str, kind: str, contents: Contents, *, allow_code: bool) -> None:
    if not allow_code:
        raise ArtifactRefused(
            Reason.NESTED_ARCHIVE,
            f"is itself an archive ({kind}), and archives in archives are not inspected",
            path=path,
            remedy="Pack the files themselves; or, if you trust it, write "
            "`artifact.allow_code: true` in endpoint.yaml",
        )
    contents.archives.append((path, kind))
