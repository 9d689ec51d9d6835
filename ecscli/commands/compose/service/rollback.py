"""`ecscli compose service rollback`: back to an earlier revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import dry_run_option, no_wait_option, timeout_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import carry_out, check_timeout, names_of, refuse, show_plan
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT, finish
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="rollback")
@config_options
@click.option(
    "--to",
    "revision",
    type=click.IntRange(1),
    metavar="N",
    help="Revision; the one before by default.",
)
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(
    app: App, revision: int | None, timeout: float, no_wait: bool, dry_run: bool, output: str
) -> int:
    """Go back to the revision before the one in use, or to revision N of the same family."""
    from ecscli.up.service.live import need_service
    from ecscli.up.service.plan import plan_rollback
    from ecscli.up.service.revisions import earlier_revision

    names = names_of(app, load_project(app))
    refuse(check_timeout(timeout))
    service = need_service(app.aws(), names)
    plan = plan_rollback(
        names, service, earlier_revision(app.aws(), str(service["taskDefinition"]), revision)
    )
    if dry_run:
        return show_plan(app, plan, output)
    applied = carry_out(app, plan, f"service {names.service}")
    return finish(app, names, applied.service or service, bool(plan), (timeout, no_wait, output))
