"""`logs`: the CloudWatch logs of one task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.answering import line_output_option
from ecscli.commands.compose.log_lines import show_log
from ecscli.commands.options import EcsCommand, config_options, fill
from ecscli.ops.logs.line import as_data
from ecscli.ops.logs.window import stamp
from ecscli.workflows.containers.task_logs import TaskLogsRequest, task_logs

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.ops.logs.line import LogLine


@click.command(cls=EcsCommand, name="logs")
@config_options
@click.option("--task-id", metavar="TASK", help="Id or ARN of the task.")
@click.option(
    "--task-def",
    metavar="NAME",
    help="Its task definition, needed once ECS has forgotten the task.",
)
@click.option("--follow", is_flag=True, help="Follow the log until the task has stopped.")
@click.option("--filter-pattern", metavar="PATTERN", help="Filter pattern of CloudWatch Logs.")
@click.option("--container-name", metavar="NAME", help="Only this container.")
@click.option(
    "--since", metavar="TIME", help="Minutes ago, or 1h30m, or a time such as 2026-01-31T12:00:00Z."
)
@click.option("--start-time", metavar="TIME", help="Not before this time (RFC 3339).")
@click.option("--end-time", metavar="TIME", help="Not after this time (RFC 3339).")
@click.option("--timestamps", "-t", is_flag=True, help="Put the time in front of each line.")
@line_output_option
@click.pass_obj
def command(app: App, /, timestamps: bool, output: str, **options: object) -> None:
    """Print what a task wrote to CloudWatch Logs, with `--follow` as it comes."""
    log = app.report(task_logs(fill(TaskLogsRequest, options), app.aws))

    def show(line: LogLine) -> None:
        if output == "json":
            app.console.item(as_data(line))
        else:
            _show_line(app, line, timestamps)

    show_log(app, log, show)


def _show_line(app: App, line: LogLine, timestamps: bool) -> None:

    text = line.message.rstrip("\n")
    app.console.log(f"{stamp(line.time)}\t{text}" if timestamps else text)
