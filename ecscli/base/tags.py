"""`--tags name=value,name=value` -> pairs and what is wrong with them, and pairs as AWS takes
them: one reading for every command.

ecs-cli's rule: split at each comma and at the first ``=`` of each item, nothing trimmed, values may
be empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecscli.base.errors import Finding, InputError

TagPairs = tuple[tuple[str, str], ...]
Tags = tuple[Mapping[str, str], ...]  # as ECS takes them: `key` and `value`
PROJECT_TAG = "ecscli:project"  # on what is made for a project
HINT = "for example --tags team=web,stage=test"


def parse_tags(text: str | None) -> tuple[TagPairs, tuple[Finding, ...]]:
    """The pairs in the order given, and a finding for each item that is not name=value."""
    pairs: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for item in text.split(",") if text else ():
        name, equals, value = item.partition("=")
        if name and equals:
            pairs.append((name, value))
        else:
            message = f'"{item}" is not of the form name=value'
            findings.append(Finding(message, "--tags", HINT))
    return tuple(pairs), tuple(findings)


def unique_tags(text: str | None) -> TagPairs:
    """The pairs, the last of a name winning. Raises InputError with a finding for each wrong
    item."""
    pairs, findings = parse_tags(text)
    if findings:
        raise InputError.of(findings)
    return tuple(dict(pairs).items())


def ecs_tags(pairs: Iterable[tuple[str, str]]) -> Tags:
    """The pairs in the shape of ECS's requests."""
    return tuple({"key": name, "value": value} for name, value in pairs)


def aws_tags(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The pairs in the shape of IAM, ECR and Secrets Manager."""
    return [{"Key": name, "Value": value} for name, value in pairs]
