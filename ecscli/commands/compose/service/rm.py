"""`ecscli compose service rm` (or `delete`, `down`): the service with its tasks, its service
discovery and the project's support stack."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options, down_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.removing import Remains
from ecscli.commands.compose.services import (
    ProjectFlags,
    down,
    refuse_flags,
    refuse_others,
    services_argument,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import rm
from ecscli.workflows.service.deployment import Waiting


@click.command(cls=EcsCommand, name="rm")
@config_options
@click.option(
    "--delete-namespace",
    is_flag=True,
    help="Delete the private DNS namespace that was made for the service.",
)
@down_options
@change_options(SERVICE_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], delete_namespace: bool, **given: object) -> int:
    """Delete the service, wait until its tasks have stopped, then delete its service discovery.

    The project's support stack goes too where no task of `compose up` or `run` needs it. With
    layout services it is `compose down`: all services are deleted, or the named ones.
    """
    answer, waiting = take(AnswerForm, given), take(Waiting, given)
    request, remains = project_request(app), take(Remains, given)
    if has_services(request):
        refuse_others({"delete_namespace": delete_namespace}, ("delete_namespace",))
        return down(app, waiting, answer, remains, services)
    refuse_flags(ProjectFlags(services))
    removal = remains.plan(app)
    planned = rm.plan(app.aws, request, delete_namespace, waiting, remains.volumes)
    if answer.dry_run:
        return show_plan(app, planned.whole + removal, answer)
    done = remains.after(app, removal, rm.apply(app.aws(), planned))
    return show_service(app, done, answer)
