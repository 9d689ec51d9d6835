"""`ecscli compose down`: stop the project's tasks, and delete its support stack; in layout services
delete all services or some."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options, down_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.removing import Remains
from ecscli.commands.compose.services import ProjectFlags, refuse_flags, services_argument
from ecscli.commands.compose.services import down as down_services
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.tasks import down


@click.command(cls=EcsCommand, name="down")
@config_options
@down_options
@change_options(TASK_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Stop every task of the project, wait until they have stopped, then delete the project's
    support stack. Tasks of a service are not touched, and while there is one the stack stays.

    With --no-wait the stack stays as well. File systems stay, with the data of volumes, unless
    --volumes asks for their deletion. With layout services: stop tasks of jobs and of `run`,
    delete the services, those that nothing depends on first, and then the stack. With SERVICE
    delete these alone, and what only they use of the stack.
    """
    answer, waiting, project = take(AnswerForm, given), take(Waiting, given), project_request(app)
    remains = take(Remains, given)
    if has_services(project):
        return down_services(app, waiting, answer, remains, services)
    refuse_flags(ProjectFlags(services))
    removal = remains.plan(app)
    planned = down.plan(app.aws, project, waiting, remains.volumes)
    if answer.dry_run:
        return show_plan(app, planned.whole + removal, answer)
    done = remains.after(app, removal, down.apply(app.aws(), planned))
    return show_tasks(app, done, answer)
