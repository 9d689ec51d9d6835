"""READS: task definitions: families, their revisions, one of them, and what differs between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecscli.aws.client import Aws
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.console.api import Api, needed
from ecscli.console.screens.clusters import tags_of
from ecscli.console.screens.masking import masked
from ecscli.up.diff import changes
from ecscli.up.model import short
from ecscli.up.normalize import normalize

Query = Mapping[str, Any]
STATUSES = ("ACTIVE", "INACTIVE")
MOST = 1_000  # revisions of a status, the newest first


def families(api: Api, query: Query) -> list[Draft]:
    """The names of all families that have a revision, ACTIVE where one is."""
    active, every = api.aws.together(
        lambda: _families(api.aws, "ACTIVE"), lambda: _families(api.aws, "ALL")
    )
    known = set(active)
    return [
        {"family": name, "status": "ACTIVE" if name in known else "INACTIVE"}
        for name in sorted({*active, *every})
    ]


def _families(aws: Aws, status: str) -> list[str]:
    return list(aws.pages("ecs", "list_task_definition_families", "families", status=status))


def revisions(api: Api, query: Query) -> list[Draft]:
    """The revisions of a family with their status, the newest first."""
    family = needed(query, "family")
    found = api.aws.together(
        lambda: _revisions(api.aws, family, "ACTIVE"),
        lambda: _revisions(api.aws, family, "INACTIVE"),
    )
    rows = [
        {"family": family, "revision": number, "status": status}
        for status, numbers in zip(STATUSES, found, strict=True)
        for number in numbers
    ]
    return sorted(rows, key=lambda row: -int(str(row["revision"])))


def _revisions(aws: Aws, family: str, status: str) -> list[int]:
    """The numbers of the revisions; the prefix of ListTaskDefinitions is a whole family."""
    answer = aws.pages(
        "ecs",
        "list_task_definitions",
        "taskDefinitionArns",
        familyPrefix=family,
        status=status,
        sort="DESC",
    )
    found: list[int] = []
    for arn in answer:
        name, _, number = short(arn).rpartition(":")
        if name == family:
            found.append(int(number))
        if len(found) == MOST:
            break
    return found


def definition(api: Api, query: Query) -> Draft:
    """A task definition as AWS has it, with the values hidden that may be secrets."""
    return definition_document(described(api.aws, needed(query, "definition")))


def described(aws: Aws, name: str) -> Document:
    """DescribeTaskDefinition of ``family:revision``, with its tags. Raises InputError where there
    is none."""
    try:
        return aws.call("ecs", "describe_task_definition", taskDefinition=name, include=["TAGS"])
    except AwsError as error:
        if error.code != "ClientException":
            raise
        hint = "it may have been deleted; register one with `ecscli compose create`"
        raise InputError(f"there is no task definition {name}", hint=hint) from None


def definition_document(answer: Document) -> Draft:
    """What the screen shows of DescribeTaskDefinition's answer."""
    found = answer["taskDefinition"]
    return {
        "family": found.get("family", ""),
        "revision": found.get("revision", 0),
        "status": found.get("status", ""),
        "registeredAt": found.get("registeredAt"),
        "registeredBy": found.get("registeredBy"),
        "deregisteredAt": found.get("deregisteredAt"),
        "networkMode": found.get("networkMode"),
        "cpu": found.get("cpu"),
        "memory": found.get("memory"),
        "taskRole": _name(found.get("taskRoleArn")),
        "executionRole": _name(found.get("executionRoleArn")),
        "compatibilities": list(found.get("compatibilities") or ()),
        "tags": tags_of(answer.get("tags")),
        "document": masked(found),
    }


def _name(arn: str | None) -> str | None:
    return short(arn) if arn else None


def difference(api: Api, query: Query) -> Draft:
    """What differs between two task definitions, in the lines of plans."""
    names = needed(query, "from"), needed(query, "to")
    before, after = api.aws.together(
        lambda: described(api.aws, names[0]), lambda: described(api.aws, names[1])
    )
    return {"from": names[0], "to": names[1], "lines": difference_lines(before, after)}


def difference_lines(before: Document, after: Document) -> list[str]:
    """Lines of `plan` for two answers of DescribeTaskDefinition."""
    old, new = _written(before), _written(after)
    return list(changes(old, new, hidden=False))


def _written(answer: Document) -> Draft:
    """A definition as somebody has written it, with its tags."""
    return normalize({**answer["taskDefinition"], "tags": answer.get("tags") or []})
