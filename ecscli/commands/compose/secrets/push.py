"""`ecscli compose secrets push`: the values of this machine in AWS."""

from __future__ import annotations

import click

from ecscli.base.tags import Tags
from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import dry_run_option, tags_option
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option, take
from ecscli.workflows.project import refuse
from ecscli.workflows.secrets import stored
from ecscli.workflows.tags import read_tags


@click.command(cls=EcsCommand, name="push")
@config_options
@click.argument("names", metavar="[SECRET]...", nargs=-1)
@tags_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, names: tuple[str, ...], tags: str | None, **given: object) -> int:
    """Create secrets that AWS does not have, and update those that differ. Tasks read them when
    they start: `compose service up --force-deployment` replaces those that run."""
    answer = take(AnswerForm, given)
    parsed: Tags
    parsed, wrong = read_tags(tags)
    refuse(wrong)
    plan = stored.plan_push(app.aws, project_request(app), names, parsed)
    if answer.dry_run or answer.is_json or not plan:
        code = show_plan(app, plan, answer)
        if answer.dry_run:
            return code
    if plan:
        app.report(stored.apply(app.aws(), plan))
    return 0
