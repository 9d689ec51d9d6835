"""`ecscli sandbox`: the AWS on this machine started, stopped, looked at and emptied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.units import HIGHEST_PORT, LOWEST_PORT
from ecscli.commands.general import GeneralGroup
from ecscli.commands.options import EcsCommand, output_option
from ecscli.sandbox import process
from ecscli.sandbox.place import Place

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.group(name="sandbox", cls=GeneralGroup)
def command() -> None:
    """An AWS on this machine, to try everything: clusters come up, tasks run, nothing costs
    anything.

    Put --sandbox in front of any other command to work in it; it is started when needed.
    """


@command.command(cls=EcsCommand)
@click.option(
    "--port",
    type=click.IntRange(LOWEST_PORT, HIGHEST_PORT),
    help="The port to answer on (else 4580, or any free one).",
)
@click.option(
    "--pace",
    type=click.FloatRange(min=0),
    help="How long things take: 1 as on AWS, 0.002 without it.",
)
@click.option(
    "--docker", is_flag=True, help="Run tasks as real containers of this machine's Docker."
)
@click.option(
    "--allow-host-access",
    is_flag=True,
    help="With --docker: also run tasks that can reach this machine.",
)
@click.option(
    "--console",
    is_flag=True,
    help="Then show it in the browser, as `ecscli --sandbox console`.",
)
@output_option
@click.pass_obj
def start(
    app: App,
    port: int | None,
    pace: float | None,
    docker: bool,
    allow_host_access: bool,
    console: bool,
    output: str,
) -> int:
    """Start the sandbox; one that runs already is left as it is.

    With --console the command stays; Ctrl-C ends the console, and the sandbox goes on.
    """
    if pace is not None and not math.isfinite(pace):
        raise InputError(f"--pace: {pace} is not a pace", hint="a number, 0 or more")
    record = process.start(app.environment, process.Options(pace, port, docker, allow_host_access))
    if output != "json":
        app.console.line(f"The sandbox answers at {record['url']} (process {record['pid']}).")
        app.console.say(
            "Put --sandbox in front of a command, or point the aws CLI there with --endpoint-url."
        )
    elif not console:
        app.console.data(record)
    return _console(app, record, output) if console else 0


def _console(app: App, record: Draft, output: str) -> int:
    """The console of the sandbox, until it is left."""
    from ecscli.commands.consoling import ConsoleForm, serve_console

    def tell(address: str) -> None:
        if output == "json":
            app.console.data({**record, "console": address})
        else:
            app.console.line(address)

    app.sandbox = True
    return serve_console(app, ConsoleForm(), tell)


@command.command(cls=EcsCommand)
@output_option
@click.pass_obj
def stop(app: App, output: str) -> None:
    """Stop the sandbox; everything in it is forgotten."""
    ended = process.stop(app.environment)
    app.console.say("The sandbox has ended." if ended else "No sandbox runs.")
    if output == "json":
        app.console.data({"stopped": ended})


@command.command(cls=EcsCommand)
@output_option
@click.pass_obj
def reset(app: App, output: str) -> None:
    """Forget everything in the sandbox, without stopping it."""
    done = process.reset(app.environment)
    app.console.say("The sandbox is empty." if done else "No sandbox runs.")
    if output == "json":
        app.console.data({"reset": done})


@command.command(cls=EcsCommand)
@output_option
@click.pass_obj
def status(app: App, output: str) -> None:
    """Show where the sandbox answers and what runs in it."""
    found = process.status(app.environment)
    if output == "json":
        app.console.data(found)
    else:
        for line in lines(found):
            app.console.line(line)


def lines(found: Draft) -> Iterator[str]:
    """The status as a person reads it."""
    if not found["running"]:
        yield "No sandbox runs; `ecscli sandbox start` starts one."
        return
    process = f"process {found['pid']}, pace {found['pace']}, {_containers(found)}"
    yield f"The sandbox answers at {found['url']} ({process})."
    if found.get("containers"):
        yield f"Its containers reach it at {found['containers']}."
    for region in found["regions"]:
        for cluster in region["clusters"]:
            yield f"{region['region']} cluster {cluster['name']}: {cluster['tasks']} tasks"
            yield from _cluster_lines(cluster, found["url"])


def _containers(found: Draft) -> str:
    if not found.get("docker"):
        return "simulated containers"
    access = ", with access to this machine" if found.get("hostAccess") else ""
    return f"real containers{access}"


def _cluster_lines(cluster: Draft, url: str) -> Iterator[str]:
    """The instances and services of a cluster."""
    for one in cluster["instances"]:
        name, where = f"{one['ec2InstanceId']} {one['type']}", url + one["introspection"]
        yield f"  instance {name} {one['status']}: {one['tasks']} tasks, {where}"
    for one in cluster["services"]:
        yield f"  service {one['name']}: {one['running']} of {one['desired']} running"


@command.command(cls=EcsCommand)
@output_option
@click.pass_obj
def logs(app: App, output: str) -> None:
    """Print the log of the sandbox's server."""
    process.tidy(app.environment)
    place = Place.of(app.environment)
    try:
        text = place.text_of(place.log)
    except FileNotFoundError:
        raise EcsCliError(
            "there is no log: no sandbox was started yet", hint="ecscli sandbox start"
        ) from None
    if output == "json":
        app.console.data({"log": text})
    else:
        app.console.text(text)
