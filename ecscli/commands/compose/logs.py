"""`compose logs` and, with its reading, `compose service logs`: what all containers of a project
write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.units import is_whole
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options
from ecscli.commands.options import names_of as completed

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.ops.logs.project import ProjectStreams
    from ecscli.ops.logs.read import Line
    from ecscli.ops.logs.window import Window

F = TypeVar("F", bound=Callable[..., Any])


def logs_options(function: F) -> F:
    """The arguments and options of both commands."""
    options = (
        click.argument(
            "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completed("services")
        ),
        click.option("--follow", "-f", is_flag=True, help="Go on as lines come."),
        click.option(
            "--since",
            metavar="TIME",
            help="Minutes ago, or 1h30m, or a time such as 2026-01-31T12:00:00Z.",
        ),
        click.option("--until", metavar="TIME", help="Up to this time, in the same forms."),
        click.option(
            "--tail",
            "-n",
            metavar="LINES",
            default="all",
            help="Only the last lines of each container.",
        ),
        click.option(
            "--filter", "pattern", metavar="PATTERN", help="Filter pattern of CloudWatch Logs."
        ),
        click.option(
            "--timestamps", "-t", is_flag=True, help="Put the time in front of each line."
        ),
        click.option(
            "--no-log-prefix", is_flag=True, help="Put no container's name in front of each line."
        ),
        click.option(
            "--output",
            type=click.Choice(["text", "json"]),
            default="text",
            help="Lines of text, or one JSON each.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command(cls=EcsCommand, name="logs")
@config_options
@logs_options
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: Any) -> None:
    """Print what the project's containers write to CloudWatch Logs: tasks running and lately
    stopped."""
    show_logs(app, services, given, of_service=False)


def show_logs(app: App, services: tuple[str, ...], given: Draft, of_service: bool) -> None:
    """Read the logs of the project's tasks, or of its service's, and print them."""
    from ecscli.ops.logs.project import ProjectStreams

    window = read_window(given, time.time())
    project = load_project(app)
    known = [service.name for service in project.services]
    unknown = [name for name in services if name not in known]
    if unknown:
        hint = f"it has {', '.join(known)}"
        raise InputError.of(
            Finding(f'the project has no service "{name}"', hint=hint) for name in unknown
        )
    names = names_of(app, project)
    query = {"serviceName": names.service} if of_service else {"family": names.family}
    source = ProjectStreams(
        app.aws(), names.cluster, names.family, query, services, lasting=of_service
    )
    lines = followed(source, window) if given["follow"] else once(source, window)
    try:
        for line in lines:
            if line is None:
                app.console.flush()
            else:
                show(app, line, given)
    finally:
        for problem in source.findings:
            app.console.warn(problem)


def once(source: ProjectStreams, window: Window) -> Iterator[Line]:
    """Everything that is there: read at once as if all tasks ran the newest revision, and what that
    left out."""
    from ecscli.ops.logs.read import read_lines

    quick = source.quick()
    lines, exact = source.aws.together(
        lambda: list(read_lines(source.aws, quick, window)), source.exact
    )
    rest = [stream for stream in exact.streams if stream not in quick]
    more = list(read_lines(source.aws, rest, window)) if rest else []
    yield from sorted([*lines, *more], key=lambda line: line.time) if more else lines


def followed(source: ProjectStreams, window: Window) -> Iterator[Line | None]:
    from ecscli.ops.logs.follow import follow_lines

    return follow_lines(source.aws, source.find, window)


def read_window(given: Draft, now: float) -> Window:
    """The window of the options; InputError with every one that is wrong."""
    from ecscli.ops.logs.window import moment, window_of

    tail: str = given["tail"]
    if tail != "all" and not is_whole(tail):
        raise InputError(f'"{tail}" is no number of lines', "--tail", "a number, or all")
    if given["follow"] and given["until"]:
        raise InputError("--follow can not be used with --until")
    if tail == "0":
        return window_of(int(now * 1000), None, given["pattern"])
    start = moment(given["since"], "--since", now) if given["since"] else None
    end = moment(given["until"], "--until", now) if given["until"] else None
    return window_of(start, end, given["pattern"], None if tail == "all" else int(tail))


def show(app: App, line: Line, given: Draft) -> None:
    """One line of the answer."""
    from ecscli.ops.logs.read import as_data
    from ecscli.ops.logs.window import stamp

    if given["output"] == "json":
        app.console.data(as_data(line), indent=None)
        return
    text = line.message.rstrip("\n")
    text = f"{stamp(line.time)} {text}" if given["timestamps"] else text
    label = "" if given["no_log_prefix"] else f"{line.stream.container}/{line.stream.task[:8]}"
    app.console.log(text, label)
