"""What is live of a project: READS only, side by side where one does not need the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_session_over
from ecscli.base.errors import AccessError, InputError
from ecscli.base.records import field, record
from ecscli.up.service.names import Names
from ecscli.up.service.revisions import newest_definition
from ecscli.up.tasks.live import project_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ClusterTypeDef,
        DescribeTaskDefinitionResponseTypeDef,
        NetworkConfigurationOutputTypeDef,
        ServiceTypeDef,
        TaskTypeDef,
    )

    from ecscli.aws.client import Aws
    from ecscli.up.model import CreateLogGroup

DESCRIBED_SERVICES = 10  # the most that DescribeServices takes


@record
class LiveProject:
    """The facts that a plan needs; what was not asked for is empty.

    `definition` is DescribeTaskDefinition's answer for the newest ACTIVE revision of the family.
    """

    definition: DescribeTaskDefinitionResponseTypeDef | None = None
    service: ServiceTypeDef | None = None
    tasks: tuple[TaskTypeDef, ...] = ()
    long_arns: bool = True
    log_groups: frozenset[tuple[str, str]] = field(default=frozenset())  # (name, region)


def read_service(aws: Aws, names: Names, groups: Iterable[CreateLogGroup] = ()) -> LiveProject:
    """Service and newest revision in one round; the account's setting in a second where the service
    is to be made."""
    service, definition, found = aws.together(
        lambda: describe_service(aws, names),
        lambda: newest_definition(aws, names.family),
        lambda: existing_groups(aws, groups),
    )
    is_new = service is None or service.get("status") == "INACTIVE"
    return LiveProject(definition, service, (), long_arns(aws) if is_new else True, found)


def read_tasks(
    aws: Aws, names: Names, groups: Iterable[CreateLogGroup] = (), managed_tags: bool = True
) -> LiveProject:
    """Running tasks, newest revision and the account's setting in one round."""
    tasks, definition, setting, found = aws.together(
        lambda: project_tasks(aws, names, "RUNNING"),
        lambda: newest_definition(aws, names.family),
        lambda: not managed_tags or long_arns(aws),
        lambda: existing_groups(aws, groups),
    )
    return LiveProject(definition, None, tasks, setting, found)


def describe_service(aws: Aws, names: Names) -> ServiceTypeDef | None:
    """The service with its tags; None where there is none of this name."""
    query = {"cluster": names.cluster, "services": [names.service], "include": ["TAGS"]}
    answer = aws.call("ecs", "describe_services", **query)
    return next(iter(answer.get("services", ())), None)


def need_service(aws: Aws, names: Names) -> ServiceTypeDef:
    """The service, which must be there and not deleted."""
    service = describe_service(aws, names)
    if service is None or service.get("status") == "INACTIVE":
        raise no_service(names)
    return service


def no_service(names: Names) -> InputError:
    """The error of a service that does not exist."""
    return InputError(
        f"there is no service {names.service} in cluster {names.cluster}",
        hint=f"create it with `ecscli compose --project-name {names.project} service up`,"
        " or name another with --project-name and --cluster",
    )


def need_cluster(aws: Aws, cluster: str) -> ClusterTypeDef:
    """The cluster, which must be there: RunTask would find out after the registration only."""
    answer = aws.call("ecs", "describe_clusters", clusters=[cluster])
    found: list[ClusterTypeDef] = answer.get("clusters", [])
    for one in found:
        if one.get("status") != "INACTIVE":
            return one
    hint = f"create it with `ecscli up --cluster {cluster}`, or name another with --cluster"
    raise InputError(f"there is no cluster {cluster} in {aws.region}", hint=hint)


def network_of_service(aws: Aws, cluster: str, service: str) -> NetworkConfigurationOutputTypeDef:
    """The network configuration of a service, for tasks beside it."""
    found = need_service(aws, Names(service, cluster))
    network = found.get("networkConfiguration")
    if not network:
        raise InputError(
            f"service {service} has no network configuration",
            hint="name one in network mode awsvpc",
        )
    return network


def long_arns(aws: Aws) -> bool:
    """Whether tasks get long ARNs, which tags need; AWS's default where nobody may ask."""
    query = {"name": "taskLongArnFormat", "effectiveSettings": True}
    try:
        answer = aws.call("ecs", "list_account_settings", **query)
    except AccessError as error:
        if is_session_over(error):
            raise
        return True
    return all(setting.get("value") == "enabled" for setting in answer.get("settings", ())[:1])


def existing_groups(aws: Aws, groups: Iterable[CreateLogGroup]) -> frozenset[tuple[str, str]]:
    """Which of these log groups exist, as (name, region)."""
    asked = list(groups)
    found = aws.together(*(partial(_has_group, aws, group) for group in asked))
    pairs = zip(asked, found, strict=True)
    return frozenset((group.subject, group.region) for group, exists in pairs if exists)


def _has_group(aws: Aws, group: CreateLogGroup) -> bool:
    """Whether the group exists; the attempt to make it finds out where nobody may ask for it."""
    name = group.subject
    try:
        listed = aws.elsewhere(group.region).pages(
            "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
        )
        return any(one["logGroupName"] == name for one in listed)
    except AccessError as error:
        if is_session_over(error) or not group.implied:
            raise
        return False
