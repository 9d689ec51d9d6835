"""READS: all ECS services of a project at once, and what a plan for each of them needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.base.records import field, record
from ecscli.up.model import CreateLogGroup, short
from ecscli.up.service.live import (
    DESCRIBED_SERVICES,
    LiveProject,
    existing_groups,
    long_arns,
)
from ecscli.up.service.revisions import newest_definition

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DescribeTaskDefinitionResponseTypeDef, ServiceTypeDef

    from ecscli.aws.client import Aws

AT_ONCE = 100  # the most that one page of ListServices has
Services = Mapping[str, "ServiceTypeDef"]  # by name


@record
class LiveServices:
    """What is live: services by name, newest revisions by family; see LiveProject for the rest."""

    services: Services = field(default_factory=dict)
    definitions: Mapping[str, DescribeTaskDefinitionResponseTypeDef | None] = field(
        default_factory=dict
    )
    long_arns: bool = True
    log_groups: frozenset[tuple[str, str]] = field(default=frozenset())

    def of(self, service: str, family: str) -> LiveProject:
        """The facts for the plan of one service."""
        return LiveProject(
            self.definitions.get(family),
            self.services.get(service),
            (),
            self.long_arns,
            self.log_groups,
        )


def read_services(aws: Aws, cluster: str, prefix: str) -> dict[str, ServiceTypeDef]:
    """The services of a cluster whose names begin with `prefix`, with their tags; without those
    that ECS has deleted. The names are listed in one round, and described in a second."""
    listed = aws.pages("ecs", "list_services", "serviceArns", cluster=cluster, maxResults=AT_ONCE)
    names = [name for name in map(short, listed) if name.startswith(prefix)]
    described = {one["serviceName"]: one for one in describe_all(aws, cluster, names)}
    return {name: one for name, one in described.items() if one.get("status") != "INACTIVE"}


def describe_all(aws: Aws, cluster: str, services: Sequence[str]) -> list[ServiceTypeDef]:
    """Services with their tags, in one round."""
    lots = batches(services, DESCRIBED_SERVICES)
    found = aws.together(*(partial(_describe, aws, cluster, lot) for lot in lots))
    return [one for lot in found for one in lot]


def _describe(aws: Aws, cluster: str, services: Sequence[str]) -> list[ServiceTypeDef]:
    """Up to ten services with their tags."""
    query = {"cluster": cluster, "services": list(services), "include": ["TAGS"]}
    found: list[ServiceTypeDef] = aws.call("ecs", "describe_services", **query)["services"]
    return found


def read_project(
    aws: Aws,
    cluster: str,
    prefix: str,
    families: Sequence[str],
    groups: Iterable[CreateLogGroup],
) -> LiveServices:
    """Services, newest revisions, log groups and the account's setting, side by side."""
    services, definitions, log_groups, setting = aws.together(
        lambda: read_services(aws, cluster, prefix),
        lambda: aws.together(*(partial(newest_definition, aws, name) for name in families)),
        lambda: existing_groups(aws, groups),
        lambda: long_arns(aws),
    )
    by_family = dict(zip(families, definitions, strict=True))
    return LiveServices(services, by_family, setting, log_groups)
