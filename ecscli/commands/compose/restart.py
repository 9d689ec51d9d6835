"""`ecscli compose restart`: new tasks in place of those that run."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.services import (
    ProjectFlags,
    change_counts,
    refuse_flags,
    services_argument,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.tasks import up


@click.command(cls=EcsCommand, name="restart")
@config_options
@change_options(TASK_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Replace the tasks of services by new ones of the same definitions, and follow that. Services
    without tasks stay as they are.

    With layout task the project's tasks are replaced, as by `up --force-update`, which applies
    changes of the files as well; for its ECS service there is `compose service restart`.
    """
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        planned = counts.plan_new_tasks(app.aws, project, services, take(Waiting, given))
        return change_counts(app, planned, answer)
    refuse_flags(ProjectFlags(services))
    request = fill(TaskRequest, given, project=project, dry_run=answer.dry_run)
    replaced = app.report(up.plan(app.aws, request, force=True))
    if answer.dry_run:
        return show_plan(app, replaced.plan, answer)
    ended = app.report(up.apply(app.aws(), replaced))
    if not ended.error and not request.no_wait:
        app.console.say(_told(replaced.wanted.names.project, len(replaced.live.tasks)))
    return show_tasks(app, ended, answer)


def _told(project: str, before: int) -> str:
    """What became of the tasks that ran `before`."""
    if not before:
        return f'Nothing was running: project "{project}" is started.'
    which = "its task was" if before == 1 else f"its {before} tasks were"
    return f'Project "{project}" is restarted: {which} replaced by new ones.'
