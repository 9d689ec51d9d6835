"""`logs`: the CloudWatch logs of one task."""

from __future__ import annotations

import time

import click

from ecscli.base.errors import Finding, InputError
from ecscli.base.units import is_whole
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options
from ecscli.ops.logs.follow import follow_lines
from ecscli.ops.logs.read import as_data, read_lines
from ecscli.ops.logs.streams import need_streams, task_streams, until_stopped
from ecscli.ops.logs.window import moment, rfc3339, stamp, window_of


@click.command(cls=EcsCommand, name="logs")
@config_options
@click.option("--task-id", metavar="TASK", help="Id or ARN of the task.")
@click.option(
    "--task-def", metavar="NAME", help="Its task definition, where the task itself is gone."
)
@click.option("--follow", is_flag=True, help="Go on until the task has stopped.")
@click.option("--filter-pattern", metavar="PATTERN", help="Filter pattern of CloudWatch Logs.")
@click.option("--container-name", metavar="NAME", help="That container alone.")
@click.option(
    "--since", metavar="TIME", help="Minutes ago, or 1h30m, or a time such as 2026-01-31T12:00:00Z."
)
@click.option("--start-time", metavar="TIME", help="Not before this time (RFC 3339).")
@click.option("--end-time", metavar="TIME", help="Not after this time (RFC 3339).")
@click.option("--timestamps", "-t", is_flag=True, help="Put the time in front of each line.")
@click.option(
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines of text, or one JSON each.",
)
@click.pass_obj
def command(
    app: App,
    task_id: str | None,
    task_def: str | None,
    follow: bool,
    filter_pattern: str | None,
    container_name: str | None,
    since: str | None,
    start_time: str | None,
    end_time: str | None,
    timestamps: bool,
    output: str,
) -> None:
    """Print what a task wrote to CloudWatch Logs, with `--follow` as it comes."""
    since = None if since and is_whole(since.lstrip("-")) and int(since) <= 0 else since
    _check(task_id, since, start_time, end_time, follow)
    start = (
        moment(since, "--since", time.time())
        if since
        else start_time and rfc3339(start_time, "--start-time")
    )
    window = window_of(
        start or None, rfc3339(end_time, "--end-time") if end_time else None, filter_pattern
    )
    aws, task = app.aws(), task_id or ""
    streams, problems = task_streams(
        aws, task, task_def, (container_name,) if container_name else ()
    )
    for problem in problems if streams else ():
        app.console.warn(problem)
    streams = need_streams(streams, problems)
    lines = (
        follow_lines(aws, until_stopped(aws, task, streams), window)
        if follow
        else read_lines(aws, streams, window)
    )
    for line in lines:
        if line is None:
            app.console.flush()
        elif output == "json":
            app.console.data(as_data(line), indent=None)
        else:
            text = line.message.rstrip("\n")
            app.console.log(f"{stamp(line.time)}\t{text}" if timestamps else text)


def _check(
    task_id: str | None, since: str | None, start: str | None, end: str | None, follow: bool
) -> None:
    """Raise InputError with every combination that makes no sense."""
    rows = (
        (not task_id, Finding("--task-id is needed", hint="see the ids with `ecscli ps`")),
        (since and start, Finding("--since can not be used with --start-time")),
        (follow and end, Finding("--follow can not be used with --end-time")),
    )
    findings = [finding for wrong, finding in rows if wrong]
    if findings:
        raise InputError.of(findings)
