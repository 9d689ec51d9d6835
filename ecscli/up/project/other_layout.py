"""READS: the ECS services of a project that its other layout has made on the cluster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.up.project.live import describe_all, read_services
from ecscli.up.project.ownership import is_of_layout_task, is_ours
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

GONE = "INACTIVE"


@record
class OtherService:
    """A service of the other layout, with the task definition that its tasks have."""

    service: ServiceTypeDef
    definition: Document

    @property
    def name(self) -> str:
        return str(self.service["serviceName"])


def of_layout_task(aws: Aws, names: Names, containers: Collection[str]) -> OtherService | None:
    """The one service of layout task, with the tasks of these containers; None where there is
    none, or somebody else's of this name."""
    service = describe_service(aws, names)
    if service is None or service.get("status") == GONE:
        return None
    found = with_definition(aws, service)
    return found if is_of_layout_task(service, found.definition, names, containers) else None


def of_layout_services(aws: Aws, names: Names) -> tuple[OtherService, ...]:
    """All services of layout services, whether the files still have them or not."""
    found = read_services(aws, names.cluster, f"{names.service}-")
    ours = [one for one in found.values() if is_ours(one, names.project)]
    return aws.together(*(partial(with_definition, aws, one) for one in ours))


def named_services(aws: Aws, names: Names, services: Sequence[str]) -> list[ServiceTypeDef]:
    """Those of these ECS services that layout services has made for the project."""
    found = describe_all(aws, names.cluster, services)
    live = [one for one in found if one.get("status") != GONE]
    return [one for one in live if is_ours(one, names.project)]


def with_definition(aws: Aws, service: ServiceTypeDef) -> OtherService:
    """The service with the task definition that it uses."""
    name = str(service.get("taskDefinition"))
    answer = aws.call("ecs", "describe_task_definition", taskDefinition=name)
    return OtherService(service, answer["taskDefinition"])
