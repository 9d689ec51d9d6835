"""`ecscli compose service create`: the service without tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.base.errors import InputError
from ecscli.commands.compose.building import build_option
from ecscli.commands.compose.options import (
    dry_run_option,
    launch_options,
    log_group_options,
    managed_tags_option,
    service_options,
    tags_option,
)
from ecscli.commands.compose.running import answer, carry_out, show_plan
from ecscli.commands.compose.service.options import document, wanted_service
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.up.service.live import LiveProject
    from ecscli.up.service.names import Names


@click.command(cls=EcsCommand, name="create")
@config_options
@build_option
@launch_type_option
@log_group_options
@service_options
@tags_option
@managed_tags_option
@launch_options
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, dry_run: bool, output: str, **given: Any) -> int:
    """Create the service with a count of zero; `service up` or `service start` brings its first
    task."""
    from ecscli.up.discovery.live import read_discovery
    from ecscli.up.discovery.plan import with_discovery
    from ecscli.up.service.live import read_service
    from ecscli.up.service.plan import plan_service

    wanted, _ = wanted_service(app, given, first=0)
    live = read_service(app.aws(), wanted.names, wanted.log_groups)
    _refuse_existing(wanted.names, live)
    plan = plan_service(wanted, live)
    discovery = read_discovery(app.aws(), wanted, live.service, None)
    plan = with_discovery(plan, wanted, live.service, discovery, None)
    if dry_run:
        return show_plan(app, plan, output)
    applied = carry_out(app, plan, f"service {wanted.names.service}")
    answer(app, output, document(wanted.names, applied.service, True))
    return 0


def _refuse_existing(names: Names, live: LiveProject) -> None:
    if live.service is not None and live.service.get("status") == "ACTIVE":
        raise InputError(
            f"service {names.service} exists already in cluster {names.cluster}",
            live.service.get("serviceArn"),
            "change it with `ecscli compose service up`",
        )
