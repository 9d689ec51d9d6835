"""`ecscli compose why`: ranked reasons for what does not work, of the service and of the tasks of
the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="why")
@config_options
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """Say why tasks stopped, are not placed or are not healthy: the likeliest reason first.

    Looks at the service of the project where there is one, else at its tasks: stopped tasks,
    service events, free CPU, memory and ports of the instances, health of the targets, last log
    lines. What AWS does not let it look at is an error at the end: exit code 4 without the right,
    else 1.
    """
    from ecscli.up.diagnosis.diagnose import diagnose
    from ecscli.up.diagnosis.facts import project_facts, service_facts
    from ecscli.up.diagnosis.unread import incomplete
    from ecscli.up.service.live import describe_service

    names, aws = names_of(app, load_project(app)), app.aws()
    service = describe_service(aws, names)
    facts = project_facts(aws, names) if service is None else service_facts(aws, names, service)
    reasons = [reason for reason in diagnose(facts) if reason.kind != "unread"]
    if output == "json":
        rows = [
            {"rank": at, "kind": one.kind, "text": one.text} for at, one in enumerate(reasons, 1)
        ]
        unread = {"unread": [one.what for one in facts.unread]} if facts.unread else {}
        app.console.data({"reasons": rows, **unread})
    else:
        for reason in reasons:
            app.console.text(reason.text)
    if facts.unread:
        raise incomplete(facts.unread)
    if not reasons and output != "json":
        app.console.say("Nothing found that does not work.", "done")
