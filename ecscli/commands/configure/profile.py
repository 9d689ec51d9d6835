"""`configure profile`: store the keys of an ECS profile."""

from __future__ import annotations

import click
from click.core import ParameterSource

from ecscli.base.errors import Finding
from ecscli.commands.configure.required import missing_option, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsGroup, output_option
from ecscli.workflows.configure.entries import PROFILES, store

ROWS = {"default": ("configure.profile_default", "Choose the default ECS profile.")}


@click.group(cls=EcsGroup, name="profile", rows=ROWS, invoke_without_command=True)
@click.option(
    "--access-key",
    envvar="AWS_ACCESS_KEY_ID",
    show_envvar=True,
    metavar="ID",
    help="Access key id.",
)
@click.option(
    "--secret-key",
    envvar="AWS_SECRET_ACCESS_KEY",
    show_envvar=True,
    metavar="KEY",
    help="Secret access key.",
)
@click.option(
    "--session-token",
    envvar="AWS_SESSION_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="Session token.",
)
@click.option(
    "--profile-name",
    default="default",
    show_default=True,
    metavar="NAME",
    help="Name of the profile.",
)
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    access_key: str | None,
    secret_key: str | None,
    session_token: str | None,
    profile_name: str,
    output: str,
) -> None:
    """Store keys in ~/.ecs/credentials; the first profile becomes the default.

    Keys of the AWS CLI, SSO and roles need no profile here: name theirs with --aws-profile or
    AWS_PROFILE.
    """
    if ctx.invoked_subcommand:
        return

    app = ctx.ensure_object(App)
    require(
        missing_option(
            "--secret-key",
            secret_key,
            "or set AWS_SECRET_ACCESS_KEY, which leaves no trace in the shell's history",
        ),
        missing_option("--access-key", access_key, "or set AWS_ACCESS_KEY_ID"),
        missing_option("--profile-name", profile_name),
    )
    if session_token and not _belongs(ctx, access_key, secret_key):
        hint = "give the token of these keys with --session-token, if they have one"
        app.console.warn(
            Finding("AWS_SESSION_TOKEN belongs to other keys: it is not stored", hint=hint)
        )
        session_token = None
    keys = {
        "aws_access_key_id": access_key,
        "aws_secret_access_key": secret_key,
        "aws_session_token": session_token or None,
    }
    is_default = app.report(store(app.stored_folder(), PROFILES, profile_name, keys))
    if output == "json":
        app.console.data({"name": profile_name, "default": is_default})


def _belongs(ctx: click.Context, access_key: str | None, secret_key: str | None) -> bool:
    """Whether the session token is that of the keys: a token of the environment goes with the keys
    beside it."""
    if ctx.get_parameter_source("session_token") is not ParameterSource.ENVIRONMENT:
        return True
    environment = ctx.ensure_object(App).environment
    beside = (environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY"))
    return (access_key, secret_key) == beside
