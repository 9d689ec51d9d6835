"""The flags between `compose` and its command -> which project is meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.yaml.composer import LIMITS
from ecscli.commands.foreign import PROJECT
from ecscli.commands.options import F, confined_flag
from ecscli.compose.find.choose import directory_beside
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.params.keys import LAYOUTS
from ecscli.workflows.project import ProjectRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App

LAYOUT = "ecscli.layout"
STDIN = "ecscli.stdin"
BALANCER, RECREATE = "ecscli.load_balancer", "ecscli.recreate_balancer"


@record
class ComposeFlags:
    """What comes between `compose` and its command."""

    files: tuple[str, ...] = ()
    project_name: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    task_role_arn: str | None = None
    ecs_params: str | None = None
    registry_creds: str | None = None
    interpolate_credentials: bool = False


def keep_flags(ctx: click.Context, flags: ComposeFlags) -> None:
    """Leave the flags of the group where its commands find them."""
    ctx.meta[PROJECT] = flags


def compose_flags() -> ComposeFlags:
    """The flags of the `compose` group of this call."""
    flags: ComposeFlags = click.get_current_context().meta.get(PROJECT, ComposeFlags())
    return flags


def project_request(app: App, ship_secrets: bool = False) -> ProjectRequest:
    """The project of this call, the files beside it, and the settings in force; `ship_secrets`:
    secrets with a file or a variable may be created."""
    flags, meta = compose_flags(), click.get_current_context().meta
    return ProjectRequest(
        source=load_options(app),
        settings=app.settings(offline=True),
        directory=app.directory,
        environment=app.environment,
        task_role_arn=flags.task_role_arn,
        ecs_params=flags.ecs_params,
        registry_creds=flags.registry_creds,
        layout=layout_flag(),
        ship_secrets=ship_secrets,
        load_balancer=bool(meta.get(BALANCER)),
        recreate_balancer=bool(meta.get(RECREATE)),
    )


def balancer_option(function: F) -> F:
    """``--load-balancer``, which is of the project."""
    return _flag_of_project(
        "--load-balancer",
        BALANCER,
        "Make a load balancer for every service with one published port, unless its"
        " load_balancer says otherwise.",
    )(function)


def recreate_option(function: F) -> F:
    """``--recreate-balancer``, which is of the project."""
    return _flag_of_project(
        "--recreate-balancer",
        RECREATE,
        "Make a load balancer anew that was deleted by hand; it gets another address.",
    )(function)


def _flag_of_project(name: str, key: str, text: str) -> Callable[[F], F]:
    """A flag that `project_request` finds below a key, and no command takes."""

    def keep(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        ctx.meta[key] = value

    return click.option(name, is_flag=True, expose_value=False, callback=keep, help=text)


def layout_option(function: F) -> F:
    """``--layout``, of the group and of its commands; the innermost one wins."""

    def keep(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value:
            ctx.meta[LAYOUT] = value

    return click.option(
        "--layout",
        type=click.Choice(LAYOUTS),
        expose_value=False,
        callback=keep,
        help="task: all services in one task; services: an ECS service for each (also:"
        " ECSCLI_LAYOUT).",
    )(function)


def layout_flag() -> str | None:
    """What the flags of this call say of the layout."""
    given: str | None = click.get_current_context().meta.get(LAYOUT)
    return given


def find_beside(app: App) -> str:
    """The directory of the files beside the Compose file, where the working directory has none."""
    return directory_beside(load_options(app))


def load_options(app: App, services: tuple[str, ...] = ()) -> LoadOptions:
    """How the project of this call is loaded: whole, or some services with what they need."""
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
    """The text of standard input, which can be read once alone."""
    meta = click.get_current_context().meta
    if STDIN not in meta:
        meta[STDIN] = read_standard_input()
    return str(meta[STDIN])


def read_standard_input() -> str:
    """The text of standard input, or its beginning where it is too large for a file."""
    try:
        return sys.stdin.read(LIMITS.size + 1)
    except UnicodeDecodeError:
        message = "standard input is not UTF-8"
        raise InputError(message, "<stdin>", "save the file as UTF-8") from None
