"""Flags, stored configuration, ecs-params and Compose files -> where a task will run: its launch
type, capacity providers, network mode and platform, decided once.

Sources: CapacityProviderStrategyItem, NetworkMode and RuntimePlatform in the ECS API reference.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.limits import EC2, EXTERNAL, FARGATE, FARGATE_PROVIDERS
from ecscli.base.marks import Mark
from ecscli.base.records import record, replace
from ecscli.compose.ecs.agent_role import ClusterStack
from ecscli.compose.ecs.agreement import agreed
from ecscli.compose.ecs.limits import NETWORK_MODES
from ecscli.compose.params.read import EcsParams, Wire
from ecscli.compose.project.model import Service

ARCHITECTURES = {"amd64": "X86_64", "x86_64": "X86_64", "arm64": "ARM64", "aarch64": "ARM64"}
STRATEGY = ("run_params", "capacity_provider_strategy")


@record
class LaunchFlags:
    """What flags and the stored configuration ask for.

    `launch_type_source` is where the launch type comes from: a flag, an entry of a configuration
    file, or the stack of the cluster, which is then `of_stack`. `architecture` is that of the
    cluster's instances, x86_64 or arm64, where ecs-cluster.yml or the stack has it.
    """

    launch_type: str | None = None
    capacity: Sequence[Document] = ()  # items of a capacityProviderStrategy
    platform_version: str | None = None
    execute_command: bool | None = None
    propagate_tags: str | None = None
    launch_type_source: str = "--launch-type"
    of_stack: bool = False
    architecture: str | None = None

    @property
    def launch_type_is_stored(self) -> bool:
        """Whether the launch type is a default of a configuration file rather than a flag."""
        return not self.launch_type_source.startswith("--")


@record
class LaunchTarget:
    """Where a task will run.

    `launch_type` is EC2, FARGATE, EXTERNAL or None: not given, which ECS takes for EC2. `capacity`
    is the capacityProviderStrategy, empty where the launch type alone decides. `network_mode` is
    None where nothing names one, which is bridge on Linux instances. `platform` is the
    runtimePlatform, if there is one.
    """

    launch_type: str | None = None
    capacity: tuple[Wire, ...] = ()
    network_mode: str | None = None
    platform: Document | None = None

    @property
    def effective_launch_type(self) -> str:
        """The launch type whose rules ECS applies."""
        return self.launch_type or EC2

    @property
    def on_fargate(self) -> bool:
        return self.launch_type == FARGATE


def on_cluster(flags: LaunchFlags, params: EcsParams, cluster: ClusterStack | None) -> LaunchFlags:
    """The same, with Fargate where flags and files are silent and the cluster has no instances, and
    with the architecture of those that it has."""
    if cluster is None:
        return flags
    known = replace(flags, architecture=flags.architecture or cluster.architecture)
    if not cluster.on_fargate or names_launch_type(flags, params):
        return known
    return replace(
        known,
        launch_type=FARGATE,
        capacity=cluster.strategy,
        launch_type_source=f"stack {cluster.name}",
        of_stack=True,
    )


def names_launch_type(flags: LaunchFlags, params: EcsParams) -> bool:
    """Whether flags or files decide the launch type, so that the cluster does not."""
    return bool(
        flags.launch_type
        or flags.capacity
        or params.service.get("capacityProviderStrategy")
        or params.extra.get("requiresCompatibilities")
    )


def decide(
    services: Sequence[Service],
    params: EcsParams,
    flags: LaunchFlags,
    exact: bool,
    findings: Findings,
) -> LaunchTarget:
    """The launch target of a task with these services.

    `exact`: the files are those of ecs-cli, which chose no network mode. Contradictions are
    errors that name both places.
    """
    capacity = tuple(flags.capacity or params.service.get("capacityProviderStrategy") or ())
    launch_type = _launch_type(capacity, params, flags, findings)
    if flags.of_stack:
        message = f"launch type {launch_type}: {flags.launch_type_source} has no instances"
        findings.notice(message)
    return LaunchTarget(
        launch_type,
        capacity,
        _network_mode(services, params, launch_type, exact, findings),
        _platform(services, params, findings),
    )


# ------------------------------------------------------------- launch type and capacity providers


def _launch_type(
    capacity: Sequence[Document], params: EcsParams, flags: LaunchFlags, findings: Findings
) -> str | None:
    """The launch type of the capacity providers where there are any, else the one asked for."""
    providers = [str(item.get("capacityProvider", "")) for item in capacity]
    if not providers:
        return flags.launch_type
    of_fargate = [name for name in providers if name in FARGATE_PROVIDERS]
    place = "--capacity-provider" if flags.capacity else params.where(*STRATEGY)
    if of_fargate and len(of_fargate) < len(providers):
        message = f"a capacity provider strategy cannot mix {' and '.join(providers)}"
        hint = "use FARGATE and FARGATE_SPOT alone, or Auto Scaling group providers alone"
        findings.error(message, place, hint)
        return flags.launch_type
    if of_fargate:
        if flags.launch_type in (EC2, EXTERNAL):
            _contradiction(providers, place, FARGATE, flags, findings)
        return FARGATE
    if flags.launch_type in (FARGATE, EXTERNAL):
        _contradiction(providers, place, EC2, flags, findings)
        return EC2
    return flags.launch_type


def _contradiction(
    providers: Sequence[str],
    place: Mark | str | None,
    launch_type: str,
    flags: LaunchFlags,
    findings: Findings,
) -> None:
    """A strategy overrides a stored default; against a flag it is an error."""
    names = " and ".join(providers)
    if flags.launch_type_is_stored:
        findings.notice(
            f"launch type {launch_type}, as capacity provider {names} has it; not"
            f" {flags.launch_type} of {flags.launch_type_source}",
            place,
        )
    else:
        findings.error(
            f"capacity provider {names} means launch type {launch_type}, and"
            f" {flags.launch_type_source} is {flags.launch_type}",
            place,
            "keep one of them",
        )


# ------------------------------------------------------------- network mode


def _network_mode(
    services: Sequence[Service],
    params: EcsParams,
    launch_type: str | None,
    exact: bool,
    findings: Findings,
) -> str | None:
    """The network mode of ecs-params, else the one that the services agree on; None: not given."""
    given = params.task.get("networkMode")
    if given is not None:
        if given not in NETWORK_MODES[EC2]:
            findings.error(
                f'ecs_network_mode: ECS has no network mode "{given}"',
                params.where("task_definition", "ecs_network_mode"),
                f"use one of {', '.join(NETWORK_MODES[EC2])}",
            )
        return str(given)
    composed = agreed(services, "network_mode", _network_word, findings)
    if launch_type == FARGATE and not exact:
        _check_fargate_network(services, composed, findings)
        return "awsvpc"
    if composed == "none" and any(service.network_mode is None for service in services):
        return None  # only some containers have no network, which is their disableNetworking
    return composed


def _network_word(written: str) -> str | None:
    """ECS's word; `service:x` shares the network of another container, which is what awsvpc
    does."""
    if written.startswith("service:"):
        return "awsvpc"
    return written if written in NETWORK_MODES[EC2] else None


def _check_fargate_network(
    services: Sequence[Service], composed: str | None, findings: Findings
) -> None:
    if composed in (None, "awsvpc"):
        findings.notice("Fargate: network mode awsvpc")
        return
    service = next(service for service in services if service.network_mode)
    findings.error(
        f"Fargate has awsvpc alone, not {service.network_mode}",
        service.where("network_mode"),
        "drop it, or use launch type EC2",
        key=f"services.{service.name}.network_mode",
    )


# ------------------------------------------------------------- platform


def _platform(
    services: Sequence[Service], params: EcsParams, findings: Findings
) -> Document | None:
    """`runtimePlatform` of ecs-params, else from `platform` of the services."""
    given = params.task.get("runtimePlatform")
    if given:
        return dict(given)
    written = agreed(services, "platform", lambda value: value, findings)
    if written is None:
        return None
    platform = _platform_of(written)
    if platform is None:
        service = next(service for service in services if service.platform)
        findings.error(
            f'ECS cannot choose by "{written}"',
            service.where("platform"),
            "use linux/amd64 or linux/arm64; for Windows, runtime_platform in ecs-params.yml",
            key=f"services.{service.name}.platform",
        )
    return platform


def _platform_of(written: str) -> Document | None:
    """The runtimePlatform of a Compose platform such as linux/arm64 or arm64; None for others."""
    system, _, machine = written.lower().partition("/")
    if not machine and system in ARCHITECTURES:
        system, machine = "linux", system
    if system != "linux":
        return None
    if not machine:
        return {"operatingSystemFamily": "LINUX"}
    architecture = ARCHITECTURES.get(machine.partition("/")[0])
    if architecture is None:
        return None
    return {"cpuArchitecture": architecture, "operatingSystemFamily": "LINUX"}
