"""`ecscli doctor`: what commands need of this machine and of the account, a line each."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ecscli.base.errors import EcsCliError
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.terminal.styles import Span
from ecscli.workflows.doctor.account import look_at_account
from ecscli.workflows.doctor.machine import look_at_machine
from ecscli.workflows.doctor.model import ABSENT, FAILED, OK, Row

STYLES = {OK: "good", ABSENT: "warning", FAILED: "error"}
INDENT = 8


@click.command(cls=EcsCommand, name="doctor")
@config_options
@click.option("--offline", is_flag=True, help="Look at this machine alone; call nobody.")
@output_option
@click.pass_obj
def command(app: App, offline: bool, output: str) -> int:
    """Look at what commands need, with the remedy where something is missing.

    This machine: Python, extras, Docker and its builders, the Session Manager plugin. AWS: region,
    credentials, cluster, roles, quota. Exit code 0 where nothing is wrong, 1 otherwise; what only
    some commands need may be absent.
    """
    rows = []
    for row in _rows(app, offline):
        rows.append(row)
        if output != "json":
            show(app, row)
    passed = all(row.state != FAILED for row in rows)
    if output == "json":
        app.console.data({"ok": passed, "findings": [row._asdict() for row in rows]})
    return 0 if passed else app.failure(1)


def _rows(app: App, offline: bool) -> Iterator[Row]:
    yield from look_at_machine(app.environment)
    if offline:
        return
    try:
        aws = app.aws()
    except EcsCliError as error:
        yield Row("settings", FAILED, error.message, error.hint or "")
        return
    yield from look_at_account(aws)


def show(app: App, row: Row) -> None:
    """A line for a row, and one for its remedy."""
    state = Span(row.state.ljust(INDENT), STYLES[row.state])
    app.console.styled((state, Span(f"{row.topic}: {row.detail}")))
    if row.remedy:
        app.console.styled((Span(f"{' ' * INDENT}  {row.remedy}"),))
