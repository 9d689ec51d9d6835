"""What the commands of `local` share: which definition is meant, and the files made of it."""

from __future__ import annotations

import sys
from collections.abc import Generator

import click

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.yaml.composer import LIMITS
from ecscli.commands.context import App
from ecscli.commands.options import F
from ecscli.up.model import Event
from ecscli.workflows.local import create
from ecscli.workflows.local.create import DefinitionRequest, Files


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
