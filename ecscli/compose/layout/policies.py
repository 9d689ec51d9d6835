"""`policies` of the services of a group -> what the role of its containers gets, checked against
what IAM takes.

Source: "IAM and AWS STS quotas" in the IAM user guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.findings import Findings
from ecscli.base.marks import Map, Mark
from ecscli.compose.ecs import docker_keys
from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.params.policy_settings import Policies, document_in, policies_in
from ecscli.compose.project.model import Service
from ecscli.compose.task.definition import TaskSettings

MOST_MANAGED = 10  # policies that a role takes, unless the account's quota was raised
LARGEST_INLINE = 10_240  # characters of all policy documents of a role
Placed = tuple[Policies, Mark | None, str]  # with the place and the key where they are written


def policies_of(group: Group, settings: TaskSettings, findings: Findings) -> Policies:
    """What all services of the group need together."""
    found = Policies()
    for policies, mark, key in _written(group):
        found = found.with_more(policies)
        _refuse_two_roles(group, settings, mark, key, findings)
        _check_limits(found, mark, key, findings)
    return found


def _written(group: Group) -> Iterator[Placed]:
    """What each key of the files names."""
    for name, service in zip(group.services, group.project.services, strict=True):
        given = group.params.layout.services.get(name, Map())
        own = policies_in(given.get("policies"))
        if own:
            yield own, given.keys_at.get("policies"), f"service_params.{name}.policies"
        yield from _of_docker(name, service)


def _of_docker(name: str, service: Service) -> Iterator[Placed]:
    """What the keys of Docker's ECS integration name."""
    managed = docker_keys.policies(service.tree)
    document = docker_keys.role(service.tree)
    for key, found in (
        (docker_keys.POLICIES, policies_in(managed)),
        (docker_keys.ROLE, document_in(document)),
    ):
        if found:
            yield found, service.where(key), f"services.{name}.{key}"


def _refuse_two_roles(
    group: Group, settings: TaskSettings, mark: Mark | None, key: str, findings: Findings
) -> None:
    """Note policies beside a role that flags or files name for the containers."""
    named = _named_role(group, settings)
    if named:
        findings.error(
            f"the containers have a role already, by {named}",
            mark,
            "keep one of them: attach the policies to that role, or leave the role out",
            key,
        )


def _named_role(group: Group, settings: TaskSettings) -> str:
    """What names the role, with its place; empty for nothing."""
    params = group.params
    if settings.task_role_arn:
        return "--task-role-arn"
    if params.task.get("taskRoleArn"):
        return f"task_role_arn ({params.where('task_definition', 'task_role_arn')})"
    if params.extra.get("taskRoleArn"):
        place = params.where("task_definition", "task_definition_extra", "taskRoleArn")
        return f"task_definition_extra ({place})"
    return ""


def _check_limits(found: Policies, mark: Mark | None, key: str, findings: Findings) -> None:
    if len(found.managed) > MOST_MANAGED:
        findings.error(
            f"the role gets {len(found.managed)} policies, and takes {MOST_MANAGED}",
            mark,
            "write what is needed of them as one policy document",
            key,
        )
    if found.size > LARGEST_INLINE:
        findings.error(
            f"the policy documents of the role have {found.size} characters, and it takes"
            f" {LARGEST_INLINE}",
            mark,
            "make a policy of your own of them, and name its ARN",
            key,
        )
