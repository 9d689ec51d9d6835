"""Project, ecs-params and settings -> the exact RegisterTaskDefinition request.

Read `translate` as the table of contents. Containers are in the order of their names, so that
moving a service within its file changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.marks import where
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import field, record, replace
from ecscli.compose.balancing.balance import BalancingOptions, balance
from ecscli.compose.balancing.conflicts import given_already, too_many
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.ecs.agent_role import (
    AgentRole,
    ClusterStack,
    ExecutionRole,
    agent_role,
    needs_of_execution_role,
)
from ecscli.compose.ecs.docker_keys import docker_findings, logs_retention
from ecscli.compose.ecs.launch_target import LaunchFlags, LaunchTarget, decide
from ecscli.compose.ecs.support import Outcome, left_out
from ecscli.compose.mounts.sort import sort_mounts
from ecscli.compose.params.read import EcsParams, Wire
from ecscli.compose.params.registry_creds import RegistryCreds, apply_creds
from ecscli.compose.project.model import Project, Service
from ecscli.compose.secrets.shipped import ShippedSecret, ShipSettings
from ecscli.compose.secrets.stored import StoredSecrets, stored_secrets
from ecscli.compose.storage.model import Storage
from ecscli.compose.storage.read import read_storage
from ecscli.compose.task.compatibility import adapt
from ecscli.compose.task.container.definition import container_definition, ordered
from ecscli.compose.task.delivery import IMAGE, Deliveries
from ecscli.compose.task.deployment import service_fields
from ecscli.compose.task.essential import mark_essential
from ecscli.compose.task.links import derive_links
from ecscli.compose.task.logs import (
    AddedLogs,
    add_logs,
    add_logs_of_files,
    group_to_make,
    log_notices,
)
from ecscli.compose.task.naming import Naming, add_search, connect
from ecscli.compose.task.placement import placement_constraints
from ecscli.compose.task.scene import EMPTY, Scene
from ecscli.compose.task.shared import ephemeral_storage, ipc_mode, pid_mode
from ecscli.compose.task.sizes import set_default_memory
from ecscli.compose.task.skipped import without_skipped_keys
from ecscli.compose.task.stop_first import stop_first
from ecscli.compose.task.volumes import Volumes

NO_ACTIVE_SERVICE = "no service is active: choose a profile with --compose-profile"
CONNECTED = "serviceConnectConfiguration"
NO_SERVICES = "write `services:` with at least one service"


class Purpose(Enum):
    """What a task definition is for, which decides how much of the files is judged."""

    RUN = "its tasks are run"
    REGISTER = "it is registered or printed"
    LOOK = "a live service keeps the way that it runs in, so that run_params are not judged"


@record
class TaskSettings:
    """What flags and configuration say beside the files.

    `images` maps a service to the image that was built and pushed for it; `region` completes
    awslogs options; `image_findings` are about the images that are built; `cluster` is the
    cluster's stack, and `execution_role` the one for a task that needs one and whose files name
    none: both are None where nobody looked. `of_services`: the project is one group of another one
    in layout services; `secrets`, `storage` and `balancing` are then those of that project,
    `naming` is how the tasks of its other groups are found, and `makes_task_role` whether the
    support stack gets a role for the containers. `balance`: services that do not say otherwise are
    balanced.
    """

    launch: LaunchFlags = field(default_factory=LaunchFlags)
    task_role_arn: str | None = None
    creds: RegistryCreds | None = None
    tags: tuple[Wire, ...] = ()  # {"key": ..., "value": ...}
    images: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    purpose: Purpose = Purpose.RUN
    image_findings: Findings | None = None
    cluster: ClusterStack | None = None
    execution_role: ExecutionRole | None = None
    ship: ShipSettings = ShipSettings()
    secrets: StoredSecrets | None = None
    storage: Storage | None = None
    naming: Naming = Naming()
    of_services: bool = False
    makes_task_role: bool = False
    balance: bool = False
    balancing: Balancing | None = None


@record
class TaskDefinition:
    """`request` is the RegisterTaskDefinition request; `managed_volumes` are the
    volumeConfigurations of RunTask or CreateService that its EBS volumes need; `service` are the
    fields of CreateService that Compose asks for, which ecs-params and flags override; `secrets`
    those that are created in AWS, `storage` the volumes that are kept in EFS, `balancing` the load
    balancer in front of its containers; `warnings` name what is not sent, `notices` what was
    decided for the user. `log_group` is one that is made where it does not exist, as no file names
    it.
    """

    request: Draft
    launch: LaunchTarget = field(default_factory=LaunchTarget)
    managed_volumes: tuple[Wire, ...] = ()
    service: Document = field(default_factory=dict)
    log_group: str | None = None
    log_retention: int | None = None  # days
    added_logs: AddedLogs = AddedLogs()
    secrets: tuple[ShippedSecret, ...] = ()
    storage: Storage = Storage()
    balancing: Balancing = Balancing()
    warnings: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


def translate(
    project: Project, params: EcsParams, settings: TaskSettings, findings: Findings
) -> TaskDefinition:
    """The request as far as it goes; what ECS cannot do becomes an error of `findings`."""
    _check_services(project, params, findings)
    services = _services(project, findings)
    exact = project.dialect.reproduces_ecs_cli
    launch = decide(services, params, settings.launch, exact, findings)
    left = sort_mounts(replace(project, services=services), launch.on_fargate, findings).project
    balancing = _balancing(project, params, settings, launch, findings)
    scene = _scene(left, params, settings, launch, findings)
    scene = replace(scene, balanced=balancing.movable)
    request = _draft(scene, settings)
    scene.deliveries.deliver(request)
    naming = settings.naming
    if naming.search:
        image, on_fargate = scene.deliveries.image, launch.on_fargate
        add_search(request, naming.search, image, on_fargate=on_fargate)
    if not naming.namespace:  # with Service Connect Docker refuses links
        derive_links(request["containerDefinitions"], scene)
    mark_essential(request["containerDefinitions"], scene)
    if settings.creds is not None:
        apply_creds(settings.creds, request, findings)
    adapt(request, scene, connected=bool(naming.namespace))
    set_default_memory(request, scene)
    service = service_fields(services, scene.launch.launch_type, findings)
    if naming.namespace:
        service[CONNECTED] = connect(request, naming)
    _note_left_out(project, scene.launch, findings)
    if not project.dialect.reproduces_ecs_cli:
        _note_docker_keys(project, settings.of_services, findings)
    request = _with_extra(request, params)
    added = add_logs(request, scene)
    if not settings.of_services:
        findings.notices.extend(log_notices([added]))
    add_logs_of_files(request, scene)
    _add_execution_role(request, scene.launch, settings.execution_role)
    if not settings.of_services:
        stop_first(request, service, params, scene.volumes.storage, findings)
    return TaskDefinition(
        request=request,
        launch=scene.launch,
        managed_volumes=tuple(scene.volumes.managed),
        service=service,
        log_group=group_to_make(request, scene),
        log_retention=logs_retention(project.tree),
        added_logs=added,
        secrets=scene.secrets.created_for(project),
        storage=scene.volumes.storage,
        balancing=balancing,
    )


def _balancing(
    project: Project,
    params: EcsParams,
    settings: TaskSettings,
    launch: LaunchTarget,
    findings: Findings,
) -> Balancing:
    """The load balancer in front of the containers; of a project that is a whole, its own."""
    found = settings.balancing
    if found is None:
        modes = dict.fromkeys((one.name for one in project.services), launch.network_mode)
        found = balance(project, params, BalancingOptions(modes, settings.balance), findings)
    findings.errors.extend(too_many(found.ports))
    given = params.service.get("loadBalancers") or ()
    findings.errors.extend(given_already(found.ports, given))
    return found


def _add_execution_role(request: Draft, launch: LaunchTarget, found: ExecutionRole | None) -> None:
    """The role that was found or will be made, where the task needs one and has none."""
    if found is None or found.arn is None or request.get("executionRoleArn"):
        return
    if any(needs_of_execution_role(request, launch.effective_launch_type)):
        request["executionRoleArn"] = found.arn


def _note_docker_keys(project: Project, of_services: bool, findings: Findings) -> None:
    for found in docker_findings(project.tree, of_services):
        kind = findings.notices if found.is_read else findings.warnings
        kind.append(found.finding)


def _services(project: Project, findings: Findings) -> tuple[Service, ...]:
    """The services as their dialect means them, in the order of their names."""
    dialect = project.dialect
    services = [without_skipped_keys(one, dialect, findings) for one in project.services]
    return tuple(sorted(services, key=lambda service: service.name))


def _check_services(project: Project, params: EcsParams, findings: Findings) -> None:
    names = [service.name for service in project.services]
    if not names:
        message = "cannot create a task definition with no containers"
        hint = NO_ACTIVE_SERVICE if project.disabled else NO_SERVICES
        findings.error(message, where(project.tree, "services"), hint, "services")
    for name in params.services:
        if name not in names:
            findings.warning(
                "the Compose file has no such service",
                params.where("task_definition", "services", name),
                did_you_mean(name, names),
                key=f"task_definition.services.{name}",
            )


def _scene(
    project: Project,
    params: EcsParams,
    settings: TaskSettings,
    launch: LaunchTarget,
    findings: Findings,
) -> Scene:
    storage = settings.storage
    if storage is None:
        storage = read_storage(project, params, findings)
    volumes = Volumes(project, findings, storage)
    volumes.declare(params)
    return Scene(
        project,
        params,
        volumes,
        findings,
        Deliveries(project, findings, params.files_image or params.images.get("init") or IMAGE),
        launch=launch,
        images=settings.images,
        region=settings.region,
        agent=_agent(params, settings, launch),
        secrets=settings.secrets
        or stored_secrets(project, params, settings.ship, settings.region, findings),
    )


def _agent(params: EcsParams, settings: TaskSettings, launch: LaunchTarget) -> AgentRole | None:
    """The role that is known to pull images and to write logs."""
    named = named_execution_role(params, settings)
    found, cluster = settings.execution_role, settings.cluster
    return agent_role(named, launch.effective_launch_type, found, cluster)


def named_execution_role(params: EcsParams, settings: TaskSettings) -> str | None:
    """The execution role that files name, the strongest of them."""
    creds = settings.creds.execution_role if settings.creds else None
    names = (params.extra.get("executionRoleArn"), creds, params.task.get("executionRoleArn"))
    return next((str(name) for name in names if name), None)


def _draft(scene: Scene, settings: TaskSettings) -> Draft:
    """The request by Compose and ecs-params alone, in the order of the API reference."""
    services, params, task = scene.project.services, scene.params, scene.params.task
    launch, findings = scene.launch, scene.findings
    containers = [container_definition(service, scene) for service in services]
    request = {
        "family": scene.project.name,
        "taskRoleArn": settings.task_role_arn or task.get("taskRoleArn"),
        "executionRoleArn": task.get("executionRoleArn"),
        "networkMode": launch.network_mode,
        "containerDefinitions": containers,
        "volumes": scene.volumes.request(params),
        "placementConstraints": _placement(scene),
        "requiresCompatibilities": [launch.launch_type] if launch.launch_type else None,
        "cpu": task.get("cpu"),
        "memory": task.get("memory"),
        "tags": [dict(tag) for tag in settings.tags],
        "pidMode": pid_mode(services, params, findings),
        "ipcMode": ipc_mode(services, params, findings),
        "proxyConfiguration": task.get("proxyConfiguration"),
        "ephemeralStorage": ephemeral_storage(services, params, launch.on_fargate, findings),
        "runtimePlatform": launch.platform,
        "enableFaultInjection": task.get("enableFaultInjection"),
    }
    return {
        name: value
        for name, value in request.items()
        if value not in EMPTY or name == "containerDefinitions"
    }


def _placement(scene: Scene) -> list[Document]:
    given = list(scene.params.task.get("placementConstraints", ()))
    if scene.launch.on_fargate:
        return given
    return [*given, *placement_constraints(scene.project.services, scene.findings)]


def _note_left_out(project: Project, launch: LaunchTarget, findings: Findings) -> None:
    """What the table of keys leaves out, unless its place has a finding already."""
    known = {finding.where for finding in (*findings.errors, *findings.warnings)}
    for outcome, finding in left_out(project, launch.effective_launch_type):
        if finding.where in known:
            continue
        if outcome is Outcome.REFUSED:
            findings.errors.append(finding)
        else:
            findings.warnings.append(finding)


def _with_extra(request: Draft, params: EcsParams) -> Draft:
    """`task_definition_extra` laid over the request: its fields replace ours, containers are joined
    by name."""
    extra = dict(params.extra)
    containers = {item.get("name"): item for item in extra.pop("containerDefinitions", None) or ()}
    joined = _joined(request["containerDefinitions"], containers)
    return {**request, "containerDefinitions": joined, **extra}


def _joined(containers: Sequence[Draft], extra: dict[str, Document]) -> list[Document]:
    found: list[Document] = []
    for container in containers:
        more = extra.pop(container["name"], {})
        found.append(ordered({**container, **more}))
    return [*found, *extra.values()]
