from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from scripts.hardening import findings
from scripts.hardening.exceptions import EVERY_FUNCTION, Exempt, exceptions
from scripts.hardening.findings import CheckovFailed, Finding
from scripts.hardening.problems import problems

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """\
Globals:
  Function:
    # checkov:skip=CKV_AWS_115: the account shares ten
    Timeout: 30

Resources:
  # checkov:skip=CKV_AWS_1: between resources it is about none
  Bucket: # what is dropped
    # checkov:skip=CKV_AWS_18: not under a customer key
    Type: AWS::S3::Bucket
  Url:
    Type: AWS::Serverless::Function
    # checkov:skip=CKV_AWS_258
"""
LOGGING = Finding("CKV_AWS_18", "logs accesses", "AWS::S3::Bucket", "Bucket", "/template.yaml")
RESERVED = Finding("CKV_AWS_115", "reserves", "AWS::Lambda::Function", "Url", "/translated.json")
OPEN = Finding("CKV_AWS_258", "asks who", "AWS::Lambda::Url", "UrlUrl", "/translated.json")


@pytest.fixture
def known(tmp_path: Path) -> list[Exempt]:
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    return list(exceptions(tmp_path / "t.yaml"))


def test_an_exception_belongs_to_the_resource_that_it_stands_in(known: list[Exempt]) -> None:
    assert known == [
        Exempt(EVERY_FUNCTION, "CKV_AWS_115", "the account shares ten", "t.yaml:3"),
        Exempt("Bucket", "CKV_AWS_18", "not under a customer key", "t.yaml:9"),
        Exempt("Url", "CKV_AWS_258", "", "t.yaml:13"),
    ]


def test_what_has_a_reason_is_no_problem_and_a_reason_must_be_there(known: list[Exempt]) -> None:
    found = list(problems([LOGGING, RESERVED, OPEN], known, {"Bucket", "Url"}))
    assert found == ["t.yaml:13: CKV_AWS_258 of Url: the exception has no reason."]


@pytest.mark.parametrize(
    "finding",
    [
        Finding("CKV_AWS_19", "encrypts", "AWS::S3::Bucket", "Bucket", "/template.yaml"),
        Finding("CKV_AWS_18", "logs accesses", "AWS::S3::Bucket", "Other", "/template.yaml"),
        Finding("CKV_AWS_115", "reserves", "AWS::S3::Bucket", "Bucket", "/template.yaml"),
    ],
)
def test_another_rule_resource_or_kind_has_no_reason(known: list[Exempt], finding: Finding) -> None:
    given = [each for each in known if each.reason]
    resources = {"Bucket", "Other", "Url"}
    (problem,) = problems([LOGGING, RESERVED, finding], given, resources)
    assert problem == (
        f"/template.yaml: AWS::S3::Bucket {finding.resource}: {finding.check}: {finding.name}"
    )


def test_what_checkov_skipped_by_itself_needs_the_exception_too(known: list[Exempt]) -> None:
    skipped = Finding("CKV_AWS_18", "", "AWS::S3::Bucket", "Bucket", "/template.yaml", skipped=True)
    given = [each for each in known if each.owner == "Bucket"]
    assert list(problems([skipped], given, {"Bucket"})) == []


def test_an_exception_that_nothing_needs_is_removed(known: list[Exempt]) -> None:
    given = [each for each in known if each.owner == "Bucket"]
    (problem,) = problems([], given, {"Bucket"})
    assert problem.endswith("checkov finds nothing of this kind; remove the exception.")


@pytest.fixture
def checkov(tmp_path: Path) -> Any:
    """Make a program that answers as checkov does, and keeps what it was called with."""

    def make(answer: str, code: int = 1) -> Path:
        program = tmp_path / "checkov"
        program.write_text(
            textwrap.dedent(f"""\
                #!{sys.executable}
                import os, pathlib, sys
                folder = pathlib.Path({str(tmp_path)!r})
                (folder / "arguments").write_text(" ".join(sys.argv))
                (folder / "environment").write_text(repr(dict(os.environ)))
                print((folder / "answer").read_text())
                sys.exit({code})
                """)
        )
        program.chmod(0o755)
        (tmp_path / "answer").write_text(answer)
        return program

    return make


def report(**summary: int) -> str:
    record = {"check_id": "CKV_AWS_18", "check_name": "logs accesses", "file_path": "/t.yaml"}
    record["resource"] = "AWS::S3::Bucket.Bucket"
    results = {"failed_checks": [record], "skipped_checks": [record]}
    results["passed_checks"] = [{**record, "check_id": "CKV_AWS_21"}]
    results["parsing_errors"] = ["t.yaml"] * summary.get("parsing_errors", 0)
    return json.dumps({"results": results, "summary": {"passed": 7, "parsing_errors": 0} | summary})


def test_findings_are_read(checkov: Any, tmp_path: Path) -> None:
    outcome = findings.run(checkov(report()), [tmp_path / "t.yaml"])
    assert outcome.passed == 7
    assert outcome.rules == {"CKV_AWS_18", "CKV_AWS_21"}
    assert [(each.resource, each.skipped) for each in outcome.findings] == [
        ("Bucket", False),
        ("Bucket", True),
    ]


def test_nobody_is_asked_on_a_network_and_nothing_of_the_user_counts(
    checkov: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BC_API_KEY", "whoever runs this")
    findings.run(checkov(report()), [tmp_path / "t.yaml"])
    environment = (tmp_path / "environment").read_text()
    assert "BC_API_KEY" not in environment
    assert "'CKV_SKIP_PACKAGE_UPDATE_CHECK': 'true'" in environment
    assert "--skip-download" in (tmp_path / "arguments").read_text()


@pytest.mark.parametrize(
    ("answer", "code"), [(report(parsing_errors=1), 1), (report(), 2), ("nothing", 0), ("[]", 0)]
)
def test_a_look_that_failed_is_told(checkov: Any, tmp_path: Path, answer: str, code: int) -> None:
    with pytest.raises(CheckovFailed):
        findings.run(checkov(answer, code), [tmp_path / "t.yaml"])
