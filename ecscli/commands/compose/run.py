"""`ecscli compose run`: one task with commands of one's own, as a program: waited for, with its log
and exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import (
    TASK_MINUTES,
    build_options,
    dry_run_option,
    no_wait_option,
    override_options,
    placement_options,
    secret_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks, task_document
from ecscli.commands.context import App
from ecscli.commands.options import (
    ProgramCommand,
    config_options,
    fill,
    output_option,
    take,
)
from ecscli.terminal.termination import terminable
from ecscli.workflows.project import has_services
from ecscli.workflows.tasks import run
from ecscli.workflows.tasks.run import RunRequest

if TYPE_CHECKING:
    from ecscli.workflows.tasks.run import Ended, PlannedRun


@click.command(cls=ProgramCommand, name="run")
@config_options
@layout_option
@build_options
@click.option(
    "--wait", is_flag=True, help="Wait until the task has stopped; its exit code becomes ours."
)
@click.option(
    "--logs", is_flag=True, help="Show the log of the container while waiting; implies --wait."
)
@override_options
@placement_options
@secret_options
@click.option(
    "--timeout",
    type=float,
    metavar="MINUTES",
    help=(
        "With --wait: stop the task after so long, no limit by default. Else: longest time without"
        " progress, 10."
    ),
)
@no_wait_option
@dry_run_option
@output_option
@click.argument("words", nargs=-1, metavar="[SERVICE [CMD]...]")
@click.pass_obj
def command(app: App, /, wait: bool, logs: bool, timeout: float | None, **given: object) -> int:
    """Run one task of the project.

    SERVICE CMD... gives one container its command; put -- before it where the command has flags of
    its own. The form of ecs-cli, CONTAINER "COMMAND ..." pairs, works too. Without --wait the
    command returns once the task runs. With layout services it is a task of SERVICE, in the network
    of its ECS service.
    """
    answer, is_program = take(AnswerForm, given), wait or logs
    if timeout is None:
        timeout = 0.0 if is_program else TASK_MINUTES
    project = project_request(app)
    more = {"project": project, "timeout": timeout, "dry_run": answer.dry_run}
    request = fill(RunRequest, given, **more)
    if has_services(project):
        from ecscli.workflows.services import run as run_of_service

        of_service = app.report(run_of_service.plan(app.aws, request))
        if answer.dry_run:
            return show_plan(app, of_service.whole, answer)
        planned = app.report(run_of_service.prepare(app.aws(), of_service))
    else:
        planned = app.report(run.plan(app.aws, request))
        if answer.dry_run:
            return show_plan(app, planned.plan, answer)
    if is_program:
        return show_end(app, follow_to_end(app, planned, logs, answer), answer)
    ended = app.report(run.apply(app.aws(), planned))
    return show_tasks(app, ended, answer, changed=False)


def follow_to_end(app: App, planned: PlannedRun, logs: bool, answer: AnswerForm) -> Ended:
    """Start the task and follow it to its end; a signal stops it, whenever it comes. Its log goes
    to stderr where stdout is for a document."""
    write: Callable[[str], None] | None = None
    if logs:
        write = app.console.say if answer.is_json else app.console.log
    with terminable() as termination:
        task = app.report(run.start(app.aws(), planned))
        return app.report(run.finish(app.aws(), planned, task, write, termination.release))


def show_end(app: App, ended: Ended, answer: AnswerForm) -> int:
    """The task as data where that is asked for; its exit code becomes ours."""
    if answer.is_json:
        app.console.data({"tasks": [task_document(ended.task)]})
    if ended.error:
        raise ended.error
    return ended.code
