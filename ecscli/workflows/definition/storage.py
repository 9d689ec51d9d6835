"""A translated project whose volumes are kept in EFS -> the same with the support stack that makes
their file systems, and with a task role that may mount them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import replace
from ecscli.compose.storage.model import mounted
from ecscli.support.names import stack_name
from ecscli.support.parts import Part
from ecscli.support.task_role import TaskRights, task_role_outputs, task_roles_part
from ecscli.support.template import compact_body, part_of
from ecscli.up.model import Event
from ecscli.up.project.storage import (
    ProjectStorage,
    StoragePlace,
    moved_findings,
    stack_part,
    statements_of,
    storage_remarks,
    values_of,
    with_ids,
)
from ecscli.up.service.desired import awsvpc_of
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names
from ecscli.up.service.network import read_network
from ecscli.up.support.consent import unagreed_roles
from ecscli.up.support.deployment import deployment, foreign
from ecscli.up.support.file_systems import read_default_group
from ecscli.up.support.live import LiveSupport, read_stack
from ecscli.up.support.plan import SupportStack
from ecscli.up.support.stacks import output_of
from ecscli.workflows.definition.execution_role import RoleRequest
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, names_on_cluster, refuse
from ecscli.workflows.storage.place import check_reach, found_again, in_zones, instances_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

BEFORE = "before the tasks"


def with_storage(
    connect: Connect, request: RoleRequest, found: Translation
) -> Generator[Event, None, Translation]:
    """The same with the storage of the project. Raises InputError with what stands in the way of
    it."""
    names = names_on_cluster(found.project, request.settings)
    project = _storage(names, found)
    if not project.makes and not project.existing:
        return found
    aws = connect()
    live = read_stack(aws, names)
    if live.stack is not None and not live.is_of(names):
        raise foreign(names, live.stack)
    project = found_again(aws, names, project, live)
    rights = TaskRights(names.project, statements=tuple(statements_of(project, names.project)))
    roles = task_roles_part(names.project, [rights])
    if not request.consent:
        refuse(list(unagreed_roles(names, roles, live)))
    subnets, groups = _network(aws, request, names, found)
    check_reach(aws, project.existing, subnets)
    place = _place(aws, names, subnets, groups) if project.makes else None
    part = stack_part(names, project, place, live)
    refuse(list(moved_findings(names, project, live, part)))
    yield from warnings(storage_remarks(names, project, live, part))
    definition = with_ids(found.definition.request, values_of(names, project, live, part))
    for output in task_role_outputs([rights]).values():
        definition["taskRoleArn"] = output_of(output, names, live)
    return replace(
        found,
        definition=replace(found.definition, request=definition),
        support=_support(names, found, part + roles, live),
    )


def _storage(names: Names, found: Translation) -> ProjectStorage:
    """The volumes of the project, whose services are one group."""
    definition, storage = found.definition.request, found.definition.storage
    role = definition.get("taskRoleArn")
    return ProjectStorage(
        storage,
        {names.project: mounted(definition, storage)},
        {names.project: str(role)} if role else {},
    )


def _support(
    names: Names, found: Translation, more: Part, live: LiveSupport
) -> SupportStack | None:
    """The stack with all that it has, with the execution role where that is made or changed, and
    with storage."""
    planned = found.support.deployment if found.support else None
    has = part_of(live.body)
    base = part_of(str(planned.request["TemplateBody"])) if planned else has
    whole = base + part_of(compact_body(more))
    name = stack_name(names.cluster, names.project)
    if whole == has:
        return SupportStack(name)
    before = compact_body(has) if has else ""
    return SupportStack(name, deployment(names, whole, compact_body(whole), before, BEFORE))


# ------------------------------------------------------------- where it is reached


def _place(aws: Aws, names: Names, subnets: Sequence[str], groups: Sequence[str]) -> StoragePlace:
    """The zones of the tasks, or of the instances that mount for them, and who may come."""
    vpc, zones = in_zones(aws, subnets)
    clients = dict.fromkeys(groups or read_default_group(aws, vpc))
    return StoragePlace(vpc, zones, {names.project: {group: group for group in clients}})


def _network(
    aws: Aws, request: RoleRequest, names: Names, found: Translation
) -> tuple[Sequence[str], Sequence[str]]:
    """The subnets and security groups of the tasks: as files give them, as the service has them,
    or those of the cluster's stack; of the instances where these mount."""
    stack = request.settings.stack_name.value or ""
    if found.definition.request.get("networkMode") != "awsvpc":
        instances = instances_of(aws, stack, needed=bool(found.definition.storage.made))
        return instances.subnets, instances.security_groups
    given: Document = awsvpc_of({"networkConfiguration": found.params.network})
    if not given.get("subnets"):
        service = describe_service(aws, names)
        if service is not None and service.get("status") == "ACTIVE":
            given = {**awsvpc_of({**service}), **given}
    if given.get("subnets"):
        return given["subnets"], given.get("securityGroups") or ()
    network = read_network(aws, stack)
    return network.subnets, given.get("securityGroups") or network.security_groups
