"""`configure show`: each effective setting and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ecscli.base.errors import AccessError
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option
from ecscli.config.settings import Settings

NAMES = ("cluster", "region", "launch_type", "stack_name", "service_prefix", "project_prefix")
HIDDEN = "********"


@click.command(cls=EcsCommand, name="show")
@config_options
@launch_type_option
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """Print each setting that is in force and where it comes from; secrets stay hidden."""
    settings = app.settings()
    rows = {name: (getattr(settings, name).value, getattr(settings, name).source) for name in NAMES}
    rows.update(_login(app, settings))
    address = settings.sandbox_url or settings.endpoint
    if address:
        rows["endpoint"] = (
            address,
            "the sandbox" if settings.sandbox_url else "--endpoint (ECS only)",
        )
    if output == "json":
        app.console.data(
            {name: {"value": value, "source": source} for name, (value, source) in rows.items()}
        )
    else:
        app.console.table(
            ("SETTING", "VALUE", "SOURCE"),
            [(name, value or "-", told) for name, (value, told) in rows.items()],
        )


def _login(app: App, settings: Settings) -> Mapping[str, tuple[str | None, str]]:
    login = settings.login
    if login.kind in ("sandbox", "static"):
        keys = {
            "access_key": (masked(login.access_key), login.source),
            "secret_key": (HIDDEN, login.source),
        }
        return keys | ({"session_token": (HIDDEN, login.source)} if login.session_token else {})
    try:
        method = app.aws().login_method()
    except AccessError as error:
        return {"credentials": (None, f"{login.source}: {error.message}")}
    return {
        "credentials": (
            method,
            f"profile {login.profile} by {login.source}" if login.profile else login.source,
        )
    }


def masked(key: str | None) -> str:
    """An access key's id as far as it may be shown."""
    return f"{key[:4]}********{key[-2:]}" if key and len(key) > 8 else HIDDEN
