"""PURE: what the support stack of a project is to hold -> its template: templates/support.yaml with
what the role may read."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.errors import InputError
from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.support.names import EXECUTION_ROLE
from ecscli.support.reads import Reads, statements

TEMPLATE = "templates/support.yaml"
LARGEST = 51_200  # bytes of a template that is sent along with the call
CAPABILITIES = ("CAPABILITY_IAM",)
READ = "read"  # name of the policy


def template_body(reads: Reads) -> str:
    """The template as YAML. Raises InputError where CloudFormation would not take it."""
    body = cfn.dump(_document(reads))
    size = len(body.encode())
    if size > LARGEST:
        raise InputError(
            f"the template of the support stack has {size} bytes, and CloudFormation takes"
            f" {LARGEST}",
            hint="split the project, or name a role by task_definition.task_execution_role",
        )
    return body


def _document(reads: Reads) -> Draft:
    tree = cfn.parse(resources.read(TEMPLATE))
    rows = statements(reads)
    if rows:
        policy = {"Version": "2012-10-17", "Statement": rows}
        role = tree["Resources"][EXECUTION_ROLE]["Properties"]
        role["Policies"] = [{"PolicyName": READ, "PolicyDocument": policy}]
    return tree


def is_same(body: str, other: str) -> bool:
    """Whether two templates say the same, whatever their form."""
    return cfn.parse(body) == cfn.parse(other)


def roles_of(body: str) -> Draft:
    """The properties of the roles in a template by logical id, as plain data for people."""
    found = cfn.parse(body).get("Resources") or {}
    rows = {name: row for name, row in found.items() if row.get("Type") == "AWS::IAM::Role"}
    return {name: cfn.plain(row.get("Properties") or {}) for name, row in rows.items()}
