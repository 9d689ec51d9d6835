"""A project in layout services and the files beside it -> the task definition of each group,
without AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import field, record, replace
from ecscli.compose.ecs.agent_role import ClusterStack, ExecutionRole
from ecscli.compose.ecs.launch_target import LaunchFlags, on_cluster
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.judge import JudgedProject, judge_groups
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskSettings
from ecscli.registry.builds.plan import Builds
from ecscli.support.reads import Reads
from ecscli.up.model import Event
from ecscli.up.secrets.plan import SecretPlan
from ecscli.workflows.definition.translation import (
    TERMS,
    Builder,
    ProcessorLook,
    Terms,
    Translation,
    notices,
    platform_for,
    settings_of,
    settings_with,
    waits_for_platform,
)
from ecscli.workflows.events import warnings
from ecscli.workflows.project import ProjectRequest, load_files

if TYPE_CHECKING:
    from ecscli.support.parts import Part
    from ecscli.up.support.live import LiveSupport


@record
class GroupSecrets:
    """The secrets of a project, which are written once for all groups; of each group by name what
    was pushed of its own, and what its role must be able to read to decrypt them."""

    written: SecretPlan = SecretPlan()
    pushed: Mapping[str, SecretPlan] = field(default_factory=dict)
    reads: Mapping[str, Reads] = field(default_factory=dict)


@record
class ReadSupport:
    """What there is of the support stack, read while a role was looked for; `part`: what the stack
    is to have of the role."""

    live: LiveSupport
    part: Part


@record
class GroupTranslation:
    """A project as ECS takes it: `groups` by name, in the order of the files; see Translation for
    the rest. `support` None: nobody had to look for a role."""

    judged: JudgedProject
    params: EcsParams
    settings: TaskSettings
    cluster: str
    builds: Builds = Builds()
    unread: tuple[Finding, ...] = ()
    support: ReadSupport | None = None
    secrets: GroupSecrets = GroupSecrets()

    @property
    def project(self) -> Project:
        """The project as a whole."""
        return self.arrangement.project

    def with_builds(self, builds: Builds) -> GroupTranslation:
        """The same with images that were found or built meanwhile."""
        settings = replace(self.settings, images=builds.images)
        return replace(self._again(settings), builds=builds)

    def with_role(self, role: ExecutionRole) -> GroupTranslation:
        """The same with what was found of an execution role."""
        return self._again(replace(self.settings, execution_role=role))

    def with_account(self, account: str) -> GroupTranslation:
        """The same once the account is known, which the references to secrets name."""
        ship = replace(self.settings.ship, account=account)
        return self._again(replace(self.settings, ship=ship))

    def _again(self, settings: TaskSettings) -> GroupTranslation:
        """Translated with other settings. Raises InputError with everything that is wrong then."""
        judged = judge_groups(self.arrangement, self.params, settings, self.cluster)
        judged.findings.raise_errors(self.project.files)
        return replace(self, judged=judged, settings=settings)

    @property
    def arrangement(self) -> Arrangement:
        return self.judged.arrangement

    @property
    def groups(self) -> dict[str, Translation]:
        """Each group as a project of its own; what is built, is built for all of them."""
        return {
            one.group.name: Translation(
                one.group.project,
                one.group.params,
                one.settings,
                one.definition,
                secrets=self.secrets.pushed.get(one.group.name, SecretPlan()),
                reads=self.secrets.reads.get(one.group.name, Reads()),
            )
            for one in self.judged.groups
        }


def translate_groups(request: ProjectRequest, terms: Terms = TERMS) -> GroupTranslation:
    """Load, arrange and translate a project. Raises InputError with every finding."""
    project, params, creds = load_files(request)
    settings = settings_of(request, terms, creds)
    images = {service.name: "built" for service in project.services if service.build}
    look = terms.look(project, params, replace(settings, images=images))
    arrangement = arrange(project, params)
    builds = builds_of_groups(arrangement, params, settings.launch, terms.builder, look.stack)
    instances = ProcessorLook()
    if _waits_for_platform(arrangement, settings.launch, look.stack, builds):
        instances = terms.processors(project, params, replace(settings, images=images))
        launch = replace(settings.launch, architecture=instances.architecture)
        settings = replace(settings, launch=launch)
        builds = builds_of_groups(arrangement, params, launch, terms.builder, look.stack)
    settings = replace(settings_with(settings, builds), cluster=look.stack)
    cluster = request.settings.cluster.value or ""
    judged = judge_groups(arrangement, params, settings, cluster)
    judged.findings.raise_errors(project.files)
    unread = (*look.unread, *instances.findings)
    return GroupTranslation(judged, params, settings, cluster, builds, unread)


def _waits_for_platform(
    arrangement: Arrangement, launch: LaunchFlags, cluster: ClusterStack | None, builds: Builds
) -> bool:
    """Whether images of a group may be built for instances whose processors are not known."""
    return any(
        waits_for_platform(
            group.project, group.params, on_cluster(launch, group.params, cluster), builds
        )
        for group in arrangement.groups
    )


def builds_of_groups(
    arrangement: Arrangement,
    params: EcsParams,
    launch: LaunchFlags,
    builder: Builder,
    cluster: ClusterStack | None = None,
) -> Builds:
    """What becomes of the images of `build:`, each for the platform of its group."""
    platforms = {
        group.services: platform_for(
            group.project, group.params, on_cluster(launch, group.params, cluster)
        )
        for group in arrangement.groups
    }
    found = {
        platform: builder(arrangement.project, params, platform)
        for platform in dict.fromkeys(platforms.values())
    }
    if len(found) == 1:
        return next(iter(found.values()))
    of_service = {name: found[platforms[names]] for names in platforms for name in names}
    choices = [
        choice
        for name, builds in of_service.items()
        for choice in builds.choices
        if choice.service == name
    ]
    first = next(iter(found.values()), Builds())
    return replace(first, choices=tuple(choices))


def group_observations(translation: GroupTranslation) -> Iterator[Event]:
    """What loading, arranging and translating found strange, and what they decided."""
    findings = translation.judged.findings
    project = translation.arrangement.project
    found = (*project.warnings, *findings.warnings.counted(), *translation.unread)
    yield from warnings(found)
    yield from notices(findings.notices.counted())
