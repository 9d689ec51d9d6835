"""The project of the flags, its side files and its task definition: what every compose command
starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from ecscli.base.records import record, replace
from ecscli.commands.compose import building
from ecscli.commands.compose.project import compose_flags, load_all

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.params.read import EcsParams
    from ecscli.compose.project.model import Project
    from ecscli.compose.task.definition import TaskDefinition


@record
class Translation:
    project: Project
    params: EcsParams
    definition: TaskDefinition


def translate(
    app: App,
    *,
    tags: tuple[Mapping[str, str], ...] = (),
    images: Mapping[str, str] | None = None,
    check: Callable[[Translation], None] = lambda translation: None,
    **target: Any,
) -> Translation:
    """Load and translate what the flags name; nothing is asked of AWS. Raises InputError with every
    finding.

    `target` overrides what the settings say of the launch type and the region; `images` are built
    images by service. With --build, images are built and pushed once nothing else is wrong, and the
    task takes their digests; `check` raises what the caller finds wrong before that.
    """
    from ecscli.compose.task.definition import Target, build_task_definition

    flags, settings = compose_flags(), app.settings(offline=True)
    project, params, creds = load_all(app)
    where = {"launch_type": settings.launch_type.value, "region": settings.region.value, **target}
    to_build = images is None and building.is_wanted()
    names = building.expected(project) if to_build else images or {}
    wanted = Target(
        task_role_arn=flags.task_role_arn, creds=creds, tags=tags, images=names, **where
    )
    definition = build_task_definition(project, params, wanted)
    check(Translation(project, params, definition))
    if to_build and not click.get_current_context().params.get("dry_run"):
        digests = building.built_and_pushed(app, project, definition.request)
        definition = build_task_definition(project, params, replace(wanted, images=digests))
    return Translation(project, params, without_skips(definition, names))


def without_skips(definition: TaskDefinition, built: Iterable[str]) -> TaskDefinition:
    """Old files are told that `build` is skipped, as the original did; not so where it has just
    been built."""
    from ecscli.compose.ecs.support import SKIPPING

    skips = {f"{SKIPPING} services.{service}.build" for service in built}
    return replace(
        definition, warnings=tuple(one for one in definition.warnings if one.message not in skips)
    )


def tell(app: App, translation: Translation) -> None:
    """Say on stderr what loading and translating found strange, and what they decided."""
    for finding in dict.fromkeys([*translation.project.warnings, *translation.definition.warnings]):
        app.console.warn(finding)
    for notice in translation.definition.notices:
        for line in notice.lines():
            app.console.say(line)
