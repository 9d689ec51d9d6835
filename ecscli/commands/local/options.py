"""What the commands of `local` share: which definition is meant, and the files made of it."""

from __future__ import annotations

import sys
from collections.abc import Generator

import click

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record
from ecscli.base.yaml.composer import LIMITS
from ecscli.commands.context import App
from ecscli.commands.options import F
from ecscli.local.definition.convert import NETWORK
from ecscli.local.endpoint.way import AUTO, FORMS
from ecscli.local.engine import Choice
from ecscli.local.stack import Stack
from ecscli.up.model import Event
from ecscli.workflows.local import create, running, stacks, up
from ecscli.workflows.local.create import DefinitionRequest, Files
from ecscli.workflows.local.up import UpRequest


def definition_options(function: F) -> F:
    """``--task-def-file`` and ``--task-def-remote``, as `file` and `remote`."""
    options = (
        click.option(
            "--task-def-file",
            "-f",
            "file",
            metavar="FILE",
            help="Task definition as JSON or YAML, - for standard input; task-definition.json by"
            " default.",
        ),
        click.option(
            "--task-def-remote",
            "-t",
            "remote",
            metavar="NAME",
            help="Registered task definition: its ARN, FAMILY:REVISION or FAMILY.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def writing_options(function: F) -> F:
    """Where the Compose files go, and whether they may replace others."""
    options = (
        click.option(
            "--output",
            "-o",
            "output_file",
            metavar="FILE",
            help=f"Compose file to write; {create.DEFAULT_OUTPUT} by default.",
        ),
        click.option(
            "--force", is_flag=True, help="Replace both Compose files without a question."
        ),
        click.option(
            "--yes", is_flag=True, help="Replace the Compose file, but not the override beside it."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def definition_request(app: App, file: str | None, remote: str | None) -> DefinitionRequest:
    return DefinitionRequest(app.directory, app.within(), _standard_input, file, remote)


def _standard_input() -> str:
    try:
        return sys.stdin.read(LIMITS.size + 1)
    except UnicodeDecodeError:
        message = "standard input is not UTF-8"
        raise InputError(message, "<stdin>", "save the file as UTF-8") from None


def write_files(app: App, events: Generator[Event, None, Files], force: bool, yes: bool) -> Files:
    """Write the files once the user agrees to lose those that are there."""
    files = app.report(events)
    name = files.base.name
    question = f"{name} file already exists. Do you want to write over this file?"
    may = force or yes or not files.base.exists()
    if not may and not app.console.confirm(question, "--yes", piped=True):
        raise EcsCliError(f"aborted writing file. To retry, rename or move {name}")
    app.report(create.write(files, force))
    return files


# --------------------------------------------------------------------------------- running


@record
class RunFlags:
    """How containers are started, by the names of the options."""

    role: str | None = None
    endpoint: str = AUTO
    network: str = NETWORK
    offline: bool = False
    secrets: str | None = None
    limits: bool = False
    keep: bool = False
    wait: bool = False
    follow: bool = False


network_option = click.option(
    "--network", metavar="NAME", default=NETWORK, show_default=True, help="Docker network."
)


def run_options(function: F) -> F:
    """The options of RunFlags."""
    options = (
        click.option(
            "--role",
            metavar="ROLE",
            help="Whose credentials containers get: task (the default where a task role is named),"
            " me, none, or the name or ARN of a role.",
        ),
        click.option(
            "--endpoint",
            type=click.Choice(FORMS),
            default=AUTO,
            show_default=True,
            help="How containers reach credentials and metadata.",
        ),
        network_option,
        click.option(
            "--offline", is_flag=True, help="Call no AWS: no credentials, and stubs for secrets."
        ),
        click.option(
            "--secrets",
            metavar="FILE",
            help="With --offline: values of secrets by their names, as lines of NAME=VALUE.",
        ),
        click.option("--limits", is_flag=True, help="Limit containers to the size of the task."),
        click.option("--keep", is_flag=True, help="Keep what was started before a failure."),
        click.option(
            "--wait",
            is_flag=True,
            help="Wait until an essential container ends; its exit code becomes ours.",
        ),
        click.option("--follow", is_flag=True, help="Print what the containers write."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def start(app: App, stack: Stack, flags: RunFlags, words: tuple[str, ...], yes: bool) -> int:
    """Start the containers of a stack, once the user agrees to lend them credentials."""
    at = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    settings = app.settings(offline=flags.offline)
    request = UpRequest(
        settings,
        app.environment,
        app.directory,
        app.within(),
        flags.role,
        flags.endpoint,
        flags.network,
        flags.offline,
        flags.secrets,
        flags.limits,
        flags.keep,
        words[:at],
        words[at:],
    )
    prepared = app.report(up.prepare(app.aws, request, stack))
    app.console.mask.add(prepared.values.values())
    question = f"Lend credentials of the account {prepared.account} to these containers?"
    if not prepared.is_known:
        if not yes and not app.console.confirm(question, "--yes"):
            return app.failure(1)
        up.remember(prepared)
    app.report(up.start(prepared))
    return _afterwards(app, prepared, flags)


def _afterwards(app: App, prepared: up.Prepared, flags: RunFlags) -> int:
    """Follow what they write, or wait for their end."""
    if flags.follow and not flags.wait:
        return up.logs(prepared, follow=True)
    if flags.wait:
        ended = app.report(running.wait(app.environment, prepared.place.owner))
        return ended.code
    return 0


def choice_options(function: F) -> F:
    """Which containers are meant, as `file`, `remote` and `all`."""
    every = click.option("--all", is_flag=True, help="The containers of all definitions.")
    return definition_options(every(function))


def choice(app: App, file: str | None, remote: str | None, every: bool) -> Choice:
    """The containers that are meant. Raises UsageError for two definitions."""
    wrong = stacks.excluded({"task-def-file": file, "task-def-remote": remote})
    if wrong:
        raise click.UsageError(wrong)
    return running.choose(app.directory, file, remote, every)
