"""PURE: what the containers of each group of services may do at AWS -> its role in the support
stack.

Sources: AWS::IAM::Role in the CloudFormation reference; "Task IAM role" in the ECS developer guide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.marks import Tagged
from ecscli.base.records import record
from ecscli.support.parts import Part, joined, logical_ids
from ecscli.support.reads import resource_text

ROLE = "AWS::IAM::Role"
OF_AWS = "arn:${AWS::Partition}:iam::aws:policy/"
GROUP_TAG = "ecscli:service"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@record
class TaskRights:
    """What the containers of a group may do: `managed` policies by ARN, those of AWS by name too,
    `inline` policy documents, and further `statements`, such as those for its file systems."""

    group: str
    managed: tuple[str, ...] = ()
    inline: tuple[Document, ...] = ()
    statements: tuple[Document, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.managed or self.inline or self.statements)


def task_role_outputs(rights: Iterable[TaskRights]) -> dict[str, str]:
    """The output with the ARN of the role of each group that has rights. Give all groups of the
    project, so that no role gets the name of another one."""
    given = list(rights)
    ids = logical_ids("TaskRole", (one.group for one in given))
    return {one.group: ids[one.group] for one in given if one}


def task_roles_part(project: str, rights: Sequence[TaskRights]) -> Part:
    """A role for each group that has rights, and an output with its ARN."""
    outputs = task_role_outputs(rights)
    return joined(_role(project, one, outputs[one.group]) for one in rights if one)


def _role(project: str, rights: TaskRights, id_: str) -> Part:
    properties: Draft = {
        "Description": f"What the containers of {rights.group} of project {project} may do",
        "AssumeRolePolicyDocument": TRUST,
        "Tags": [{"Key": GROUP_TAG, "Value": rights.group}],
    }
    if rights.managed:
        properties["ManagedPolicyArns"] = [_arn(one) for one in rights.managed]
    documents = list(rights.inline)
    if rights.statements:
        documents.append({"Version": "2012-10-17", "Statement": list(rights.statements)})
    if documents:
        properties["Policies"] = [
            {"PolicyName": f"policy-{number}", "PolicyDocument": document}
            for number, document in enumerate(documents, 1)
        ]
    resource = {"Type": ROLE, "Properties": properties}
    return Part({id_: resource}, {id_: {"Value": {"Fn::GetAtt": [id_, "Arn"]}}})


def _arn(policy: str) -> str | Tagged:
    return policy if policy.startswith("arn:") else Tagged("!Sub", OF_AWS + policy)


# ------------------------------------------------------------- roles of a template


def task_roles(whole: Part) -> dict[str, Document]:
    """The properties of the roles of groups in a template, by logical id."""
    found = {}
    for id_, resource in whole.resources.items():
        properties = resource.get("Properties") or {}
        if resource.get("Type") == ROLE and _group(properties):
            found[id_] = properties
    return found


def groups_of_roles(whole: Part) -> dict[str, str]:
    """The group of each role in a template, by logical id."""
    return {id_: _group(properties) for id_, properties in task_roles(whole).items()}


def _group(properties: Document) -> str:
    tags = {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags") or ()}
    return tags.get(GROUP_TAG, "")


def task_rights_of(whole: Part) -> dict[str, Draft]:
    """For people: each role with the names of its managed policies, and the statements of its own
    ones."""
    return {id_: _rights_of(properties) for id_, properties in task_roles(whole).items()}


def _rights_of(properties: Document) -> Draft:
    managed = [resource_text(arn) for arn in properties.get("ManagedPolicyArns") or ()]
    documents = [one["PolicyDocument"] for one in properties.get("Policies") or ()]
    statements = [statement for one in documents for statement in one["Statement"]]
    found = {"policies": [arn.removeprefix(OF_AWS) for arn in managed], "statements": statements}
    return {name: value for name, value in found.items() if value}
