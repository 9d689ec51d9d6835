"""A project and the files beside it -> its task definition, without AWS: what every job with a task
definition starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.limits import EC2
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.ecs.agent_role import ExecutionRole
from ecscli.compose.ecs.launch_target import LaunchFlags, decide, on_cluster
from ecscli.compose.ecs.support import SKIPPING
from ecscli.compose.params.read import EcsParams
from ecscli.compose.params.registry_creds import RegistryCreds
from ecscli.compose.project.model import Project
from ecscli.compose.rules import run_fields
from ecscli.compose.rules.subject import Run, Subject
from ecscli.compose.secrets.shipped import ShipSettings
from ecscli.compose.task.definition import Purpose, TaskDefinition, TaskSettings
from ecscli.compose.verdict import build_task_definition, judge
from ecscli.config.settings import Settings
from ecscli.registry.builds.decide import Verdict
from ecscli.registry.builds.plan import Builds
from ecscli.registry.builds.recipes import platform_of
from ecscli.support.reads import Reads
from ecscli.up.model import Event
from ecscli.up.secrets.plan import SecretPlan
from ecscli.up.stack.of_cluster import ClusterLook
from ecscli.workflows.events import warnings
from ecscli.workflows.project import ProjectRequest, load_all, refuse

if TYPE_CHECKING:
    from ecscli.up.service.desired import Published
    from ecscli.up.support.plan import SupportStack

INSTANCE_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
# The project, the files beside it and the task's platform -> what becomes of the images of `build:`
Builder = Callable[[Project, EcsParams, str | None], Builds]


@record
class ProcessorLook:
    """The architecture that all container instances of the cluster have, x86_64 or arm64, where it
    is known; and why it is not."""

    architecture: str | None = None
    findings: tuple[Finding, ...] = ()


# The project, the files beside it and the settings so far -> the cluster's stack, or its processors
LookForCluster = Callable[[Project, EcsParams, TaskSettings], ClusterLook]
LookForProcessors = Callable[[Project, EcsParams, TaskSettings], ProcessorLook]


@record
class Translation:
    """A project as ECS takes it, and the settings that it was translated with.

    `unread`: what could not be looked up before. `reads`: what the execution role must be able to
    read besides what the definition names. `support`: the stack that has that role.
    """

    project: Project
    params: EcsParams
    settings: TaskSettings
    definition: TaskDefinition
    builds: Builds = Builds()
    unread: tuple[Finding, ...] = ()
    secrets: SecretPlan = SecretPlan()
    reads: Reads = Reads()
    support: SupportStack | None = None

    def with_builds(self, builds: Builds) -> Translation:
        """The same with images that were found or built meanwhile."""
        settings = replace(self.settings, images=builds.images)
        return replace(self._again(settings), builds=builds)

    def with_role(self, role: ExecutionRole) -> Translation:
        """The same with what was found of an execution role. Raises InputError where there is none
        and the task needs one."""
        return self._again(replace(self.settings, execution_role=role))

    def with_account(self, account: str) -> Translation:
        """The same once the account is known, which the references to secrets name."""
        ship = replace(self.settings.ship, account=account)
        return self._again(replace(self.settings, ship=ship))

    def _again(self, settings: TaskSettings) -> Translation:
        """Translated with other settings."""
        definition = build_task_definition(self.project, self.params, settings)
        definition = _without_skips(definition, settings.images)
        return replace(self, settings=settings, definition=definition)


def no_builds(project: Project, params: EcsParams, platform: str | None) -> Builds:
    """Nothing is built."""
    return Builds()


def no_look(project: Project, params: EcsParams, settings: TaskSettings) -> ClusterLook:
    """Nobody asks AWS."""
    return ClusterLook()


def no_processors(project: Project, params: EcsParams, settings: TaskSettings) -> ProcessorLook:
    """Nobody asks AWS."""
    return ProcessorLook()


@record
class Terms:
    """What a project is translated with beside its files.

    `builder` gives the images of services with `build:`; `launch` is by default what the settings
    have; `look` finds the cluster's stack, `processors` those of its instances.
    """

    tags: Tags = ()
    builder: Builder = no_builds
    launch: LaunchFlags | None = None
    purpose: Purpose = Purpose.RUN
    look: LookForCluster = no_look
    processors: LookForProcessors = no_processors


TERMS = Terms()


def translate(request: ProjectRequest, terms: Terms = TERMS) -> Translation:
    """Load and translate a project. Raises InputError with every finding."""
    project, params, creds = load_all(request)
    settings = settings_of(request, terms, creds)
    platform = platform_for(project, params, settings.launch)
    builds = terms.builder(project, params, platform)
    settings = settings_with(settings, builds)
    cluster = terms.look(project, params, settings)
    launch = on_cluster(settings.launch, params, cluster.stack)
    settings = replace(settings, launch=launch, cluster=cluster.stack)
    instances = ProcessorLook()
    if waits_for_platform(project, params, launch, builds):
        instances = terms.processors(project, params, settings)
        launch = replace(launch, architecture=instances.architecture)
        settings = replace(settings, launch=launch)
    if platform_for(project, params, launch) != platform:
        builds = terms.builder(project, params, platform_for(project, params, launch))
        settings = settings_with(settings, builds)
    definition = build_task_definition(project, params, settings)
    definition = _without_skips(definition, settings.images)
    unread = (*cluster.unread, *instances.findings)
    return Translation(project, params, settings, definition, builds, unread)


def settings_of(request: ProjectRequest, terms: Terms, creds: RegistryCreds | None) -> TaskSettings:
    """What the request alone has for the task definition."""
    return TaskSettings(
        terms.launch or launch_of(request.settings),
        task_role_arn=request.task_role_arn,
        creds=creds,
        tags=terms.tags,
        region=request.settings.region.value,
        purpose=terms.purpose,
        ship=ShipSettings(request.ship_secrets),
        balance=request.load_balancer,
    )


def settings_with(settings: TaskSettings, builds: Builds) -> TaskSettings:
    """The same with the images of services that are built."""
    return replace(settings, images=builds.images, image_findings=builds.findings)


def platform_for(project: Project, params: EcsParams, launch: LaunchFlags) -> str | None:
    """The platform of the task, for its images: by the files, else that of the instances where it
    is known; None where both leave it open."""
    exact = project.dialect.reproduces_ecs_cli
    target = decide(project.services, params, launch, exact, Findings())
    platform = platform_of({"runtimePlatform": target.platform, **params.extra})
    if platform is None and target.effective_launch_type == EC2 and launch.architecture:
        return INSTANCE_PLATFORMS[launch.architecture]
    return platform


def waits_for_platform(
    project: Project, params: EcsParams, launch: LaunchFlags, builds: Builds
) -> bool:
    """Whether images of these services may be built for instances whose processors are not
    known."""
    exact = project.dialect.reproduces_ecs_cli
    if exact or platform_for(project, params, launch) is not None:
        return False
    names = {service.name for service in project.services}
    built = [name for one in builds.recipes(Verdict.FUTURE) for name in one.services]
    target = decide(project.services, params, launch, exact, Findings())
    return target.effective_launch_type == EC2 and not names.isdisjoint(built)


def outline(request: ProjectRequest) -> Translation:
    """A project for jobs with a live service, which keeps its task definition: they use its name,
    network and log groups, and what ECS would refuse elsewhere in the files does not stop them.

    Raises InputError with what is wrong with the files themselves.
    """
    project, params, creds = load_all(request)
    refuse([*project.errors, *params.errors])
    settings = TaskSettings(
        launch_of(request.settings),
        creds=creds,
        region=request.settings.region.value,
        purpose=Purpose.LOOK,
    )
    definition, _ = judge(project, params, settings)
    quiet = replace(definition, warnings=params.warnings, notices=())
    return Translation(project, params, settings, quiet)


def subject_of(translation: Translation) -> Subject:
    """The project as the rules of ECS look at it, run as its files alone ask for."""
    definition, params = translation.definition, translation.params
    run = Run(run_fields(params, definition.service, definition.managed_volumes))
    launch_type = definition.launch.effective_launch_type
    return Subject(definition.request, launch_type, translation.project, params, run)


def launch_of(settings: Settings) -> LaunchFlags:
    """The launch type of a flag or of the stored configuration, and where it comes from."""
    chosen = settings.launch_type
    return LaunchFlags(
        chosen.value, launch_type_source=chosen.source, architecture=settings.architecture
    )


def _without_skips(definition: TaskDefinition, built: Iterable[str]) -> TaskDefinition:
    """ecs-cli warned in old files that `build` is skipped; not so where it is built."""
    skips = {f"{SKIPPING} services.{service}.build" for service in built}
    left = tuple(one for one in definition.warnings if one.message not in skips)
    return replace(definition, warnings=left)


def published_ports(translation: Translation) -> Published:
    """The container ports that the services publish, with their protocols."""
    services = translation.project.services
    ports = [port for service in services for port in service.ports]
    return tuple((port.target, port.protocol) for port in ports)


def observations(translation: Translation) -> Iterator[Event]:
    """What loading and translating found strange, and what they decided."""
    definition = translation.definition
    found = (*translation.project.warnings, *definition.warnings, *translation.unread)
    yield from warnings(found)
    yield from notices(definition.notices)


def notices(found: Iterable[Finding]) -> Iterator[Event]:
    """What was decided for the user, a line each."""
    for notice in found:
        for line in notice.lines():
            yield Event(line)
