"""Project, ecs-params and launch target -> the exact RegisterTaskDefinition request.

Read `build_task_definition` as the table of contents. Containers stand in the order of their names,
so that moving a service within its file is no change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import Findings, in_order
from ecscli.base.marks import Mark, where
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import field, record, replace
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.limits import FARGATE
from ecscli.compose.ecs.support import Outcome, left_out
from ecscli.compose.params.read import EcsParams, Wire
from ecscli.compose.params.registry_creds import RegistryCreds, apply_creds
from ecscli.compose.project.model import Project, Service
from ecscli.compose.rules import Problem, problems
from ecscli.compose.task.containers import container_definition, ordered
from ecscli.compose.task.delivery import IMAGE, Deliveries
from ecscli.compose.task.deployment import service_fields
from ecscli.compose.task.launch import fit
from ecscli.compose.task.legacy import as_original
from ecscli.compose.task.placement import placement_constraints
from ecscli.compose.task.scene import EMPTY, Scene
from ecscli.compose.task.shared import (
    ephemeral_storage,
    ipc_mode,
    network_mode,
    pid_mode,
    runtime_platform,
)
from ecscli.compose.task.sizes import DEFAULT_MEMORY
from ecscli.compose.task.volumes import Volumes

# The name may come from a directory that nobody can rename, and `render` is of use for any number
# of services.
LEFT_TO_AWS = ("name", "services")


@record
class Target:
    """What flags and configuration say about where the task will run.

    `images` maps a service to the image that was built and pushed for it; `region` completes
    awslogs options.
    """

    # EC2, FARGATE, EXTERNAL, or None: not said, which ECS takes for EC2
    launch_type: str | None = None
    task_role_arn: str | None = None
    creds: RegistryCreds | None = None
    tags: tuple[Wire, ...] = ()  # {"key": ..., "value": ...}
    images: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None


@record
class TaskDefinition:
    """`request` is the RegisterTaskDefinition request; `managed_volumes` are the
    volumeConfigurations of RunTask or CreateService that its EBS volumes need; `service` are the
    fields of CreateService that Compose asks for, under ecs-params and flags; `warnings` tell what
    is not sent, `notices` what was decided.
    """

    request: Draft
    managed_volumes: tuple[Wire, ...] = ()
    service: Document = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


def build_task_definition(
    project: Project, params: EcsParams | None = None, target: Target | None = None
) -> TaskDefinition:
    """The request for a project. Raises InputError with everything that ECS cannot do, with its
    place."""
    params, target = params or EcsParams(), target or Target()
    definition, refused = translate(project, params, target)
    launch_type = launch_type_of(target, params) or limits.EC2
    broken = [*problems(definition.request, launch_type, project, params)]
    errors = [] if project.dialect.reproduces_ecs_cli else _errors(broken, refused)
    if refused or errors:
        raise InputError.of(in_order([*refused, *errors]))
    # What the original sent is sent, even where ECS refuses it.
    return replace(definition, warnings=(*definition.warnings, *(one.finding() for one in broken)))


def _errors(broken: Sequence[Problem], refused: Sequence[Finding]) -> list[Finding]:
    """What only the rules of ECS say: no place that was refused before, nor what merely follows
    from that."""
    told = {finding.where for finding in refused}
    placed = [one for one in broken if one.severity == "error" and one.path not in LEFT_TO_AWS]
    errors = [one.finding() for one in placed if one.where not in told]
    return [
        one
        for one in errors
        if not refused or (isinstance(one.where, Mark) and one.where[1:] != (1, 1))
    ]


def translate(
    project: Project, params: EcsParams, target: Target
) -> tuple[TaskDefinition, tuple[Finding, ...]]:
    """The request as far as it goes, and everything in it that ECS cannot do, in the order of the
    files."""
    findings = Findings()
    services = _services(project, params, findings)
    scene = _scene(replace(project, services=services), params, target, findings)
    request = _draft(scene, target)
    scene.deliveries.deliver(request)
    _essential(request["containerDefinitions"], scene)
    if target.creds is not None:
        apply_creds(target.creds, request, findings)
    launch_type = launch_type_of(target, params)
    fit(request, {service.name: service for service in services}, launch_type, scene)
    _default_memory(request, launch_type, scene)
    wanted = service_fields(scene.project.services, launch_type, findings)
    _left_out(project, launch_type, findings)
    definition = TaskDefinition(
        request=_with_extra(request, params),
        managed_volumes=tuple(scene.volumes.managed),
        service=wanted,
        warnings=tuple(dict.fromkeys([*params.warnings, *findings.warnings.counted()])),
        notices=tuple(dict.fromkeys(findings.notices)),
    )
    return definition, findings.errors.in_order()


def _left_out(project: Project, launch_type: str | None, findings: Findings) -> None:
    """What the table of keys leaves out, where nothing better was said of that place."""
    told = {finding.where for finding in (*findings.errors, *findings.warnings)}
    for outcome, finding in left_out(project, launch_type or limits.EC2):
        if finding.where not in told:
            (findings.errors if outcome is Outcome.REFUSED else findings.warnings).append(finding)


def _services(project: Project, params: EcsParams, findings: Findings) -> tuple[Service, ...]:
    if not project.services:
        findings.error(
            "cannot create a task definition with no containers",
            hint="the project has no active service",
        )
    names = [service.name for service in project.services]
    for name in params.services:
        if name not in names:
            findings.warning(
                f"task_definition.services.{name}: the Compose file has no such service",
                params.where("task_definition", "services", name),
                did_you_mean(name, names),
            )
    if len(names) > limits.MAX_CONTAINERS:
        findings.warning(
            f"services: {len(names)} containers; a task holds {limits.MAX_CONTAINERS} at most",
            where(project.tree, "services"),
        )
    services = [as_original(service, project.dialect, findings) for service in project.services]
    return tuple(sorted(services, key=lambda service: service.name))


def _scene(project: Project, params: EcsParams, target: Target, findings: Findings) -> Scene:
    volumes, deliveries = (
        Volumes(project, findings),
        Deliveries(project, findings, params.files_image or IMAGE),
    )
    scene = Scene(
        project, params, volumes, findings, deliveries, images=target.images, region=target.region
    )
    launch_type = launch_type_of(target, params)
    scene.volumes.declare(params)
    mode = network_mode(project.services, params, launch_type, scene.exact, findings)
    return replace(scene, network_mode=mode)


def launch_type_of(target: Target, params: EcsParams) -> str | None:
    """Fargate also where nothing but Fargate's capacity providers is asked for."""
    providers = [
        item.get("capacityProvider", "")
        for item in params.service.get("capacityProviderStrategy", ())
    ]
    if (
        target.launch_type is None
        and providers
        and all(name.startswith(FARGATE) for name in providers)
    ):
        return FARGATE
    return target.launch_type


def _draft(scene: Scene, target: Target) -> Draft:
    """The request by Compose and ecs-params alone, in the order of the API reference."""
    project, params, findings = scene.project, scene.params, scene.findings
    services, task = project.services, params.task
    launch_type = launch_type_of(target, params)
    containers = [container_definition(service, scene) for service in services]
    composed = placement_constraints(services, findings) if launch_type != FARGATE else []
    request = {
        "family": project.name,
        "taskRoleArn": target.task_role_arn or task.get("taskRoleArn"),
        "executionRoleArn": task.get("executionRoleArn"),
        "networkMode": scene.network_mode,
        "containerDefinitions": containers,
        "volumes": scene.volumes.request(params),
        "placementConstraints": [*task.get("placementConstraints", ()), *composed],
        "requiresCompatibilities": [launch_type] if launch_type else None,
        "cpu": task.get("cpu"),
        "memory": task.get("memory"),
        "tags": [dict(tag) for tag in target.tags],
        "pidMode": pid_mode(services, params, findings),
        "ipcMode": ipc_mode(services, params, findings),
        "proxyConfiguration": task.get("proxyConfiguration"),
        "ephemeralStorage": ephemeral_storage(services, params, launch_type, findings),
        "runtimePlatform": runtime_platform(services, params, findings),
        "enableFaultInjection": task.get("enableFaultInjection"),
    }
    return {
        name: value
        for name, value in request.items()
        if value not in EMPTY or name == "containerDefinitions"
    }


def _essential(containers: Sequence[Draft], scene: Scene) -> None:
    """Containers are essential unless ecs-params says otherwise, or another one waits for their
    end."""
    awaited = set() if scene.exact else _awaited(containers, scene)
    for container in containers:
        said = scene.params.of(container["name"]).essential
        container.setdefault(
            "essential", container["name"] not in awaited if said is None else said
        )
    if containers and not any(container["essential"] for container in containers):
        scene.findings.error(
            "Task definition does not have any essential containers",
            scene.params.where("task_definition", "services"),
            "leave at least one container essential",
        )


def _awaited(containers: Sequence[Document], scene: Scene) -> set[str]:
    """Containers that must end well before another starts; one that must be healthy needs a health
    check."""
    checked = {container["name"] for container in containers if "healthCheck" in container}
    services = {service.name: service for service in scene.project.services}
    awaited = set()
    for container in containers:
        for edge in container.get("dependsOn", ()):
            name, condition = edge["containerName"], edge["condition"]
            if condition in ("SUCCESS", "COMPLETE"):
                awaited.add(name)
            if condition == "HEALTHY" and name not in checked:
                service = services[container["name"]]
                scene.findings.error(
                    f"services.{service.name}.depends_on: {name} has no healthcheck, so ECS never"
                    " finds it healthy",
                    service.where("depends_on", name),
                    f"give {name} a healthcheck; ECS does not use that of the image",
                )
    return awaited


def _default_memory(request: Document, launch_type: str | None, scene: Scene) -> None:
    """Instances need a memory size of the container or of the task."""
    if "memory" in request or (launch_type == FARGATE and not scene.exact):
        return
    for container in request["containerDefinitions"]:
        if "memory" not in container and "memoryReservation" not in container:
            container["memory"] = DEFAULT_MEMORY
            if not scene.exact:
                scene.findings.notice(
                    f"services.{container['name']}: memory is {DEFAULT_MEMORY} MiB, as nothing says"
                    " more"
                )


def _with_extra(request: Draft, params: EcsParams) -> Draft:
    """`task_definition_extra` laid over the request: its fields replace ours, containers are joined
    by name."""
    extra = dict(params.extra)
    containers = {item.get("name"): item for item in extra.pop("containerDefinitions", None) or ()}
    done = [
        ordered({**container, **containers.pop(container["name"], {})})
        for container in request["containerDefinitions"]
    ]
    return {**request, "containerDefinitions": [*done, *containers.values()], **extra}
