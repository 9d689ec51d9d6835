"""`registry-creds up`: credentials of private registries into secrets, and a role that may read
them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.system.files import TEXT_LIMIT, Unreadable, read_file
from ecscli.base.tags import Pairs, unique_tags
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options
from ecscli.registry.credentials import roles, secrets
from ecscli.registry.credentials.input_file import RegistryCredentials, parse_input_file
from ecscli.registry.credentials.output_file import file_name, render
from ecscli.terminal.masking import PASSWORD_LENGTH

# a password, not a ${VARIABLE}
LITERAL = re.compile(r"""password["']?[ \t]*:[ \t]*(?!["']?\$)\S""")
LAST = "If your input file contains sensitive information, make sure that you delete it after use."


@click.command(cls=EcsCommand, name="up")
@click.argument("files", metavar="FILE", nargs=-1)
@region_options
@click.option(
    "--update-existing-secrets", is_flag=True, help="Put user and password into secrets that exist."
)
@click.option("--role-name", metavar="ROLE", help="Task execution role to make or to extend.")
@click.option("--no-role", is_flag=True, help="Make no role.")
@click.option("--no-output-file", is_flag=True, help="Write no file for compose.")
@click.option(
    "--output-dir",
    metavar="DIRECTORY",
    help="Where that file is written; the working directory by default.",
)
@click.option("--tags", metavar="NAME=VALUE,...", help="Tags for the secrets and for a new role.")
@click.pass_obj
def command(
    app: App,
    files: tuple[str, ...],
    update_existing_secrets: bool,
    role_name: str | None,
    no_role: bool,
    no_output_file: bool,
    output_dir: str | None,
    tags: str | None,
) -> None:
    """Store the credentials of private registries, and let a role's tasks pull with them.

    FILE names the registries; a password may be ${VARIABLE}. Prints the path of the file that
    compose finds.
    """
    directory = Path(app.directory, output_dir or "")
    _check(files, (role_name, no_role), (output_dir, no_output_file), directory)
    wanted = unique_tags(tags)
    source = Path(app.directory, files[0])
    text = _read(source)
    entries, doubts = parse_input_file(text, files[0], app.environment)
    app.console.mask.add((entry.password for entry in entries), PASSWORD_LENGTH)
    for doubt in (*doubts, *(_readable(source, files[0]) if LITERAL.search(text) else ())):
        app.console.warn(doubt)
    aws = app.aws()
    stored = _store(app, aws, secrets.resolve_keys(aws, entries), update_existing_secrets, wanted)
    if role_name:
        for event in roles.ensure(aws, role_name, stored, wanted):
            app.console.event(event)
    else:
        app.console.say("Skipping role creation.")
    if no_output_file:
        app.console.say("Skipping generation of registry credentials output file.")
    else:
        _write(app, directory / file_name(datetime.now(UTC)), render(role_name or "", stored))
    app.console.say(LAST)


def _store(
    app: App, aws: Aws, entries: Sequence[RegistryCredentials], update: bool, tags: Pairs
) -> list[secrets.Secret]:
    stored = []
    for entry, found in zip(entries, secrets.find(aws, entries), strict=True):
        for step in secrets.ensure(aws, entry, found, update, tags):
            if isinstance(step, secrets.Secret):
                stored.append(step)
            else:
                app.console.event(step)
    return stored


def _check(
    files: tuple[str, ...],
    role: tuple[str | None, bool],
    output: tuple[str | None, bool],
    directory: Path,
) -> None:
    findings = []
    if len(files) != 1:
        findings.append(Finding(f"Exactly 1 credential file is required. Found: {len(files)}"))
    if bool(role[0]) == role[1]:
        findings.append(
            Finding(
                "say either --role-name or --no-role",
                hint="for example --role-name ecsTaskExecutionRole",
            )
        )
    if output[0] and output[1]:
        findings.append(Finding("say --output-dir or --no-output-file, not both"))
    elif output[0] and not directory.is_dir():
        findings.append(
            Finding(
                "there is no such directory", str(directory), "make it, or leave --output-dir out"
            )
        )
    if findings:
        raise InputError.of(findings)


def _read(path: Path) -> str:
    try:
        return read_file(str(path), path.name, TEXT_LIMIT, named=True).decode()
    except Unreadable as error:
        if not error.missing:
            raise
        raise InputError("the file cannot be read: No such file or directory", str(path)) from None
    except UnicodeDecodeError:
        raise InputError("the file cannot be read: not UTF-8", str(path)) from None


def _readable(path: Path, shown: str) -> Iterator[Finding]:
    """A warning where others on this machine may read the file; Windows has no such mode."""
    mode = path.stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o044:
        message = (
            "passwords stand in this file, and others on this machine can read it (mode"
            f" {mode:04o})"
        )
        yield Finding(
            message, shown, f"chmod 600 {shown}, or write ${{VARIABLE}} in place of each password"
        )


def _write(app: App, path: Path, text: str) -> None:
    """The output, for its owner alone: it names the secrets, though it has no password."""
    try:
        with open(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError as error:
        raise EcsCliError(f"the file cannot be written: {error.strerror}", str(path)) from None
    app.console.say("Writing registry credential output to new file")
    app.console.line(str(path))
