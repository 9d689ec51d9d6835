"""`ecscli compose open`: the address of what runs, in the browser or printed."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, completions_of, config_options, output_option
from ecscli.ops.browser import open_page
from ecscli.up.diagnosis.unread import incomplete
from ecscli.up.tasks.addresses import Address, as_data, first_page
from ecscli.workflows.containers import addresses
from ecscli.workflows.project import has_services


@click.command(cls=EcsCommand, name="open")
@config_options
@layout_option
@click.option(
    "--print", "print_only", is_flag=True, help="Print the first address, and open no browser."
)
@click.option("--port", type=int, metavar="PORT", help="The port in the container.")
@output_option
@click.argument("service", required=False, shell_complete=completions_of("services"))
@click.pass_obj
def command(app: App, print_only: bool, port: int | None, output: str, service: str | None) -> None:
    """Open the address of a published port in the browser: that of SERVICE, or the first web page
    of the project. An address of a load balancer comes before those of tasks."""
    project = project_request(app)
    if has_services(project):
        from ecscli.workflows.services import addresses as addresses_of_services

        found = addresses_of_services.find(app.aws, project, service, port)
    else:
        found = addresses.find(app.aws, project, service, port)
    if output == "json":
        app.console.data(as_data(found.addresses))
    else:
        page = first_page(found.addresses)
        app.console.line(page.url)
        if not print_only:
            _open(app, page)
    if found.unread:
        raise incomplete(found.unread)


def _open(app: App, page: Address) -> None:
    if not page.is_page:
        app.console.say("No browser opens this address: it is not one of HTTP.")
    elif not open_page(page.url, app.environment):
        app.console.say("No browser could be started here: open the address yourself.")
