"""`ecscli compose service scale COUNT`, and the change of the count that `stop` shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.base.documents import Draft
from ecscli.commands.compose.options import (
    dry_run_option,
    no_wait_option,
    percent_options,
    timeout_option,
)
from ecscli.commands.compose.running import carry_out, names_of, one_count, show_plan
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT, finish, update_fields
from ecscli.commands.compose.translation import Translation, tell, translate
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="scale")
@config_options
@percent_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.argument("count", nargs=-1)
@click.pass_obj
def command(app: App, /, count: tuple[str, ...], **given: Any) -> int:
    """Change the number of the service's tasks to COUNT."""
    number, translation = one_count(
        count, "ecscli compose service scale COUNT", lambda: translate(app)
    )
    return change_count(app, translation, number, given)


def change_count(app: App, translation: Translation, count: int, given: Draft) -> int:
    """One UpdateService, and the way to the new count followed."""
    from ecscli.up.service.plan import plan_service_scale

    names, fields = names_of(app, translation.project), update_fields(translation, given)
    tell(app, translation)
    plan = plan_service_scale(names, count, fields)
    if given["dry_run"]:
        return show_plan(app, plan, given["output"])
    applied = carry_out(app, plan, f"service {names.service}")
    assert applied.service is not None
    return finish(
        app, names, applied.service, True, (given["timeout"], given["no_wait"], given["output"])
    )
