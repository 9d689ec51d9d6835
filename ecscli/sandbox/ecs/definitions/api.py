"""Task definitions over the API: registered, described, listed, deregistered, deleted."""

from __future__ import annotations

from ecscli.sandbox.ecs.checks.rule import complaints
from ecscli.sandbox.ecs.checks.tasks.definition import refusals
from ecscli.sandbox.ecs.checks.tasks.fargate import FARGATE_RULES
from ecscli.sandbox.ecs.definitions.document import needs_of, normalised
from ecscli.sandbox.ecs.definitions.required import attribute_names, required_attributes
from ecscli.sandbox.ecs.described import listed_names
from ecscli.sandbox.ecs.model import Definition
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import client
from ecscli.sandbox.shapes import Json

#: "You can delete up to 10 task definitions" with one call (DeleteTaskDefinitions).
MOST_DELETED = 10


def compatibilities(document: Json) -> list[str]:
    """The launch types that the task definition could run on."""
    asked = document.get("requiresCompatibilities", [])
    found = []
    if document.get("networkMode") != "awsvpc" and "FARGATE" not in asked:
        found.append("EXTERNAL")
    found.append("EC2")
    if not any(complaints(FARGATE_RULES, document)):
        found.append("FARGATE")
    return found


def register(ecs: Ecs, request: Json) -> Json:
    document = normalised(request)
    for complaint in refusals(document):
        raise client(complaint)
    tags = checked_tags(request.get("tags") or [])
    family = request["family"]
    revisions = ecs.families.setdefault(family, [])
    revision = revisions[-1].revision + 1 if revisions else 1
    document.update(
        taskDefinitionArn=ecs.arn("task-definition", f"{family}:{revision}"),
        family=family,
        revision=revision,
        status="ACTIVE",
        requiresAttributes=required_attributes(document),
        compatibilities=compatibilities(document),
        registeredAt=ecs.now,
        registeredBy=ecs.root,
    )
    required = attribute_names(document["requiresAttributes"])
    revisions.append(Definition(document, needs_of(document), tags, required))
    return {"taskDefinition": document, "tags": tags}


def describe(ecs: Ecs, request: Json) -> Json:
    found = ecs.definition(request["taskDefinition"])
    answer: Json = {"taskDefinition": found.document}
    if "TAGS" in (request.get("include") or []):
        answer["tags"] = found.tags
    return answer


def revision_of(ecs: Ecs, name: str) -> Definition:
    """The task definition of a name that has to have a revision."""
    if ":" not in name.rpartition("/")[2]:
        raise client("Revision is missing.")
    return ecs.definition(name)


def deregister(ecs: Ecs, request: Json) -> Json:
    found = revision_of(ecs, request["taskDefinition"])
    found.document.update(status="INACTIVE", deregisteredAt=ecs.now)
    return {"taskDefinition": found.document}


def delete(ecs: Ecs, request: Json) -> Json:
    """Every name is looked up before anything is deleted."""
    names = listed_names(request["taskDefinitions"], "taskDefinitions", MOST_DELETED)
    done, failures = [], []
    for found in [revision_of(ecs, name) for name in names]:
        if found.active:
            failures.append({"arn": found.arn, "reason": STILL_ACTIVE})
            continue
        found.document["status"] = "DELETE_IN_PROGRESS"
        done.append(found.document)
    return {"taskDefinitions": done, "failures": failures}


STILL_ACTIVE = (
    "The specified task definition is still in ACTIVE status. "
    "Please deregister the target and try again."
)


def listed(ecs: Ecs, request: Json) -> Json:
    wanted = request.get("status") or "ACTIVE"
    prefix = request.get("familyPrefix")
    arns = [
        one.arn
        for family in sorted(ecs.families)
        if prefix in (None, "", family)
        for one in ecs.families[family]
        if one.document["status"] == wanted
    ]
    if request.get("sort") == "DESC":
        arns.reverse()
    return page("taskDefinitionArns", arns, request)


#: Whether a family may have an active revision, by the status that is asked for.
FAMILY_STATUS = {"ACTIVE": (True,), "INACTIVE": (False,), "ALL": (True, False)}


def families(ecs: Ecs, request: Json) -> Json:
    accepted = FAMILY_STATUS[request.get("status") or "ACTIVE"]
    prefix = request.get("familyPrefix") or ""
    names = [
        name
        for name in sorted(ecs.families)
        if name.startswith(prefix) and any(one.active for one in ecs.families[name]) in accepted
    ]
    return page("families", names, request)


ACTIONS = {
    "RegisterTaskDefinition": register,
    "DescribeTaskDefinition": describe,
    "DeregisterTaskDefinition": deregister,
    "DeleteTaskDefinitions": delete,
    "ListTaskDefinitions": listed,
    "ListTaskDefinitionFamilies": families,
}
