"""The proof of least privilege, on a small example."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.access.book import Book
from sandbox.access.cells import Findings
from sandbox.access.identities import Policy, logical
from sandbox.access.policies import Demand
from sandbox.access.proof import judge, read

if TYPE_CHECKING:
    from pathlib import Path

TABLE, BUCKET = "arn:aws:dynamodb:::table/ledger", "arn:aws:s3:::models/*"
CLAIM = {
    "Statement": [
        {
            "Sid": "Ledger",
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
            "Resource": TABLE,
        },
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": BUCKET},
        {
            "Sid": "Key",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
        },
    ]
}
SHARED = {
    "Statement": {"Sid": "Log", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
}
POLICIES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ClaimRole": [("claim", CLAIM), ("Shared", SHARED)],
    "OtherRole": [("Shared", SHARED)],
}
DEMANDS = [
    ("ClaimRole", Demand("dynamodb:GetItem", TABLE, {})),
    ("ClaimRole", Demand("dynamodb:PutItem", TABLE, {})),
    ("ClaimRole", Demand("s3:GetObject", "arn:aws:s3:::models/churn", {})),
    ("ClaimRole", Demand("kms:Decrypt", "k", {"kms:viaservice": "s3.us-east-1.amazonaws.com"})),
    ("ClaimRole", Demand("logs:PutLogEvents", "*", {})),
    ("OtherRole", Demand("logs:PutLogEvents", "*", {})),
]


def evaluate(policies: Any = None, demands: Any = None) -> Findings:
    findings = Findings()
    findings.add(policies or POLICIES, DEMANDS if demands is None else demands)
    return findings


def without(number: int) -> Any:
    policies = copy.deepcopy(POLICIES)
    del policies["ClaimRole"][0][1]["Statement"][number]
    return policies


def test_what_is_all_needed_holds() -> None:
    verdict = judge(evaluate(), {})

    assert verdict.lines() == []
    assert verdict.holds
    assert verdict.counts()["necessary"] == 5


@pytest.mark.parametrize("number", range(len(CLAIM["Statement"])))
def test_the_proof_fails_without_any_one_statement(number: int) -> None:
    verdict = judge(evaluate(without(number)), {})

    assert not verdict.holds
    assert verdict.findings.denied


@pytest.mark.parametrize("number", range(len(DEMANDS) - 2))
def test_what_nobody_wanted_is_found(number: int) -> None:
    demands = [each for index, each in enumerate(DEMANDS) if index != number]
    verdict = judge(evaluate(demands=demands), {})

    action = DEMANDS[number][1].action
    assert [cell.rpartition("/")[2] for cell in verdict.unused] == [action]
    assert not verdict.holds


def test_two_statements_that_allow_the_same_are_found() -> None:
    policies = copy.deepcopy(POLICIES)
    policies["ClaimRole"][0][1]["Statement"].append(
        {"Sid": "Again", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
    )
    verdict = judge(evaluate(policies), {})

    assert verdict.overlapping == ["claim/Again/s3:Get*", "claim/Read/s3:GetObject"]


def test_a_shared_policy_that_one_role_never_needs_is_found() -> None:
    verdict = judge(evaluate(demands=DEMANDS[:-1]), {})

    assert verdict.idle == ["OtherRole has Shared"]


def test_a_reason_explains_what_it_names_and_no_more() -> None:
    demands = DEMANDS[2:]
    verdict = judge(evaluate(demands=demands), {"claim/Ledger/dynamodb:Put*": "on AWS only"})

    assert verdict.unused == ["claim/Ledger/dynamodb:GetItem"]
    assert verdict.explained == 1


def test_a_reason_without_a_cause_is_found() -> None:
    assert judge(evaluate(), {"*/Traces/*": "X-Ray"}).stale == ["*/Traces/*"]


def test_nothing_recorded_proves_nothing(tmp_path: Path) -> None:
    assert not judge(read(tmp_path), {}).holds


def test_records_of_several_sandboxes_count_together(tmp_path: Path) -> None:
    arn = "arn:aws:iam::1:role/{}"
    policies = {
        arn.format(role): [Policy(*each) for each in found] for role, found in POLICIES.items()
    }
    for part in (DEMANDS[:3], DEMANDS[3:], DEMANDS[:1]):
        book = Book()
        for role, demand in part:
            book.add(arn.format(role), demand)
            book.add(arn.format(role), demand)
        book.add("arn:aws:iam::1:role/of-another-stack", part[0][1])
        book.save(tmp_path, policies, {arn.format(role): role for role in POLICIES})

    findings = read(tmp_path)
    assert findings.demands == len(DEMANDS) + 1
    assert judge(findings, {}).holds
    assert (
        json.loads(next(tmp_path.glob("*.json")).read_text())["policies"].keys() == POLICIES.keys()
    )


def test_names_are_those_of_the_template() -> None:
    assert logical("slipway-ClaimReleaseRole-F3K3LQ1MNNQD", "slipway") == "ClaimReleaseRole"
    assert logical("another-ClaimReleaseRole-F3K3LQ1MNNQD", "slipway") is None
