"""`ecscli local up`: containers of a task definition on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import (
    RunFlags,
    definition_options,
    definition_request,
    run_options,
    start,
    write_files,
    writing_options,
)
from ecscli.commands.options import EcsCommand, region_options, take
from ecscli.workflows.local import create, stacks
from ecscli.workflows.local.stacks import Base


@click.command(cls=EcsCommand, name="up")
@region_options
@click.option(
    "--task-def-compose",
    "-c",
    "compose",
    metavar="FILE",
    help="Compose file of `local create`; nothing is converted.",
)
@definition_options
@writing_options
@click.option(
    "--override", "overrides", metavar="FILE", multiple=True, help="One more Compose file."
)
@run_options
@click.argument("words", metavar="[SERVICE]... [-- ARGUMENT...]", nargs=-1)
@click.pass_obj
def command(
    app: App,
    /,
    compose: str | None,
    file: str | None,
    remote: str | None,
    output_file: str | None,
    force: bool,
    yes: bool,
    overrides: tuple[str, ...],
    words: tuple[str, ...],
    **given: object,
) -> int:
    """Run a task definition with Docker Compose on this machine: with its secrets, credentials of
    its role, and the metadata that ECS gives to tasks.

    \b
    ecscli local up --task-def-remote shop --role task
    """
    flags = take(RunFlags, given)
    names = ("task-def-compose", "task-def-file", "task-def-remote", "output")
    wrong = stacks.excluded(dict(zip(names, (compose, file, remote, output_file), strict=True)))
    if wrong:
        raise click.UsageError(wrong)
    base = Path(app.directory, compose or create.DEFAULT_OUTPUT)
    if not compose and (file or remote or stacks.has_definition(app.directory)):
        request = definition_request(app, file, remote)
        base = write_files(app, create.prepare(app.aws, request, output_file), force, yes).base
    elif not compose and not stacks.has_files(app.directory):
        raise click.UsageError(stacks.NOTHING)
    stack = app.report(stacks.from_files(Base(app.directory, app.within(), base, overrides)))
    return start(app, stack, flags, words, yes)
