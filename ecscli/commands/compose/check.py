"""`ecscli compose check`: what becomes of each key of the files, and what is wrong with them,
without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import InputError
from ecscli.base.passwords import without_passwords
from ecscli.commands.answering import answer_options
from ecscli.commands.compose.flags import balancer_option, layout_option, project_request
from ecscli.commands.compose.options import future_build_options, ship_option
from ecscli.commands.options import EcsCommand, config_options, fill, launch_type_option
from ecscli.compose import check
from ecscli.compose.check import Report
from ecscli.compose.report import data, github, sarif, text
from ecscli.terminal.styles import Span
from ecscli.workflows.definition.check import check as examine
from ecscli.workflows.images.plan import BuildFlags

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="check")
@config_options
@layout_option
@balancer_option
@launch_type_option
@future_build_options
@ship_option
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--all", "everything", is_flag=True, help="Also show what becomes of every other key."
)
@answer_options(
    "text",
    "json",
    "github",
    "sarif",
    about="Form of the answer; github: annotations of GitHub Actions.",
)
@click.pass_obj
def command(
    app: App,
    /,
    strict: bool,
    everything: bool,
    output: str,
    ship_secrets: bool,
    **given: object,
) -> int:
    """Find what ECS would refuse or not be sent, with file, line and column.

    Needs neither AWS nor credentials. Exit code 0: it can be sent; 2: something is wrong.
    """
    report = examine(project_request(app, ship_secrets), fill(BuildFlags, given))
    show_report(app, report, strict, everything, output)
    passed = check.passed(report, strict)
    app.console.say(text.summary(report, strict), "done" if passed else "error")
    return 0 if passed else app.failure(InputError.exit_code)


def show_report(app: App, report: Report, strict: bool, everything: bool, output: str) -> None:
    """Print the report in one of its forms; the JSON document always has everything."""
    match output:
        case "json":
            app.console.data(data.as_data(report, strict))
        case "sarif":
            app.console.data(sarif.as_sarif(report, everything))
        case "github":
            for command in github.commands(report, everything):
                app.console.annotation(command)
        case _:
            for place, word, rest in text.parts(report, everything):
                app.console.styled((Span(place), Span(word, word), Span(without_passwords(rest))))
