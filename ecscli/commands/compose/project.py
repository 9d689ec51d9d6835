"""The flags of `ecscli compose`, and what they load: project, ecs-params, registry credentials."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ecscli.base.records import record
from ecscli.commands.options import confined_flag

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.find.options import LoadOptions
    from ecscli.compose.params.read import EcsParams
    from ecscli.compose.params.registry_creds import RegistryCreds
    from ecscli.compose.project.model import Project

KEY = "ecscli.compose"


@record
class ComposeFlags:
    """What stands between `compose` and its sub-command."""

    files: tuple[str, ...] = ()
    project_name: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    task_role_arn: str | None = None
    ecs_params: str | None = None
    registry_creds: str | None = None
    interpolate_credentials: bool = False
    verbose: bool = False


def keep_flags(ctx: click.Context, flags: ComposeFlags) -> None:
    """Leave the flags of the group where its commands find them."""
    ctx.meta[KEY] = flags


def compose_flags() -> ComposeFlags:
    """The flags of the `compose` group of this call."""
    flags: ComposeFlags = click.get_current_context().meta.get(KEY, ComposeFlags())
    return flags


def load_project(app: App, services: tuple[str, ...] = ()) -> Project:
    """The project that the flags name, or some of its services with what they need; raises
    InputError."""
    from ecscli.compose.load import load_project as load

    return load(_options(app, services))


def load_all(app: App) -> tuple[Project, EcsParams, RegistryCreds | None]:
    """The project and the files beside it; raises InputError with what is wrong with any of
    them."""
    from ecscli.base.errors import InputError
    from ecscli.compose.find.side_files import load_side_files
    from ecscli.compose.load import load_project as load
    from ecscli.compose.load import outlook_of

    flags, options = compose_flags(), _options(app)
    side_files = app.directory, flags.ecs_params, flags.registry_creds
    try:
        project = load(options)
    except InputError as wrong:
        try:
            load_side_files(*side_files, *outlook_of(options))
        except InputError as also:
            raise InputError.of([*wrong.findings, *also.findings]) from None
        raise
    params, creds = load_side_files(*side_files, project.variables, project.within)
    return project, params, creds


def _options(app: App, services: tuple[str, ...] = ()) -> LoadOptions:
    from ecscli.compose.find.options import LoadOptions

    flags = compose_flags()
    return LoadOptions(
        directory=app.directory,
        environment=app.environment,
        files=flags.files,
        project_name=flags.project_name,
        env_files=flags.env_files,
        profiles=flags.profiles,
        services=services,
        stdin=_standard_input() if "-" in flags.files else None,
        confined=confined_flag(),
        interpolate_credentials=flags.interpolate_credentials,
    )


def _standard_input() -> str:
    from ecscli.base.composer import LIMITS

    try:
        return sys.stdin.read(LIMITS.size + 1)
    except UnicodeDecodeError:
        from ecscli.base.errors import InputError

        raise InputError(
            "standard input is not UTF-8", "<stdin>", "save the file as UTF-8"
        ) from None
