"""What is asked of the tasks of a project beside its files -> what ECS takes of it; every mistake
at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.base.tags import Tags
from ecscli.base.units import MOST_MINUTES
from ecscli.compose.ecs.launch_target import LaunchFlags
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import CreateLogGroup, Event
from ecscli.up.service.flags import read_capacity
from ecscli.up.service.log_groups import log_groups
from ecscli.up.tasks.plan import parse_count
from ecscli.workflows.definition.translation import (
    Translation,
    launch_of,
    no_images,
    observations,
    translate,
)
from ecscli.workflows.events import warning
from ecscli.workflows.images.build import build_and_push, expected
from ecscli.workflows.project import Connect, ProjectRequest, refuse
from ecscli.workflows.tags import GivenTags, read_tags

CheckTranslation = Callable[[Translation], Iterable[Finding]]


@record
class TaskRequest:
    """What is asked of tasks, by the names of the flags and in their forms; what a job does not
    need stays at its default.

    `timeout`: minutes, 0 not to wait. `dry_run`: it will only be looked at, so that no image is
    built.
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
    build: bool = False
    timeout: float = 0.0
    no_wait: bool = False
    dry_run: bool = False


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


def check_timeout(minutes: float) -> Iterator[Finding]:
    """Why this is not a timeout; NaN is between no bounds."""
    if not 0 <= minutes <= MOST_MINUTES:
        message = f"--timeout: {minutes:g} is not between 0 and {MOST_MINUTES:g} minutes"
        yield Finding(message, hint="give minutes; 0 does not wait")


def read_count(words: Sequence[str], form: str) -> tuple[int, tuple[Finding, ...]]:
    """The one COUNT of a `scale`, or 0 and what is wrong with it."""
    if len(words) != 1:
        return 0, (Finding(f"Please pass arguments in the form: {form}"),)
    try:
        return parse_count(words[0]), ()
    except InputError as error:
        return 0, error.findings


def wanted_groups(
    request: TaskRequest, translation: Translation
) -> tuple[list[CreateLogGroup], list[Finding]]:
    """The log groups to create, where they are asked for, and what is wrong with them."""
    if not request.create_log_groups:
        return [], []
    region = request.project.settings.need_region()
    return log_groups(translation.definition.request, region, request.log_retention)


def translated(
    connect: Connect,
    request: TaskRequest,
    launch: Launch,
    check: CheckTranslation,
    purpose: Purpose = Purpose.RUN,
) -> Generator[Event, None, Translation]:
    """The files as ECS takes them; images are built and pushed once nothing else is wrong.

    Raises InputError with what is wrong with flags and files and what `check` finds, together.
    """
    builds = expected if request.build else no_images
    try:
        found = translate(request.project, launch.tags, builds, launch.flags, purpose)
        refuse([*launch.findings, *check(found)])
    except InputError as error:
        raise InputError.of([*launch.findings, *error.findings]) from error
    if request.build and not request.dry_run:
        definition = found.definition.request
        digests = yield from build_and_push(connect, request.project, found.project, definition)
        found = found.with_images(digests)
    yield from observations(found)
    if request.create_log_groups and not wanted_groups(request, found)[0]:
        yield warning(Finding("No log groups to create; no containers use 'awslogs'"))
    return found
