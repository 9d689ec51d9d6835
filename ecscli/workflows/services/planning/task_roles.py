"""What the containers of a project may do at AWS -> their roles in the support stack, with consent,
and in the task definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.support.parts import Part
from ecscli.support.task_role import (
    TaskRights,
    groups_of_roles,
    task_role_outputs,
    task_roles_part,
)
from ecscli.support.template import part_of
from ecscli.up.project.storage import statements_of
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.support.consent import unagreed_roles
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.stacks import output_of
from ecscli.workflows.request import may_make_roles
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest

Wanted = Mapping[str, WantedService | WantedTasks]  # by the name of the group


def rights_of(wanted: WantedProject) -> list[TaskRights]:
    """What the containers of each group of the project may do, those without rights included."""
    return [
        TaskRights(name, one.managed, one.inline, tuple(statements_of(wanted.storage, name)))
        for name, one in wanted.policies.items()
    ]


def task_roles_of(wanted: WantedProject) -> Part:
    """The roles of the whole project, as the support stack has them."""
    return task_roles_part(wanted.arrangement.project.name, rights_of(wanted))


def with_task_roles(wanted: WantedProject, groups: Wanted, stack: LiveSupport) -> Wanted:
    """The groups, the task definitions with the roles of the support stack."""
    found = dict(groups)
    for group, output in task_role_outputs(rights_of(wanted)).items():
        if group in groups:
            definition = dict(groups[group].definition)
            family = definition.pop("family")
            role = output_of(output, wanted.names, stack)
            definition = {"family": family, "taskRoleArn": role, **definition}
            found[group] = replace(groups[group], definition=definition)
    return found


def roles_without_consent(
    request: ServicesRequest, wanted: WantedProject, stack: LiveSupport
) -> Iterator[Finding]:
    """A finding for each role that would be made or changed, where nobody has agreed to that."""
    if stack.denied and task_roles_of(wanted):
        raise stack.denied
    if not may_make_roles(request):
        yield from unagreed_roles(wanted.names, task_roles_of(wanted), stack)


def live_task_roles(stack: LiveSupport) -> dict[str, str]:
    """The ARNs of the roles that the stack has, by the groups that they were made for."""
    groups = groups_of_roles(part_of(stack.body))
    return {groups[id_]: arn for id_, arn in stack.outputs.items() if id_ in groups}
