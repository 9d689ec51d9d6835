"""The ECS service of a project: created, or changed to what files and flags ask for, and its
deployment followed to the end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import record, replace, values_of
from ecscli.compose.rules import run_fields
from ecscli.compose.rules.subject import Subject
from ecscli.up.deployment.state import is_settled
from ecscli.up.discovery.desired import (
    DiscoveryChange,
    WantedDiscovery,
    wanted_change,
    wanted_discovery,
)
from ecscli.up.discovery.live import read_discovery
from ecscli.up.discovery.plan import with_discovery
from ecscli.up.model import Event, Plan
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import (
    WantedService,
    launch_findings,
    service_fields,
    service_findings,
)
from ecscli.up.service.flags import ServiceFlags, read_flags
from ecscli.up.service.live import LiveProject, read_service
from ecscli.up.service.names import Names
from ecscli.up.service.plan import plan_service
from ecscli.up.service.revisions import maybe_definition
from ecscli.up.service.task_definition import is_registered
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.comparison import compared
from ecscli.workflows.deployment import Deployed, Waiting, until_deployed
from ecscli.workflows.events import warning
from ecscli.workflows.preflight import checked
from ecscli.workflows.project import Connect, names_on_cluster
from ecscli.workflows.request import (
    Launch,
    TaskRequest,
    read_launch,
    translated,
    wanted_groups,
)
from ecscli.workflows.translation import Translation

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# ECS's words for a service of this name that is there
MADE_MEANWHILE = "Creation of service was not idempotent"
Number = int | str | None  # as typed, or as a program has it


@record
class ServiceRequest(TaskRequest):
    """What is asked of a service beside its files, by the names of the flags and in their forms.

    `desired_count` None: the count stays. `breaker` None: on for a new service, else as it is.
    """

    desired_count: int | None = None
    force_deployment: bool = False
    deployment_max_percent: Number = None
    deployment_min_healthy_percent: Number = None
    breaker: bool | None = None
    scheduling_strategy: str | None = None
    availability_zone_rebalancing: str | None = None
    target_group_arn: str | None = None
    load_balancer_name: str | None = None
    container_name: str | None = None
    container_port: Number = None
    role: str | None = None
    health_check_grace_period: Number = None
    target_groups: tuple[str, ...] = ()
    enable_service_discovery: bool = False
    update_service_discovery: bool = False
    vpc: str | None = None
    private_dns_namespace: str | None = None
    private_dns_namespace_id: str | None = None
    public_dns_namespace: str | None = None
    public_dns_namespace_id: str | None = None
    sd_container_name: str | None = None
    sd_container_port: Number = None
    dns_ttl: Number = None
    dns_type: str | None = None
    healthcheck_custom_config_failure_threshold: Number = None


@record
class PlannedService:
    """What will be done to a service, and what it was planned from."""

    request: TaskRequest
    wanted: WantedService
    change: DiscoveryChange | None  # of the service discovery that is there
    live: LiveProject
    plan: Plan


# -------------------------------------------------------------------------- what is wanted


def by_flag(request: TaskRequest) -> Draft:
    """The values of a request by the names of their flags: ``container_port`` is
    ``container-port``."""
    return {name.replace("_", "-"): value for name, value in values_of(request).items()}


def wanted_service(
    connect: Connect, request: ServiceRequest, first: int
) -> Generator[Event, None, tuple[WantedService, Translation]]:
    """What files and flags ask of the service. Raises InputError with everything that is wrong with
    either.

    `first` is the count of a new service where neither files nor flags give one.
    """
    launch, flags = read_launch(request), read_flags(by_flag(request), request.target_groups)
    launch = replace(launch, findings=(*flags.findings, *launch.findings))
    settings = request.project.settings

    def check(translation: Translation) -> Iterator[Finding]:
        names_on_cluster(translation.project, settings)
        yield from launch_findings(translation.definition, translation.params)
        yield from _refused(translation, _fields(translation, launch, flags))
        yield from wanted_groups(request, translation)[1]
        yield from _discovery(request, flags, translation)[1]

    translation = yield from translated(connect, request, launch, check)
    wanted = WantedService(
        names=names_on_cluster(translation.project, settings),
        definition=translation.definition.request,
        fields=_fields(translation, launch, flags),
        count=request.desired_count,
        first=_first_count(translation, first),
        tags=launch.tags,
        managed_tags=not request.disable_ecs_managed_tags,
        force=request.force_deployment,
        breaker=request.breaker,
        log_groups=tuple(wanted_groups(request, translation)[0]),
        discovery=_discovery(request, flags, translation)[0],
        as_ecs_cli=translation.project.dialect.reproduces_ecs_cli,
    )
    return wanted, translation


def _fields(translation: Translation, launch: Launch, flags: ServiceFlags) -> Draft:
    """The fields of CreateService: Compose file, ecs-params and flags, and the volumes that ECS
    makes."""
    definition = translation.definition
    layers = {"compose": definition.service, "flags": flags.fields}
    fields = service_fields(definition, translation.params, launch.flags, layers)
    volumes = [dict(volume) for volume in definition.managed_volumes]
    return {**fields, "volumeConfigurations": volumes} if volumes else fields


def _refused(translation: Translation, fields: Draft) -> Iterator[Finding]:
    """What ECS would refuse because of flags, alone or beside the files."""
    definition, params = translation.definition, translation.params
    launch_type = definition.launch.effective_launch_type
    subject = Subject(definition.request, launch_type, translation.project, params)
    of_files = run_fields(params, definition.service, definition.managed_volumes)
    return service_findings(subject, fields, of_files)


def _first_count(translation: Translation, first: int) -> int:
    """The count of a new service: that of ecs-params, then of the Compose file, then `first`;
    without a `first` there are no tasks."""
    if not first:
        return 0
    for fields in (translation.params.service, translation.definition.service):
        if fields.get("desiredCount") is not None:
            return int(fields["desiredCount"])
    return first


def _discovery(
    request: ServiceRequest, flags: ServiceFlags, translation: Translation
) -> tuple[WantedDiscovery | None, list[Finding]]:
    if not request.enable_service_discovery:
        return None, []
    mode = translation.definition.request.get("networkMode")
    return wanted_discovery(by_flag(request), flags.numbers, translation.params, mode)


def _change(request: ServiceRequest, translation: Translation) -> DiscoveryChange | None:
    """What is asked of the service discovery that is there."""
    if not request.update_service_discovery:
        return None
    return wanted_change(read_flags(by_flag(request)).numbers, translation.params)


# -------------------------------------------------------------------------------- the plan


def plan(connect: Connect, request: ServiceRequest) -> Generator[Event, None, PlannedService]:
    """Plan to create the service, or to change the one that is there. Only what differs changes."""
    wanted, translation = yield from wanted_service(connect, request, first=1)
    change = _change(request, translation)
    live, notice = compared(
        request, lambda: read_service(connect(), wanted.names, wanted.log_groups)
    )
    if notice:
        return _uncompared(request, wanted, change, notice)
    return _planned(connect(), request, wanted, change, live)


def plan_new(connect: Connect, request: ServiceRequest) -> Generator[Event, None, PlannedService]:
    """Plan to create the service without tasks. Raises InputError where it is there."""
    wanted, _ = yield from wanted_service(connect, request, first=0)
    live = read_service(connect(), wanted.names, wanted.log_groups)
    _refuse_existing(wanted.names, live)
    return _planned(connect(), request, wanted, None, live)


def _uncompared(
    request: TaskRequest, wanted: WantedService, change: DiscoveryChange | None, notice: Finding
) -> PlannedService:
    """The plan of a new service, made of the files alone."""
    live = LiveProject()
    new = plan_service(wanted, live)
    return PlannedService(
        request, wanted, change, live, replace(new, notices=(*new.notices, notice))
    )


def _planned(
    aws: Aws,
    request: TaskRequest,
    wanted: WantedService,
    change: DiscoveryChange | None,
    live: LiveProject,
) -> PlannedService:
    service = plan_service(wanted, live)
    namespace = wanted.discovery.namespace if wanted.discovery else None
    service, discovery = aws.together(
        lambda: checked(aws, service, request, wanted, namespace),
        lambda: read_discovery(aws, wanted, live.service, change),
    )
    whole = with_discovery(service, wanted, live.service, discovery, change)
    return PlannedService(request, wanted, change, live, whole)


def _refuse_existing(names: Names, live: LiveProject) -> None:
    if live.service is not None and live.service.get("status") == "ACTIVE":
        raise InputError(
            f"service {names.service} exists already in cluster {names.cluster}",
            live.service.get("serviceArn"),
            "change it with `ecscli compose service up`",
        )


# ------------------------------------------------------------------------------- the calls


def create(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    """Create the service; there is nothing to follow."""
    names = planned.wanted.names
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    assert applied.service is not None, "the plan creates the service"
    return Deployed(names, applied.service, True)


def apply(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    """Create or change the service, and follow its deployment to the end."""
    planned, applied = yield from _applied(aws, planned)
    names, request, changed = planned.wanted.names, planned.request, bool(planned.plan)
    service = applied.service or planned.live.service
    assert service is not None, "a plan either creates the service or has found it"
    if not changed:
        yield Event(f"Nothing to change: service {names.service} is what is wanted.", "done")
    nothing_to_follow = not changed and is_settled(service)
    waiting = Waiting(request.timeout, request.no_wait or nothing_to_follow)
    return (yield from until_deployed(aws, names, service, changed, waiting))


def _applied(
    aws: Aws, planned: PlannedService
) -> Generator[Event, None, tuple[PlannedService, Applied]]:
    """The plan carried out; where somebody else has made the service meanwhile, a new plan."""
    names = planned.wanted.names
    where = f"service {names.service}"
    try:
        return planned, (yield from apply_plan(aws, planned.plan, where))
    except AwsError as error:
        if MADE_MEANWHILE not in error.message:
            raise
    message = f"Another command has made service {names.service} at the same time"
    yield warning(Finding(f"{message}: going on from there"))
    wanted = planned.wanted
    live = read_service(aws, names, wanted.log_groups)
    live = _by_own_definition(aws, wanted, live)
    again = _planned(aws, planned.request, wanted, planned.change, live)
    return again, (yield from apply_plan(aws, again.plan, where))


def _by_own_definition(aws: Aws, wanted: WantedService, live: LiveProject) -> LiveProject:
    """The same with the revision that the service uses, where its content is what is wanted; it
    need not be the newest."""
    service: Document = live.service or {}
    used = maybe_definition(aws, str(service.get("taskDefinition")))
    own = replace(live, definition=used)
    return own if used and is_registered(wanted.definition, own) else live
