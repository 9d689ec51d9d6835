"""PURE: what the support stack of a project is to hold -> its template: templates/support.yaml with
what the role may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.support.names import EXECUTION_ROLE
from ecscli.support.reads import ACTIONS, Reads, allowed, resource_text, statements

TEMPLATE = "templates/support.yaml"
LARGEST = 51_200  # bytes of a template that is sent along with the call
CAPABILITIES = ("CAPABILITY_IAM",)
READ = "read"  # name of the policy


def template_body(reads: Reads, live: str = "") -> str:
    """The template as YAML; what the role of a `live` template may read stays. Raises InputError
    where CloudFormation would not take it."""
    body = cfn.dump(_document(_joined(_live_statements(live), statements(reads))))
    size = len(body.encode())
    if size > LARGEST:
        raise InputError(
            f"the template of the support stack has {size} bytes, and CloudFormation takes"
            f" {LARGEST}",
            hint="split the project, or name a role by task_definition.task_execution_role",
        )
    return body


def _document(rows: Sequence[Draft]) -> Draft:
    tree = cfn.parse(resources.read(TEMPLATE))
    if rows:
        policy = {"Version": "2012-10-17", "Statement": list(rows)}
        role = tree["Resources"][EXECUTION_ROLE]["Properties"]
        role["Policies"] = [{"PolicyName": READ, "PolicyDocument": policy}]
    return tree


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
    known = {
        (row["Action"], resource_text(one))
        for row in _live_statements(body)
        for one in row["Resource"]
    }
    return [
        resource_text(one)
        for row in statements(reads)
        for one in row["Resource"]
        if (row["Action"], resource_text(one)) not in known
    ]


def is_same(body: str, other: str) -> bool:
    """Whether two templates say the same, whatever their form."""
    return cfn.parse(body) == cfn.parse(other)


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
