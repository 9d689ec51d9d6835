"""`ecscli compose secrets rm`: secrets of the project deleted in AWS."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import yes_option
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option, take
from ecscli.workflows.secrets import stored


@click.command(cls=EcsCommand, name="rm")
@config_options
@click.argument("names", metavar="[SECRET]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@yes_option
@output_option
@click.pass_obj
def command(app: App, /, names: tuple[str, ...], yes: bool, **given: object) -> int:
    """Delete the secrets that were created for the project, once you agree. Those in Secrets
    Manager can be restored for `recovery_days`; those in SSM are gone at once."""
    answer = take(AnswerForm, given)
    plan = stored.plan_removal(app.aws, project_request(app), names)
    code = show_plan(app, plan, answer)
    if answer.dry_run or not plan:
        return code
    names_of_all = ", ".join(action.subject for action in plan.actions)
    if yes or app.console.confirm(f"Delete the secrets {names_of_all}?", "--yes"):
        app.report(stored.apply(app.aws(), plan))
    return 0
