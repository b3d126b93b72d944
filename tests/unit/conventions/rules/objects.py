"""Who changes objects that only Slipway may change."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tests.unit.conventions.rules.reading import (
    as_list,
    identity_policies,
    of_kind,
    statements_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conventions.rules.reading import Template

_INSPECTED = ("accepted", "quarantine", "staging")
_CHANGES = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion")


def only_who_must_changes_what_was_inspected(template: Template) -> Iterator[str]:
    """The bucket refuses all others, whatever their own policies say, and nobody who must."""
    if "ArtifactBucket" not in template["Resources"]:
        return
    changing = {
        role for each in _INSPECTED for what in _CHANGES for role in _may(template, what, each)
    }
    for folder in _INSPECTED:
        for action in _CHANGES:
            spared = list(_spared(template, action, folder))
            if not spared:
                yield f"anybody with rights to the account may {action} below {folder}/"
            for roles in spared:
                for role in _may(template, action, folder) - roles:
                    yield f"{role} is refused {action} below {folder}/"
                for role in roles - changing:
                    yield f"{role} needs no {action} below {folder}/"


def _may(template: Template, action: str, folder: str) -> set[str]:
    return {
        name
        for name, statement in identity_policies(template)
        if action in as_list(statement["Action"]) and _below(statement, folder)
    }


def _spared(template: Template, action: str, folder: str) -> Iterator[set[str]]:
    """Give whom each refusal spares."""
    for _, policy in of_kind(template, "AWS::S3::BucketPolicy"):
        for statement in statements_of(policy):
            spared = statement.get("Condition", {}).get("ArnNotEquals", {}).get("aws:PrincipalArn")
            refused = any(fnmatchcase(action, each) for each in as_list(statement["Action"]))
            if spared and refused and statement["Effect"] == "Deny" and _below(statement, folder):
                yield {each["Fn::GetAtt"][0] for each in as_list(spared)}


def _below(statement: dict[str, Any], folder: str) -> bool:
    wanted = {"Fn::Sub": f"${{ArtifactBucket.Arn}}/{folder}/*"}
    return wanted in as_list(statement["Resource"])
