"""Project, ecs-params and flags -> the desired state on ECS, checked as far as that goes without
AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.limits import FARGATE
from ecscli.base.records import field, record
from ecscli.base.tags import Tags
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.params.read import EcsParams
from ecscli.compose.rules import run_problems
from ecscli.compose.rules.subject import Run, Subject
from ecscli.compose.task.definition import TaskDefinition
from ecscli.up.model import (
    BuildImage,
    BuiltImage,
    CreateLogGroup,
    CreateRepository,
    Request,
)
from ecscli.up.secrets.plan import SecretPlan
from ecscli.up.service.names import Names
from ecscli.up.support.plan import SupportStack

if TYPE_CHECKING:
    from ecscli.up.discovery.desired import WantedDiscovery

# Fields of ecs-params' run_params that RunTask takes too; the others are CreateService's alone
TASK_FIELDS = (
    "capacityProviderStrategy",
    "platformVersion",
    "enableExecuteCommand",
    "propagateTags",
)
# Field of CreateService -> the flag by which a finding names it
FLAGS = {
    "availabilityZoneRebalancing": "--availability-zone-rebalancing",
    "capacityProviderStrategy": "--capacity-provider",
    "deploymentConfiguration": "--deployment-min-healthy-percent",
    "enableExecuteCommand": "--enable-execute-command",
    "healthCheckGracePeriodSeconds": "--health-check-grace-period",
    "loadBalancers": "--container-name",
    "platformVersion": "--platform-version",
    "propagateTags": "--propagate-tags",
    "role": "--role",
    "schedulingStrategy": "--scheduling-strategy",
}
Published = tuple[tuple[int, str], ...]  # container port, protocol
PLATFORM_WITH_EFS = "1.4.0"  # the first; LATEST is not older, and ecs-cli named it too


@record
class WantedTasks:
    """`fields` are those of RunTask beside cluster, task definition, count and group;
    `as_ecs_cli`: of files whose meaning is ecs-cli's, which sent names without a look; `published`:
    the container ports that clients use, without those that are only exposed; `builds`: what a
    plan that is only shown would build; `built`: the images that are there already; `support`: the
    stack that has the execution role; `secrets`: what is written of them."""

    names: Names
    definition: Request
    fields: Request = field(default_factory=dict)
    tags: Tags = ()
    managed_tags: bool = True
    log_groups: tuple[CreateLogGroup, ...] = ()
    secrets: SecretPlan = SecretPlan()
    builds: tuple[CreateRepository | BuildImage, ...] = ()
    built: tuple[BuiltImage, ...] = ()
    as_ecs_cli: bool = False
    published: Published = ()
    support: SupportStack | None = None


@record
class WantedService:
    """`fields` are those of CreateService that files and flags give; `count` is asked for, `first`
    for a new one.

    `breaker` None: on for a new service, left alone on one that exists. `as_ecs_cli`, `published`,
    `support`: see WantedTasks.
    """

    names: Names
    definition: Request
    fields: Request = field(default_factory=dict)
    count: int | None = None
    first: int = 1
    tags: Tags = ()
    managed_tags: bool = True
    force: bool = False
    breaker: bool | None = None
    log_groups: tuple[CreateLogGroup, ...] = ()
    secrets: SecretPlan = SecretPlan()
    builds: tuple[CreateRepository | BuildImage, ...] = ()
    built: tuple[BuiltImage, ...] = ()
    discovery: WantedDiscovery | None = None
    as_ecs_cli: bool = False
    published: Published = ()
    support: SupportStack | None = None


def task_fields(definition: TaskDefinition, params: EcsParams, launch: LaunchFlags) -> Draft:
    """The fields of RunTask; CreateService takes all of them too."""
    fields = {name: params.service[name] for name in TASK_FIELDS if name in params.service}
    fields |= _launch_fields(launch)
    if not fields.get("capacityProviderStrategy") and launch.launch_type:
        fields["launchType"] = launch.launch_type
    network = network_fields(definition.request, params)
    if network:
        fields["networkConfiguration"] = network
    if "platformVersion" not in fields and _mounts_efs_on_fargate(definition):
        fields["platformVersion"] = PLATFORM_WITH_EFS
    fields |= {name: value for name, value in params.placement.items() if value}
    if params.managed_volumes:
        fields["volumeConfigurations"] = list(params.managed_volumes)
    return fields


def _launch_fields(launch: LaunchFlags) -> Draft:
    fields = {
        "capacityProviderStrategy": list(launch.capacity),
        "platformVersion": launch.platform_version,
        "enableExecuteCommand": launch.execute_command,
        "propagateTags": launch.propagate_tags,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def network_fields(definition: Request, params: EcsParams) -> Draft:
    """The networkConfiguration of tasks in network mode awsvpc; empty for the others."""
    if definition.get("networkMode") != "awsvpc":
        return {}
    awsvpc = params.network.get("awsvpcConfiguration", {})
    names = ("subnets", "securityGroups", "assignPublicIp")
    given = {name: awsvpc[name] for name in names if awsvpc.get(name)}
    return {"awsvpcConfiguration": given} if given else {}


def lacks_subnets(definition: Document, fields: Document) -> bool:
    """Whether tasks need a subnet, and neither files nor flags name one."""
    return definition.get("networkMode") == "awsvpc" and not awsvpc_of(fields).get("subnets")


def awsvpc_of(fields: Document) -> Document:
    """The awsvpcConfiguration in the fields of a service or task."""
    return (fields.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}


def with_network(fields: Document, filled: Mapping[str, object]) -> Draft:
    """The fields with a network; what files and flags give of it wins."""
    network = {"awsvpcConfiguration": {**filled, **awsvpc_of(fields)}}
    return {**fields, "networkConfiguration": network}


def _mounts_efs_on_fargate(definition: TaskDefinition) -> bool:
    volumes = definition.request.get("volumes", ())
    efs = any("efsVolumeConfiguration" in volume for volume in volumes)
    return efs and definition.launch.on_fargate


def service_fields(
    definition: TaskDefinition, params: EcsParams, launch: LaunchFlags, given: Mapping[str, Request]
) -> Draft:
    """The fields of CreateService: the Compose file, over it ecs-params, over them the flags.

    `given` holds the fields of both ends by "compose" and "flags"; how to deploy is joined field by
    field.
    """
    layers = (
        given["compose"],
        params.service,
        task_fields(definition, params, launch),
        given["flags"],
    )
    fields: Draft = {}
    deployment: Draft = {}
    for layer in layers:
        fields |= layer
        deployment |= layer.get("deploymentConfiguration", {})
    fields.pop("desiredCount", None)
    if deployment:
        fields["deploymentConfiguration"] = deployment
    return fields


def service_findings(subject: Subject, fields: Request, of_files: Request) -> Iterator[Finding]:
    """What ECS would refuse in the fields of a service, flags included; what the files alone give
    has been judged with them.

    In files that ecs-cli read, what it sent is sent; only what it refused as well is refused.
    """
    if subject.project.dialect.reproduces_ecs_cli:
        yield from _contradictions(subject.definition, fields)
        return
    known = set(run_problems(_with_run(subject, Run(of_files))))
    for problem in run_problems(_with_run(subject, Run(fields, _flags_of(fields, of_files)))):
        if problem.severity == "error" and problem not in known:
            yield problem.finding()


def _with_run(subject: Subject, run: Run) -> Subject:
    """The same task definition, run otherwise."""
    return Subject(subject.definition, subject.launch_type, subject.project, subject.params, run)


def _flags_of(fields: Request, of_files: Request) -> dict[str, str]:
    """The flag of each field that is not as the files give it."""
    return {
        field: flag
        for field, flag in FLAGS.items()
        if field in fields and fields[field] != of_files.get(field)
    }


def _contradictions(definition: Request, fields: Request) -> Iterator[Finding]:
    yield from _balanced_containers(definition, fields)
    strategy = fields.get("schedulingStrategy")
    if strategy == "DAEMON" and fields.get("launchType") == FARGATE:
        message = "scheduling strategy DAEMON needs container instances"
        yield Finding(message, None, "use launch type EC2")


def _balanced_containers(definition: Request, fields: Request) -> Iterator[Finding]:
    containers = [container["name"] for container in definition["containerDefinitions"]]
    for balancer in fields.get("loadBalancers", ()):
        name = balancer["containerName"]
        if name not in containers:
            yield Finding(
                f'the load balancer names container "{name}", which the project does not have',
                None,
                f"use one of {', '.join(containers)}",
            )
