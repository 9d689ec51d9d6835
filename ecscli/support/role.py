"""PURE: what the execution role of a project must read -> its part of the support stack:
templates/support.yaml with the statements of its policy."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from ecscli.base.documents import Draft
from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.support.names import EXECUTION_ROLE
from ecscli.support.parts import Part
from ecscli.support.reads import ACTIONS, Reads, allowed, resource_text, statements

TEMPLATE = "templates/support.yaml"
READ = "read"  # name of the policy


def role_part(reads: Reads, live: str = "") -> Part:
    """The role and the output with its ARN; what the role of a `live` template may read stays."""
    tree = cfn.parse(resources.read(TEMPLATE))
    rows = _joined(_live_statements(live), statements(reads))
    if rows:
        policy = {"Version": "2012-10-17", "Statement": rows}
        role = tree["Resources"][EXECUTION_ROLE]["Properties"]
        role["Policies"] = [{"PolicyName": READ, "PolicyDocument": policy}]
    return Part(tree["Resources"], tree["Outputs"])


def _live_statements(body: str) -> list[Draft]:
    """What the role of a template may read."""
    role = (cfn.parse(body).get("Resources") or {}).get(EXECUTION_ROLE) or {}
    policies = (role.get("Properties") or {}).get("Policies") or ()
    own = [row["PolicyDocument"] for row in policies if row["PolicyName"] == READ]
    rows = [statement for document in own for statement in document["Statement"]]
    return [row for row in rows if row.get("Action") in ACTIONS]


def _joined(*parts: Iterable[Draft]) -> list[Draft]:
    """One statement for each action, in a stable order."""
    found: dict[str, dict[str, object]] = {action: {} for action in ACTIONS}
    for statement in chain(*parts):
        for resource in statement["Resource"]:
            found[statement["Action"]][resource_text(resource)] = resource
    return [
        allowed(action, [named[text] for text in sorted(named)])
        for action, named in found.items()
        if named
    ]


def lacking(body: str, reads: Reads) -> list[str]:
    """What the role of a template may not read, as resources of a policy."""
    known = _grants(_live_statements(body))
    needed = _grants(statements(reads))
    return [resource for action, resource in needed if (action, resource) not in known]


def surplus(body: str, reads: Reads) -> list[str]:
    """What the role of a template may read beyond this, as resources of a policy."""
    needed = _grants(statements(reads))
    found = _grants(_live_statements(body))
    return [resource for action, resource in found if (action, resource) not in needed]


def _grants(rows: Iterable[Draft]) -> dict[tuple[str, str], None]:
    """Each action with each resource that it is allowed on, in their order."""
    return {(row["Action"], resource_text(one)): None for row in rows for one in row["Resource"]}


def roles_of(body: str) -> dict[str, dict[str, list[str]]]:
    """For people: the role of a template by its logical id, with the names of AWS's policies, and
    for each action what it is allowed on."""
    role = (cfn.parse(body).get("Resources") or {}).get(EXECUTION_ROLE)
    if not role:
        return {}
    managed = (role.get("Properties") or {}).get("ManagedPolicyArns") or ()
    names = [resource_text(arn).rpartition("/")[2] for arn in managed]
    rows = _live_statements(body)
    reads = {str(row["Action"]): [_own_part(one) for one in row["Resource"]] for row in rows}
    return {EXECUTION_ROLE: {"policies": names, **reads}}


def _own_part(resource: object) -> str:
    """``secret:NAME`` of ``arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME``"""
    text = resource_text(resource).replace("AWS::", "")
    return text.split(":", 5)[-1]
