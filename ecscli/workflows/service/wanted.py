"""What files and flags ask of the service of a project; every mistake at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.records import record, replace
from ecscli.up.discovery.desired import (
    DiscoveryChange,
    WantedDiscovery,
    wanted_change,
    wanted_discovery,
)
from ecscli.up.model import Event
from ecscli.up.project.switch import NewService, Switch, taken_over
from ecscli.up.service.desired import (
    WantedService,
    service_fields,
    service_findings,
)
from ecscli.up.service.flags import ServiceFlags, read_flags
from ecscli.workflows.definition.translation import Translation, published_ports, subject_of
from ecscli.workflows.images.shield import built_images
from ecscli.workflows.project import Connect, names_on_cluster
from ecscli.workflows.request import (
    Launch,
    as_planned,
    completed,
    read_launch,
    wanted_builds,
    wanted_groups,
)
from ecscli.workflows.service.request import ServiceRequest, by_flag
from ecscli.workflows.switch.directions import to_task


@record
class Meant:
    """What is asked of the service, its files, and the layout whose place it takes."""

    wanted: WantedService
    translation: Translation
    switch: Switch | None = None


def wanted_service(
    connect: Connect, request: ServiceRequest, first: int
) -> Generator[Event, None, Meant]:
    """What files and flags ask of the service. Raises InputError with everything that is wrong with
    either.

    `first` is the count of a new service where neither files nor flags give one.
    """
    launch, flags = read_launch(request), read_flags(by_flag(request), request.target_groups)
    launch = replace(launch, findings=(*flags.findings, *launch.findings))

    def check(translation: Translation) -> Iterator[Finding]:
        names_on_cluster(translation.project, request.project.settings)
        yield from refused_fields(translation, fields_of(translation, launch, flags))
        yield from wanted_groups(request, translation)[1]
        yield from _discovery(request, flags, translation)[1]

    found = as_planned(connect, request, launch, check)
    new = _new_service(request, found, fields_of(found, launch, flags))
    switch = yield from to_task(connect, request, found.project, found.params, new)
    translation = yield from completed(connect, request, launch, found)
    discovery, _ = _discovery(request, flags, translation)
    fields = fields_of(translation, launch, flags)
    wanted = service_of(request, translation, launch, fields, first_count(translation, first))
    wanted = taken_over(replace(wanted, discovery=discovery), switch)
    return Meant(wanted, translation, switch)


def _new_service(request: ServiceRequest, found: Translation, fields: Draft) -> NewService:
    """The service as it would take the place of another layout."""
    names = names_on_cluster(found.project, request.project.settings)
    count = request.desired_count or first_count(found, 1)
    return NewService(names.service, found.definition.request, fields, count=count)


def service_of(
    request: ServiceRequest, translation: Translation, launch: Launch, fields: Draft, first: int
) -> WantedService:
    """The service of a translated project."""
    return WantedService(
        names=names_on_cluster(translation.project, request.project.settings),
        definition=translation.definition.request,
        fields=fields,
        count=request.desired_count,
        first=first,
        tags=launch.tags,
        managed_tags=not request.disable_ecs_managed_tags,
        force=request.force_deployment,
        breaker=request.breaker,
        log_groups=tuple(wanted_groups(request, translation)[0]),
        secrets=translation.secrets,
        builds=wanted_builds(request, translation),
        built=built_images(translation.builds),
        as_ecs_cli=translation.project.dialect.reproduces_ecs_cli,
        published=published_ports(translation),
        support=translation.support,
    )


def fields_of(translation: Translation, launch: Launch, flags: ServiceFlags) -> Draft:
    """The fields of CreateService: Compose file, ecs-params and flags, and the volumes that ECS
    makes."""
    definition = translation.definition
    layers = {"compose": definition.service, "flags": flags.fields}
    fields = service_fields(definition, translation.params, translation.settings.launch, layers)
    volumes = [dict(volume) for volume in definition.managed_volumes]
    return {**fields, "volumeConfigurations": volumes} if volumes else fields


def refused_fields(translation: Translation, fields: Draft) -> Iterator[Finding]:
    """What ECS would refuse because of flags, alone or beside the files."""
    subject = subject_of(translation)
    return service_findings(subject, fields, subject.run.fields)


def first_count(translation: Translation, first: int) -> int:
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


def change_of_discovery(
    request: ServiceRequest, translation: Translation
) -> DiscoveryChange | None:
    """What is asked of the service discovery that is there."""
    if not request.update_service_discovery:
        return None
    return wanted_change(read_flags(by_flag(request)).numbers, translation.params)
