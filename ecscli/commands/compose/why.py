"""`ecscli compose why`: ranked reasons for what does not work, of the service and of the tasks of
the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.base.passwords import hidden_in, without_passwords
from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.services import ProjectFlags, refuse_flags, services_argument
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.up.diagnosis.unread import incomplete
from ecscli.workflows.diagnosis import why
from ecscli.workflows.project import has_services

if TYPE_CHECKING:
    from ecscli.workflows.diagnosis import Diagnosis


@click.command(cls=EcsCommand, name="why")
@config_options
@output_option
@layout_option
@services_argument
@click.pass_obj
def command(app: App, output: str, services: tuple[str, ...]) -> None:
    """Say why tasks stopped, are not placed or are not healthy: the likeliest reason first.

    Looks at the service of the project where there is one, else at its tasks; with layout services
    at each of its services and jobs, or at those that are named: stopped tasks, service events,
    free CPU, memory and ports of the instances, health of the targets, last log lines. Where
    nothing is found it gives how many tasks run of which revision. What AWS does not let it look at
    is an error at the end: exit code 4 without the right, else 1.
    """
    project = project_request(app)
    if has_services(project):
        from ecscli.workflows.services.why import why as why_of_services

        show_diagnoses(app, why_of_services(app.aws, project, services), output)
        return
    refuse_flags(ProjectFlags(services))
    found = why(app.aws, project)
    if output == "json":
        app.console.data(document(found))
    else:
        show_diagnosis(app, found)
    if found.unread:
        raise incomplete(found.unread)


def show_diagnoses(app: App, found: Mapping[str, Diagnosis], output: str) -> None:
    """The reasons of each service, under its name; raises what could not be read of any."""
    if output == "json":
        rows = [{"service": name, **document(one)} for name, one in found.items()]
        app.console.data(rows)
    else:
        for name, one in found.items():
            if one.reasons:
                app.console.text(f"{name}:")
            show_diagnosis(app, one)
    unread = [problem for one in found.values() for problem in one.unread]
    if unread:
        raise incomplete(list(dict.fromkeys(unread)))


def show_diagnosis(app: App, found: Diagnosis) -> None:
    """The reasons, or what runs where there are none: that of a service is known whatever else
    could not be read."""
    for reason in found.reasons:
        app.console.text(without_passwords(reason.text))
    if found.reasons or (found.unread and not found.condition.is_of_service):
        return
    is_well = found.condition.good and not found.unread
    app.console.say(found.condition.text, "done" if is_well else "info")


def document(found: Diagnosis) -> Draft:
    """The reasons, numbered by rank, and what could not be read."""
    rows = [
        {"rank": rank, "kind": reason.kind, "text": reason.text}
        for rank, reason in enumerate(found.reasons, 1)
    ]
    unread = [one.what for one in found.unread]
    state: Draft = {"reasons": rows, "condition": found.condition.text}
    return hidden_in({**state, "unread": unread} if unread else state)
