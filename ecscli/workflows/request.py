"""What is asked of the tasks of a project beside its files -> what ECS takes of it; every mistake
at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError, Finding, InputError
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import BuildImage, CreateLogGroup, CreateRepository, Event
from ecscli.up.service.flags import read_capacity
from ecscli.up.service.log_groups import implied_groups, log_groups
from ecscli.workflows.changes import check_timeout
from ecscli.workflows.definition.execution_role import RoleRequest, lost_logs, with_execution_role
from ecscli.workflows.definition.silence import cluster_of, processors_of
from ecscli.workflows.definition.translation import (
    Terms,
    Translation,
    launch_of,
    observations,
    translate,
)
from ecscli.workflows.events import warning
from ecscli.workflows.images.plan import BuildFlags, Found, GivenImages, to_be_made, with_images
from ecscli.workflows.images.plan import planner as image_planner
from ecscli.workflows.project import Connect, ProjectRequest, refuse
from ecscli.workflows.secrets.ship import Handling, with_secrets
from ecscli.workflows.tags import GivenTags, read_tags

if TYPE_CHECKING:
    from ecscli.workflows.switch.request import SwitchRequest

# What finds the execution role of a translated project, or of its groups
WithRole = Callable[[Connect, RoleRequest, Found], Generator[Event, None, Found]]
CheckTranslation = Callable[[Translation], Iterable[Finding]]


@record
class TaskRequest:
    """What is asked of tasks, by the names of the flags and in their forms; what a job does not
    need stays at its default.

    `timeout`: minutes, 0 not to wait. `dry_run`: it will only be looked at, so that no image is
    built. `build`: as `BuildFlags` has it, with `images` and `builder`;
    `may_build` False: an image that ECR does not have is not built, and must not be needed.
    `capability_iam`: roles may be made. `ship_secrets` creates secrets with a file or a
    variable in AWS, `push_secrets` updates those that differ as well.
    `switch`: what becomes of services of the other layout; None: they are not looked for.
    """

    project: ProjectRequest
    tags: GivenTags = None
    disable_ecs_managed_tags: bool = False
    create_log_groups: bool = False
    log_retention: int | None = None
    capacity_provider: str | None = None
    platform_version: str | None = None
    propagate_tags: str | None = None
    execute_command: bool | None = None
    build: bool | None = None
    images: GivenImages = None
    builder: str | None = None
    may_build: bool = True
    capability_iam: bool = False
    ship_secrets: bool = False
    push_secrets: bool = False
    timeout: float = 0.0
    no_wait: bool = False
    dry_run: bool = False
    switch: SwitchRequest | None = None


@record
class Launch:
    """What a request asks of each task, and what is wrong with it."""

    flags: LaunchFlags
    tags: Tags
    findings: tuple[Finding, ...]


def read_launch(request: TaskRequest) -> Launch:
    """What the request asks of each task."""
    tags, wrong_tags = read_tags(request.tags)
    capacity, wrong_capacity = read_capacity(request.capacity_provider)
    flags = replace(
        launch_of(request.project.settings),
        capacity=capacity,
        platform_version=request.platform_version,
        execute_command=request.execute_command,
        propagate_tags=request.propagate_tags,
    )
    wrong_timeout = check_timeout(request.timeout)
    return Launch(flags, tags, (*wrong_tags, *wrong_capacity, *wrong_timeout))


def wanted_groups(
    request: TaskRequest, translation: Translation
) -> tuple[list[CreateLogGroup], list[Finding]]:
    """The log groups to create: those that are asked for, and the one that no file names; and what
    is wrong with them."""
    definition, region = translation.definition, request.project.settings.region.value
    implied: list[CreateLogGroup] = []
    days = request.log_retention or definition.log_retention
    if definition.log_group and region:
        name = definition.log_group
        implied = implied_groups(definition.request, name, region, days)
    if not request.create_log_groups:
        return implied, []
    region = request.project.settings.need_region()
    asked, wrong = log_groups(definition.request, region, days)
    others = [group for group in asked if group.subject != definition.log_group]
    return [*others, *implied], wrong


def completed(
    connect: Connect, request: TaskRequest, launch: Launch, found: Translation
) -> Generator[Event, None, Translation]:
    """The same with its secrets, its execution role and its images, which are built and pushed."""
    handling = Handling(request.push_secrets, launch.tags, request.dry_run)
    found = yield from with_secrets(connect, found, handling)
    found = yield from with_role_and_images(connect, request, found, with_execution_role)
    found = yield from _with_storage(connect, request, found)
    yield from observations(found)
    yield from lost_logs([found])
    if request.create_log_groups and not wanted_groups(request, found)[0]:
        yield warning(Finding("No log groups to create; no containers use 'awslogs'"))
    return found


def with_role_and_images(
    connect: Connect, request: TaskRequest, found: Found, with_role: WithRole[Found]
) -> Generator[Event, None, Found]:
    """The same with the execution role and the images; a dry run does without credentials."""
    try:
        found = yield from with_role(connect, _role_request(request), found)
    except AccessError as error:
        if not request.dry_run or error.code != NO_CREDENTIALS:
            raise
    only_looks = request.dry_run or not request.may_build
    flags = build_flags(request)
    return (yield from with_images(connect, request.project, flags, found, only_looks))


def _with_storage(
    connect: Connect, request: TaskRequest, found: Translation
) -> Generator[Event, None, Translation]:
    """The same with its volumes in EFS; a dry run does without credentials."""
    if not found.definition.storage:
        return found
    # few projects have some: its room is loaded where one does
    from ecscli.workflows.definition.storage import with_storage

    try:
        return (yield from with_storage(connect, _role_request(request), found))
    except AccessError as error:
        if not request.dry_run or error.code != NO_CREDENTIALS:
            raise
    return found


def _role_request(request: TaskRequest) -> RoleRequest:
    """What is asked of the execution role."""
    return RoleRequest(request.project.settings, may_make_roles(request))


def may_make_roles(request: TaskRequest) -> bool:
    """Whether flags or configuration consent to roles in the support stack."""
    return request.capability_iam or request.project.settings.capability_iam


def build_flags(request: TaskRequest) -> BuildFlags:
    """What is asked of images."""
    return BuildFlags(request.build, request.images, request.builder)


def as_planned(
    connect: Connect,
    request: TaskRequest,
    launch: Launch,
    check: CheckTranslation,
    purpose: Purpose = Purpose.RUN,
) -> Translation:
    """The files as ECS takes them, before anything is built. Raises InputError with what is wrong
    with flags and files and what `check` finds, together."""
    try:
        terms = terms_of(connect, request, launch, purpose)
        found = translate(agreed_project(request), terms)
        refuse([*launch.findings, *check(found)])
    except InputError as error:
        raise InputError.of([*launch.findings, *error.findings]) from error
    return found


def agreed_project(request: TaskRequest) -> ProjectRequest:
    """The project, with the word of the flags on its secrets."""
    ships = request.ship_secrets or request.push_secrets
    return replace(request.project, ship_secrets=ships)


def terms_of(connect: Connect, request: TaskRequest, launch: Launch, purpose: Purpose) -> Terms:
    """What the files are translated with beside themselves."""
    return Terms(
        launch.tags,
        image_planner(request.project, build_flags(request), starts_git=not request.dry_run),
        launch.flags,
        purpose,
        cluster_of(connect, agreed_project(request)),
        processors_of(connect, agreed_project(request)),
    )


def wanted_builds(
    request: TaskRequest, translation: Translation
) -> tuple[CreateRepository | BuildImage, ...]:
    """What a plan would build that is only shown; else everything is built already."""
    if not (request.dry_run and request.may_build):
        return ()
    return tuple(to_be_made(translation.project, translation.builds))
