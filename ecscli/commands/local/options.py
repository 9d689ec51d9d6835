"""What the commands of `local` share: which definition is meant, and the files made of it."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import click

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.commands.compose.flags import (
    ComposeFlags,
    keep_flags,
    load_options,
    project_request,
    read_standard_input,
)
from ecscli.commands.context import App
from ecscli.commands.options import F, together
from ecscli.local.definition.convert import NETWORK
from ecscli.local.endpoint.way import AUTO, FORMS
from ecscli.local.engine import Choice
from ecscli.local.stack import Stack
from ecscli.up.model import Event
from ecscli.workflows.local import create, inside, project, running, stacks, up
from ecscli.workflows.local.create import DefinitionRequest, Files
from ecscli.workflows.local.stacks import Base
from ecscli.workflows.local.up import UpRequest

# ``--task-def-file`` and ``--task-def-remote``, as `file` and `remote`.
definition_options = together(
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


# Where the Compose files go, and whether they may replace others.
writing_options = together(
    click.option(
        "--output",
        "-o",
        "output_file",
        metavar="FILE",
        help=f"Compose file to write; {create.DEFAULT_OUTPUT} by default.",
    ),
    click.option("--force", is_flag=True, help="Replace both Compose files without a question."),
    click.option(
        "--yes",
        is_flag=True,
        help="Replace the Compose file, but not the override beside it; agree to credentials.",
    ),
)


def definition_request(app: App, file: str | None, remote: str | None) -> DefinitionRequest:
    return DefinitionRequest(app.directory, app.within(), read_standard_input, file, remote)


def write_files(app: App, events: Generator[Event, None, Files], force: bool, yes: bool) -> Files:
    """Write the files once the user agrees to lose those that are there."""
    files = app.report(events)
    name = files.base.name
    question = f"{name} file already exists. Do you want to write over this file?"
    may = force or yes or not os.path.lexists(files.base)  # a link that leads nowhere, too
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


# The options of RunFlags.
run_options = together(
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


def up_request(app: App, flags: RunFlags | None = None, words: tuple[str, ...] = ()) -> UpRequest:
    """What is asked of the start; words from the first option on are Docker Compose's."""
    flags = flags or RunFlags()
    at = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    return UpRequest(
        app.settings(offline=flags.offline),
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


def start(app: App, stack: Stack, flags: RunFlags, words: tuple[str, ...], yes: bool) -> int:
    """Start the containers of a stack, once the user agrees to lend them credentials."""
    prepared = app.report(up.prepare(app.aws, up_request(app, flags, words), stack))
    app.console.mask.add(prepared.values.values())
    question = f"Lend credentials of the account {prepared.account} to these containers?"
    if not prepared.is_known:
        if not yes and not app.console.confirm(question, "--yes"):
            return app.failure(1)
        up.remember(prepared)
    app.report(up.start(prepared))
    if flags.follow:
        _follow(app)
    if flags.wait:
        return app.report(running.wait(app.environment, prepared.place.owner)).code
    return 0


def _follow(app: App) -> None:
    """Print what they write until they have ended."""
    meant = running.choose(app.directory, None, None, every=False)
    for line in inside.output(app.environment, meant, (), follow=True):
        app.console.log(line.message.removesuffix("\r"), line.container)
        app.console.flush()


# ------------------------------------------------------------------------- what is started


def stack_options(function: F) -> F:
    """``--task-def-compose`` beside the flags that name a definition, as `compose`, `file` and
    `remote`."""
    compose = click.option(
        "--task-def-compose",
        "-c",
        "compose",
        metavar="FILE",
        multiple=True,
        help="Compose file: of `local create`, or of a project; may be repeated.",
    )
    return compose(definition_options(function))


def chosen_stack(app: App, compose: tuple[str, ...], file: str | None, remote: str | None) -> Stack:
    """What the flags and the files of the directory mean; a definition is converted, and nothing
    is written. Raises UsageError where that is nothing."""
    named = {"task-def-file": file, "task-def-remote": remote, "task-def-compose": compose}
    wrong = stacks.excluded(named)
    if wrong:
        raise click.UsageError(wrong)
    if not compose and (file or remote or stacks.has_definition(app.directory)):
        request = definition_request(app, file, remote)
        return app.report(stacks.from_definition(app.aws, request))
    return files_stack(app, compose, ())


def files_stack(app: App, compose: tuple[str, ...], more: tuple[str, ...]) -> Stack:
    """Compose files that are there: those of `local create`, else those of a project."""
    base = Path(app.directory, compose[0] if compose else create.DEFAULT_OUTPUT)
    if compose or stacks.has_files(app.directory):
        if stacks.is_of_create(base, app.within()):
            found = Base(app.directory, app.within(), base, (*compose[1:], *more))
            return app.report(stacks.from_files(found))
    elif not project.is_there(load_options(app)):
        raise click.UsageError(stacks.NOTHING)
    keep_flags(click.get_current_context(), ComposeFlags(files=(*compose, *more)))
    return project.from_project(project_request(app))


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
