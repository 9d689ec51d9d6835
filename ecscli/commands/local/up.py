"""`ecscli local up`: containers of a task definition on this machine."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import (
    RunFlags,
    definition_request,
    files_stack,
    run_options,
    stack_options,
    start,
    write_files,
    writing_options,
)
from ecscli.commands.options import EcsCommand, region_options, take
from ecscli.workflows.local import create, stacks
from ecscli.workflows.local.stacks import Base


@click.command(cls=EcsCommand, name="up")
@region_options
@stack_options
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
    compose: tuple[str, ...],
    file: str | None,
    remote: str | None,
    output_file: str | None,
    force: bool,
    yes: bool,
    overrides: tuple[str, ...],
    words: tuple[str, ...],
    **given: object,
) -> int:
    """Run a task definition, or the Compose project of this directory, with Docker Compose: with
    its secrets, credentials of its role, and the metadata that ECS gives to tasks."""
    flags = take(RunFlags, given)
    names = ("task-def-compose", "task-def-file", "task-def-remote", "output")
    wrong = stacks.excluded(dict(zip(names, (compose, file, remote, output_file), strict=True)))
    if wrong:
        raise click.UsageError(wrong)
    if not compose and (file or remote or stacks.has_definition(app.directory)):
        request = definition_request(app, file, remote)
        written = write_files(app, create.prepare(app.aws, request, output_file), force, yes)
        found = Base(app.directory, app.within(), written.base, overrides)
        return start(app, app.report(stacks.from_files(found)), flags, words, yes)
    return start(app, files_stack(app, compose, overrides), flags, words, yes)
