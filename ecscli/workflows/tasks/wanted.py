"""What files and flags ask of tasks; every mistake at once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import Event
from ecscli.up.service.desired import WantedTasks, service_findings, task_fields
from ecscli.up.service.names import Names
from ecscli.workflows.definition.translation import Translation, published_ports, subject_of
from ecscli.workflows.events import warning, warnings
from ecscli.workflows.images.shield import built_images
from ecscli.workflows.project import Connect, names_anywhere, names_on_cluster
from ecscli.workflows.request import (
    Launch,
    TaskRequest,
    as_planned,
    completed,
    read_launch,
    wanted_builds,
    wanted_groups,
)
from ecscli.workflows.switch.others import refuse_beside_tasks

BALANCED_HINT = "use `ecscli compose service up`, or layout services"
SERVICE = "SERVICE"  # where the tasks of services may get tags from


def wanted_tasks(
    connect: Connect,
    request: TaskRequest,
    *,
    purpose: Purpose = Purpose.RUN,
    wrong: Iterable[Finding] = (),
) -> Generator[Event, None, WantedTasks]:
    """What files and flags ask of tasks. Raises InputError with all that is wrong with either,
    after what is `wrong` already.

    A definition that is only registered needs no cluster.
    """
    launch, settings = read_launch(request), request.project.settings
    launch = replace(launch, findings=(*wrong, *_balanced(request), *launch.findings))
    named = names_anywhere if purpose is Purpose.REGISTER else names_on_cluster

    def check(translation: Translation) -> Iterator[Finding]:
        named(translation.project, settings)
        yield from refused_tasks(translation, launch)
        yield from wanted_groups(request, translation)[1]

    found = as_planned(connect, request, launch, check, purpose)
    if request.switch is not None:
        yield from refuse_beside_tasks(connect, request, found.project, found.params)
    translation = yield from completed(connect, request, launch, found)
    fields = _fields(translation, launch)
    if fields.get("propagateTags") == SERVICE:
        yield warning(_without_service(translation))
    if purpose is Purpose.RUN:
        yield from warnings(_without_balancer(translation))
    return tasks_of(request, translation, launch, named(translation.project, settings))


def tasks_of(
    request: TaskRequest, translation: Translation, launch: Launch, names: Names
) -> WantedTasks:
    """The tasks of a translated project."""
    fields = _fields(translation, launch)
    if fields.get("propagateTags") == SERVICE:
        # RunTask refuses it, but the files may be those of a service too
        del fields["propagateTags"]
    return WantedTasks(
        names,
        translation.definition.request,
        fields,
        launch.tags,
        not request.disable_ecs_managed_tags,
        tuple(wanted_groups(request, translation)[0]),
        translation.secrets,
        wanted_builds(request, translation),
        built_images(translation.builds),
        translation.project.dialect.reproduces_ecs_cli,
        published_ports(translation),
        translation.support,
    )


def refused_tasks(translation: Translation, launch: Launch) -> Iterator[Finding]:
    """What ECS would refuse because of flags, alone or beside the files."""
    subject = subject_of(translation)
    yield from service_findings(subject, _fields(translation, launch), subject.run.fields)
    if launch.flags.propagate_tags == SERVICE:
        message = "--propagate-tags: tasks without a service get no tags of one"
        yield Finding(message, None, "use TASK_DEFINITION or NONE")


def _without_service(translation: Translation) -> Finding:
    message = "propagate_tags: SERVICE has no effect on tasks that no service runs"
    return Finding(message, translation.params.where("run_params", "propagate_tags"))


def _balanced(request: TaskRequest) -> Iterator[Finding]:
    """Why the flag cannot be."""
    if request.project.load_balancer:
        message = "--load-balancer: tasks without a service are behind no load balancer"
        yield Finding(message, None, BALANCED_HINT)


def _without_balancer(translation: Translation) -> Iterator[Finding]:
    for port in translation.definition.balancing.ports:
        message = "has no effect on tasks that no service runs"
        key = f"services.{port.service}.load_balancer"
        yield Finding.about(key, message, port.mark, BALANCED_HINT)


def _fields(translation: Translation, launch: Launch) -> Draft:
    """The fields of RunTask, with the volumes that ECS makes."""
    definition = translation.definition
    fields = task_fields(definition, translation.params, translation.settings.launch)
    if definition.managed_volumes:
        fields["volumeConfigurations"] = list(definition.managed_volumes)
    return fields
