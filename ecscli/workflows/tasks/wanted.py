"""What files and flags ask of tasks; every mistake at once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.up.model import Event
from ecscli.up.service.desired import WantedTasks, launch_findings, task_fields
from ecscli.workflows.definition.translation import Translation, published_ports
from ecscli.workflows.project import Connect, names_anywhere, names_on_cluster
from ecscli.workflows.request import Launch, TaskRequest, read_launch, translated, wanted_groups


def wanted_tasks(
    connect: Connect,
    request: TaskRequest,
    *,
    runs: bool = True,
    network: bool = True,
    wrong: Iterable[Finding] = (),
) -> Generator[Event, None, WantedTasks]:
    """What files and flags ask of tasks. Raises InputError with all that is wrong with either,
    after what is `wrong` already.

    Without `runs` the definition is only registered, which needs no cluster; without `network` the
    tasks get a network that is not that of the files.
    """
    launch, settings = read_launch(request), request.project.settings
    launch = replace(launch, findings=(*wrong, *launch.findings))
    named = names_on_cluster if runs else names_anywhere

    def check(translation: Translation) -> Iterator[Finding]:
        named(translation.project, settings)
        if runs and network:
            yield from launch_findings(translation.definition, translation.params)
        yield from wanted_groups(request, translation)[1]

    translation = yield from translated(connect, request, launch, check)
    return WantedTasks(
        named(translation.project, settings),
        translation.definition.request,
        _fields(translation, launch),
        launch.tags,
        not request.disable_ecs_managed_tags,
        tuple(wanted_groups(request, translation)[0]),
        translation.project.dialect.reproduces_ecs_cli,
        published_ports(translation),
    )


def _fields(translation: Translation, launch: Launch) -> Draft:
    """The fields of RunTask, with the volumes that ECS makes."""
    definition = translation.definition
    fields = task_fields(definition, translation.params, launch.flags)
    if definition.managed_volumes:
        fields["volumeConfigurations"] = list(definition.managed_volumes)
    return fields
