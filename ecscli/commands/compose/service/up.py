"""`ecscli compose service up`: the service created or changed, and its deployment followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose import services
from ecscli.commands.compose.flags import (
    balancer_option,
    layout_option,
    project_request,
    recreate_option,
)
from ecscli.commands.compose.options import (
    SERVICE_MINUTES,
    build_options,
    change_options,
    deployment_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.services import ProjectFlags, project_options, refuse_flags
from ecscli.commands.compose.switching import SwitchFlags, switch_options
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import up
from ecscli.workflows.service.request import ServiceRequest
from ecscli.workflows.switch import apply as switch

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="up")
@config_options
@build_options
@deployment_options
@change_options(SERVICE_MINUTES)
@switch_options
@layout_option
@balancer_option
@recreate_option
@project_options
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Create the service, or change it to what files and flags say, and follow that deployment to
    its end.

    Only what differs is sent; the number of tasks stays unless --desired-count says one. Exit code
    5, with reasons, when the deployment fails, is rolled back or replaced, or makes no progress for
    --timeout minutes. With layout services it is `compose up`, for all services or those named.
    """
    answer, flags = take(AnswerForm, given), take(ProjectFlags, given)
    project, given["switch"] = project_request(app), take(SwitchFlags, given).request(app)
    if has_services(project):
        return services.up(app, project, flags, given, answer)
    refuse_flags(flags)
    request = fill(ServiceRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(up.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.whole, answer, planned.switch)
    return show_service(app, app.report(switch.up_in_task(app.aws(), planned)), answer)
