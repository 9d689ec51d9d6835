"""Project, ecs-params and flags -> what is wanted on ECS, checked as far as that goes without
AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.base.tags import Tags
from ecscli.compose.params.read import EcsParams
from ecscli.up.discovery.desired import WantedDiscovery
from ecscli.up.model import CreateLogGroup, Request
from ecscli.up.service.names import Names

# Fields of ecs-params' run_params that RunTask takes too; the others are CreateService's alone
TASK_FIELDS = (
    "capacityProviderStrategy",
    "platformVersion",
    "enableExecuteCommand",
    "propagateTags",
)
FARGATE_PROVIDERS = {"FARGATE", "FARGATE_SPOT"}
# What CloudWatch Logs takes as retentionInDays
RETENTIONS = {
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
}


@record
class WantedTasks:
    """`fields` are those of RunTask beside cluster, task definition, count and group."""

    names: Names
    definition: Request
    fields: Request = field(default_factory=dict)
    tags: Tags = ()
    managed_tags: bool = True
    log_groups: tuple[CreateLogGroup, ...] = ()


@record
class WantedService:
    """`fields` are those of CreateService that files and flags give; `count` is asked for, `first`
    for a new one.

    `breaker` None: on for a new service, left alone on one that exists.
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
    discovery: WantedDiscovery | None = None


@record
class LaunchFlags:
    """What flags say about how tasks run."""

    launch_type: str | None = None
    capacity: Sequence[Document] = ()
    platform_version: str | None = None
    execute_command: bool | None = None
    propagate_tags: str | None = None


def effective_launch_type(launch: LaunchFlags, params: EcsParams) -> str | None:
    """The launch type that a task definition must fit: that of the capacity providers where they
    are Fargate's."""
    strategy = launch.capacity or params.service.get("capacityProviderStrategy") or ()
    providers = {item["capacityProvider"] for item in strategy}
    return "FARGATE" if providers and providers <= FARGATE_PROVIDERS else launch.launch_type


def task_fields(definition: Request, params: EcsParams, launch: LaunchFlags) -> Draft:
    """The fields of RunTask; CreateService takes all of them too."""
    fields: Draft = {name: params.service[name] for name in TASK_FIELDS if name in params.service}
    flags = {
        "capacityProviderStrategy": list(launch.capacity),
        "platformVersion": launch.platform_version,
        "enableExecuteCommand": launch.execute_command,
        "propagateTags": launch.propagate_tags,
    }
    fields |= {name: value for name, value in flags.items() if value not in (None, [])}
    if not fields.get("capacityProviderStrategy") and launch.launch_type:
        fields["launchType"] = launch.launch_type
    if definition.get("networkMode") == "awsvpc":
        fields["networkConfiguration"] = _network(params)
    if "platformVersion" not in fields and _needs_platform(definition, launch, params):
        fields["platformVersion"] = (
            "1.4.0"  # the first with EFS; LATEST is not older, the original said so too
        )
    fields |= {name: value for name, value in params.placement.items() if value}
    if params.managed_volumes:
        fields["volumeConfigurations"] = list(params.managed_volumes)
    return fields


def service_fields(
    definition: Request, params: EcsParams, launch: LaunchFlags, given: Mapping[str, Request]
) -> Draft:
    """The fields of CreateService: what the Compose file says under ecs-params, under the flags.

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
    return {**fields, **({"deploymentConfiguration": deployment} if deployment else {})}


def launch_findings(
    definition: Request, params: EcsParams, launch: LaunchFlags
) -> Iterator[Finding]:
    """Why tasks with these settings could never start."""
    awsvpc, mode = params.network.get("awsvpcConfiguration", {}), definition.get("networkMode")
    place = params.where("run_params", "network_configuration") or params.where(
        "task_definition", "ecs_network_mode"
    )
    if mode == "awsvpc" and not awsvpc.get("subnets"):
        yield Finding(
            "network mode awsvpc needs at least one subnet",
            place,
            "say run_params.network_configuration.awsvpc_configuration.subnets in ecs-params.yml",
        )
    if effective_launch_type(launch, params) == "FARGATE" and mode != "awsvpc":
        yield Finding(
            f"launch type FARGATE needs network mode awsvpc, not {mode or 'the default'}",
            params.where("task_definition", "ecs_network_mode"),
            "say task_definition.ecs_network_mode: awsvpc and the subnets in ecs-params.yml",
        )
    if launch.launch_type == "EXTERNAL" and mode == "awsvpc":
        yield Finding(
            "launch type EXTERNAL has no network mode awsvpc", place, "use bridge, host or none"
        )


def service_findings(definition: Request, fields: Request) -> Iterator[Finding]:
    """What contradicts inside the fields of a service."""
    containers = [container["name"] for container in definition["containerDefinitions"]]
    for balancer in fields.get("loadBalancers", ()):
        if balancer["containerName"] not in containers:
            yield Finding(
                f'the load balancer names container "{balancer["containerName"]}", which the'
                " project does not have",
                None,
                f"use one of {', '.join(containers)}",
            )
    if fields.get("schedulingStrategy") not in (None, "REPLICA", "DAEMON"):
        yield Finding(
            f'--scheduling-strategy: "{fields["schedulingStrategy"]}" is neither REPLICA nor DAEMON'
        )
    if fields.get("schedulingStrategy") == "DAEMON" and fields.get("launchType") == "FARGATE":
        yield Finding(
            "scheduling strategy DAEMON needs container instances", None, "use launch type EC2"
        )


def log_groups(
    definition: Request, region: str, retention: int | None
) -> tuple[list[CreateLogGroup], list[Finding]]:
    """The log groups of the containers with the log driver awslogs, each once."""
    found: dict[tuple[str, str], CreateLogGroup] = {}
    wrong = []
    for container in definition["containerDefinitions"]:
        logging = container.get("logConfiguration") or {}
        if logging.get("logDriver") != "awslogs":
            continue
        options = logging.get("options") or {}
        group, place = options.get("awslogs-group"), options.get("awslogs-region") or region
        for option in ("awslogs-group", "awslogs-stream-prefix"):
            if not options.get(option):
                wrong.append(
                    Finding(
                        f"container {container['name']}: --create-log-groups needs the option"
                        f" {option}"
                    )
                )
        if group:
            found[group, place] = CreateLogGroup({"logGroupName": group}, place, retention)
    if retention is not None and retention not in RETENTIONS:
        wrong.append(
            Finding(
                f"--log-retention: {retention} days is no choice",
                None,
                "use 1, 3, 5, 7, 14, 30, 60, 90, 180, 365...",
            )
        )
    return list(found.values()), wrong


def _network(params: EcsParams) -> Draft:
    awsvpc = params.network.get("awsvpcConfiguration", {})
    kept = {name: awsvpc[name] for name in ("subnets", "securityGroups") if awsvpc.get(name)}
    public = awsvpc.get("assignPublicIp")
    return {"awsvpcConfiguration": {**kept, **({"assignPublicIp": public} if public else {})}}


def _needs_platform(definition: Request, launch: LaunchFlags, params: EcsParams) -> bool:
    efs = any("efsVolumeConfiguration" in volume for volume in definition.get("volumes", ()))
    return efs and effective_launch_type(launch, params) == "FARGATE"
