"""What files and flags ask of each group of a project; every mistake at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.arrangement.names import tags_of
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.layout.judge import Judged, JudgedProject
from ecscli.compose.layout.networks import GroupNetworks
from ecscli.compose.params.network_settings import NetworkSettings
from ecscli.compose.params.policy_settings import Policies
from ecscli.compose.storage.model import mounted
from ecscli.compose.task.definition import Purpose
from ecscli.support.balancer.model import BalancedGroup
from ecscli.support.network import port_outputs
from ecscli.up.model import (
    BuildImage,
    BuiltImage,
    CreateLogGroup,
    CreateRepository,
    Event,
    WriteSecret,
)
from ecscli.up.project.storage import ProjectStorage
from ecscli.up.project.switch import NewService, Switch, taken_over
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of
from ecscli.up.service.flags import ServiceFlags, read_flags
from ecscli.up.service.names import Names
from ecscli.workflows.definition.execution_role import lost_logs, with_role_of_groups
from ecscli.workflows.definition.groups import (
    GroupTranslation,
    ReadSupport,
    group_observations,
    translate_groups,
)
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.images.plan import to_be_made
from ecscli.workflows.images.shield import built_images
from ecscli.workflows.project import Connect, names_on_cluster, refuse
from ecscli.workflows.request import (
    Launch,
    agreed_project,
    read_launch,
    terms_of,
    wanted_groups,
    with_role_and_images,
)
from ecscli.workflows.secrets.ship import Handling, with_secrets_of_groups
from ecscli.workflows.service.request import by_flag
from ecscli.workflows.service.wanted import (
    fields_of,
    first_count,
    refused_fields,
    service_of,
)
from ecscli.workflows.services.request import (
    ServicesRequest,
    chosen_groups,
    find_unknown_jobs,
    names_of,
)
from ecscli.workflows.switch.directions import to_services
from ecscli.workflows.tasks.wanted import refused_tasks, tasks_of


@record
class Asked:
    """What is asked beside the files: the request, what its flags come to, and the layout whose
    place the services take."""

    request: ServicesRequest
    launch: Launch
    flags: ServiceFlags
    switch: Switch | None = None


@record
class WantedProject:
    """What is asked of the groups that are meant, by name; of the project as a whole `names` are
    those on its cluster, `builds` and `built` are those of WantedService, `network` and `networks`
    those of JudgedProject, `support` that of GroupTranslation; `secrets` are written before all
    groups, `discovery` is how they find each other, `policies` are what the containers of each
    group of the project may do, `storage`: its volumes that are kept in EFS, `switch`: the layout
    whose place it takes, and `balancing`: the load balancer in front of the groups that are
    `balanced`."""

    arrangement: Arrangement
    names: Names
    groups: Mapping[str, WantedService | WantedTasks]
    builds: tuple[CreateRepository | BuildImage, ...] = ()
    built: tuple[BuiltImage, ...] = ()
    network: NetworkSettings = NetworkSettings()
    networks: tuple[GroupNetworks, ...] = ()
    support: ReadSupport | None = None
    secrets: tuple[WriteSecret, ...] = ()
    discovery: Discovery = Discovery()
    policies: Mapping[str, Policies] = field(default_factory=dict)
    storage: ProjectStorage = ProjectStorage()
    switch: Switch | None = None
    balancing: Balancing = Balancing()
    balanced: tuple[BalancedGroup, ...] = ()

    @property
    def log_groups(self) -> tuple[CreateLogGroup, ...]:
        """The log groups of all groups, each once."""
        found = [one for wanted in self.groups.values() for one in wanted.log_groups]
        return tuple({(one.subject, one.region): one for one in found}.values())


def wanted_project(
    connect: Connect, request: ServicesRequest
) -> Generator[Event, None, WantedProject]:
    """What files and flags ask of the project. Raises InputError with everything that is wrong with
    either."""
    launch, flags = read_launch(request), read_flags(by_flag(request))
    wrong = (*flags.findings, *launch.findings, *find_unknown_jobs(request))
    launch = replace(launch, findings=wrong)
    asked = Asked(request, launch, flags)
    translation = _translated(connect, asked)
    arrangement = translation.arrangement
    new = _new_services(asked, translation)
    switch = yield from to_services(connect, request, arrangement.project, new)
    asked = replace(asked, switch=switch)
    meant = chosen_groups(arrangement, request.services, not request.no_deps)
    handling = Handling(request.push_secrets, launch.tags, request.dry_run)
    translation = yield from with_secrets_of_groups(connect, translation, meant, handling)
    translation = yield from _completed(connect, request, translation)
    translations = translation.groups
    groups = {
        one.group.name: _wanted(asked, arrangement.project.name, one, translations[one.group.name])
        for one in translation.judged.groups
        if one.group.name in meant
    }
    only_looks = request.dry_run or not request.may_build
    builds = to_be_made(translation.project, translation.builds) if only_looks else ()
    return WantedProject(
        arrangement,
        names_on_cluster(arrangement.project, request.project.settings),
        groups,
        tuple(builds),
        built_images(translation.builds),
        translation.judged.network,
        translation.judged.networks,
        translation.support,
        translation.secrets.written.writes,
        translation.judged.discovery,
        {one.group.name: one.policies for one in translation.judged.groups},
        _storage(translation),
        switch,
        translation.judged.balancing,
        tuple(_balanced(translation.judged)),
    )


def _balanced(judged: JudgedProject) -> Iterator[BalancedGroup]:
    """The groups that are balanced, with their network modes and ports."""
    openings = port_outputs(one.group for one in judged.networks if one.has_own_group)
    for one in judged.groups:
        ports = one.definition.balancing.ports
        if ports:
            mode = one.definition.request.get("networkMode") or "bridge"
            name = one.group.name
            yield BalancedGroup(name, mode, ports, openings.get(name, ""))


def _storage(translation: GroupTranslation) -> ProjectStorage:
    """The volumes that are kept in EFS, and what each group of the project has to do with them."""
    judged = translation.judged
    mounts, roles, security_groups = {}, {}, {}
    for one in judged.groups:
        name, definition = one.group.name, one.definition.request
        mounts[name] = mounted(definition, judged.storage)
        if definition.get("taskRoleArn"):
            roles[name] = str(definition["taskRoleArn"])
        network = awsvpc_of({"networkConfiguration": one.group.params.network})
        security_groups[name] = tuple(network.get("securityGroups") or ())
    return ProjectStorage(judged.storage, mounts, roles, security_groups)


def _new_services(asked: Asked, translation: GroupTranslation) -> list[NewService]:
    """The services and jobs as they would take the place of another layout."""
    settings, found = asked.request.project.settings, translation.groups
    return [
        NewService(
            names_of(group, settings).service,
            found[group.name].definition.request,
            fields_of(found[group.name], asked.launch, asked.flags),
            group.is_job,
            first_count(found[group.name], 1),
        )
        for group in translation.arrangement.groups
    ]


def _completed(
    connect: Connect, request: ServicesRequest, found: GroupTranslation
) -> Generator[Event, None, GroupTranslation]:
    """The same with the execution role and the images; a dry run does without credentials."""
    found = yield from with_role_and_images(connect, request, found, with_role_of_groups)
    yield from group_observations(found)
    yield from lost_logs(found.groups.values())
    return found


def _translated(connect: Connect, asked: Asked) -> GroupTranslation:
    """The files before anything is built. Raises InputError with everything that is wrong."""
    request, launch = asked.request, asked.launch
    try:
        terms = terms_of(connect, request, launch, Purpose.RUN)
        found = translate_groups(agreed_project(request), terms)
        names_on_cluster(found.project, request.project.settings)
        chosen_groups(found.arrangement, request.services)
        refuse([*launch.findings, *_refused(asked, found)])
    except InputError as error:
        raise InputError.of([*launch.findings, *error.findings]) from error
    return found


def _refused(asked: Asked, found: GroupTranslation) -> Iterator[Finding]:
    """What ECS would refuse in any group because of flags, alone or beside the files."""
    jobs = {group.name for group in found.arrangement.groups if _runs_once(asked, group)}
    for name, translation in found.groups.items():
        if name in jobs:
            yield from refused_tasks(translation, asked.launch)
        else:
            fields = fields_of(translation, asked.launch, asked.flags)
            yield from refused_fields(translation, fields)
        yield from wanted_groups(asked.request, translation)[1]


def _runs_once(asked: Asked, group: Group) -> bool:
    """Whether a task of the group is started, instead of a service that keeps it running."""
    return group.is_job or asked.request.as_tasks


def _wanted(
    asked: Asked, project: str, judged: Judged, translation: Translation
) -> WantedService | WantedTasks:
    """What is asked of one group of a project: a service, or the task of a job."""
    request, launch, group = asked.request, asked.launch, judged.group
    names = names_of(group, request.project.settings)
    own_tags = tags_of(project, group.name, names.cluster)
    keys = {tag["key"] for tag in own_tags}
    given = [tag for tag in launch.tags if tag["key"] not in keys]
    launch = replace(launch, tags=(*given, *own_tags))
    if _runs_once(asked, group):
        return replace(tasks_of(request, translation, launch, names), builds=())
    fields = fields_of(translation, launch, asked.flags)
    launch = replace(launch, tags=(*judged.tags, *launch.tags))
    service = service_of(request, translation, launch, fields, first_count(translation, 1))
    return taken_over(replace(service, builds=()), asked.switch)
