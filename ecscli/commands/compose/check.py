"""`ecscli compose check`: what becomes of each key of the files, and what is wrong with them,
without AWS."""

from __future__ import annotations

import click

from ecscli.base.errors import InputError
from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import future_build_option
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option


@click.command(cls=EcsCommand, name="check")
@config_options
@launch_type_option
@future_build_option
@click.option("--strict", is_flag=True, help="Let warnings fail the check too.")
@output_option
@click.pass_obj
def command(app: App, build: bool, strict: bool, output: str) -> int:
    """Say what becomes of each key, with file, line and column, and find what ECS would refuse.

    Needs neither AWS nor credentials. Exit code 0: it can be sent; 2: something is wrong.
    """
    from ecscli.compose import check
    from ecscli.workflows.definition.check import check as examine

    report = examine(project_request(app), build)
    if output == "json":
        app.console.data(check.as_data(report, strict))
    else:
        for line in check.lines(report):
            app.console.line(line)
    passed = check.passed(report, strict)
    app.console.say(check.summary(report, strict), "done" if passed else "error")
    return 0 if passed else InputError.exit_code
