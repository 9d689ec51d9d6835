"""What the compose commands do with a project in layout services, and the flags that it has
besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from ecscli.base.documents import Draft
from ecscli.base.records import fields_of, record, values_of
from ecscli.commands.answering import together
from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.printing import (
    AnswerForm,
    service_answer,
    show_plan,
    show_task_ids,
    task_document,
)
from ecscli.commands.compose.switching import switch_answer
from ecscli.commands.options import completions_of, fill
from ecscli.documents.failure import failure
from ecscli.documents.keys import as_document
from ecscli.workflows.project import ProjectRequest

if TYPE_CHECKING:
    from ecscli.commands.compose.removing import Remains
    from ecscli.commands.context import App
    from ecscli.workflows.service.deployment import Waiting
    from ecscli.workflows.services.counts import PlannedCounts
    from ecscli.workflows.services.ps import ServicesListing
    from ecscli.workflows.services.rollout.jobs import EndedJob
    from ecscli.workflows.services.rollout.up import ProjectDone

JOBS = ("changed", "always", "never")
PERCENTAGES = ("deployment_max_percent", "deployment_min_healthy_percent")
services_argument = click.argument(
    "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
)
one_service_argument = click.argument(
    "service", metavar="[SERVICE]", required=False, shell_complete=completions_of("services")
)
project_options = together(
    click.option("--no-deps", is_flag=True, help="Do not touch what the named services depend on."),
    click.option(
        "--remove-orphans", is_flag=True, help="Delete services that the files no longer have."
    ),
    click.option(
        "--adopt",
        is_flag=True,
        help="Take over existing services of these names that belong to no project.",
    ),
    click.option(
        "--jobs",
        type=click.Choice(JOBS),
        default=JOBS[0],
        show_default=True,
        help="When jobs run again.",
    ),
    services_argument,
)


@record
class ProjectFlags:
    """The flags that have a meaning with layout services alone."""

    services: tuple[str, ...] = ()
    no_deps: bool = False
    remove_orphans: bool = False
    adopt: bool = False
    jobs: str = JOBS[0]


def refuse_flags(flags: ProjectFlags) -> None:
    """Raise UsageError where one of them is given in layout task."""
    for name, value in values_of(flags).items():
        if value not in (False, (), JOBS[0]):
            word = "SERVICE" if name == "services" else f"--{name.replace('_', '-')}"
            raise click.UsageError(
                f"{word} is for layout services: all services of this project are one task"
            )


def refuse_others(given: Mapping[str, object], names: Iterable[str]) -> None:
    """Raise UsageError where one of these flags is given, which layout services does not have."""
    for name in names:
        if given.get(name):
            raise click.UsageError(f"--{name.replace('_', '-')} is for layout task")


def refuse_options_of_tasks(verb: str) -> None:
    """Raise UsageError where an option is given that is about new tasks, of which the verb makes
    none with layout services: it changes counts alone."""
    from ecscli.workflows.request import TaskRequest

    context = click.get_current_context()
    unused = set(fields_of(TaskRequest)) - {"timeout", "no_wait", "dry_run"}
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name in unused and source is ParameterSource.COMMANDLINE:
            message = f"{option.opts[0]} has no effect: {verb} with layout services changes counts"
            raise click.UsageError(f"{message} alone; use `ecscli compose up`")


def up(
    app: App,
    project: ProjectRequest,
    flags: ProjectFlags,
    given: Mapping[str, object],
    answer: AnswerForm,
) -> int:
    """Bring all services to what the files ask for; in a dry run, show what would change."""
    from ecscli.workflows.services.planning import plan
    from ecscli.workflows.services.request import OF_LAYOUT_TASK, ServicesRequest
    from ecscli.workflows.switch import apply as workflow

    refuse_others(given, OF_LAYOUT_TASK)
    more = {"project": project, "dry_run": answer.dry_run, **values_of(flags)}
    planned = app.report(plan.plan(app.aws, fill(ServicesRequest, given, **more)))
    app.console.say(f"layout services: {planned.wanted.arrangement.summary}")
    if answer.dry_run:
        return show_plan(app, planned.whole, answer, planned.wanted.switch)
    return show_project(app, app.report(workflow.up_in_services(app.aws(), planned)), answer)


def create(
    app: App, project: ProjectRequest, given: Mapping[str, object], answer: AnswerForm
) -> int:
    """Register the task definitions of all groups."""
    from ecscli.workflows.services import create as workflow
    from ecscli.workflows.services.request import OF_LAYOUT_TASK, ServicesRequest

    refuse_others(given, OF_LAYOUT_TASK)
    request = fill(ServicesRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(workflow.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.plan.whole, answer)
    done = app.report(workflow.apply(app.aws(), planned))
    if answer.is_json:
        found = {"taskDefinitions": done.definitions, "changed": done.changed}
        app.console.data({"layout": "services", **found})
    return 0


def down(
    app: App,
    waiting: Waiting,
    answer: AnswerForm,
    remains: Remains,
    services: tuple[str, ...] = (),
) -> int:
    """Delete all services or the named ones, and then what else is to be removed."""
    from ecscli.workflows.services import down as workflow

    remains.refuse_beside(services)
    removal = remains.plan(app)
    planned = workflow.plan(app.aws, project_request(app), waiting, services, remains.volumes)
    if answer.dry_run:
        return show_plan(app, planned.plan + removal, answer)
    done = remains.after(app, removal, workflow.apply(app.aws(), planned))
    return show_project(app, done, answer)


def change_counts(app: App, planned: PlannedCounts, answer: AnswerForm) -> int:
    """Change the numbers of tasks."""
    from ecscli.workflows.services import counts

    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_project(app, app.report(counts.apply(app.aws(), planned)), answer)


# ------------------------------------------------------------------------------ answers


def show_project(app: App, done: ProjectDone, answer: AnswerForm, *, changed: bool = True) -> int:
    """The services and jobs as data where that is asked for; raises what did not end well.
    `changed`: whether the data has a field for it."""
    if answer.is_json:
        found: Draft = {
            "layout": "services",
            "services": [service_answer(one) for one in done.services],
            "jobs": [_job(one) for one in done.jobs],
        }
        if done.stack:
            found["stack"] = as_document(done.stack)
        found |= switch_answer(done.switch)
        app.console.data({**found, "changed": done.changed} if changed else found)
    if done.error:
        raise done.error
    return 0


def _job(job: EndedJob) -> Draft:
    found: Draft = {"job": job.names.family}
    if job.task is not None:
        found |= task_document(job.task)
    if job.error is not None:
        found |= {"error": failure(job.error)}
    return found


def show_listing(app: App, found: ServicesListing, quiet: bool, answer: AnswerForm) -> None:
    """The table of containers with the service of each, or the ids of the tasks alone."""
    from ecscli.up.diagnosis.unread import incomplete
    from ecscli.up.tasks import table
    from ecscli.workflows.containers.addresses import lines_of

    if quiet:
        show_task_ids(app, found.tasks, answer)
        return
    if answer.is_json:
        documents = table.as_data([row.container for row in found.rows])
        app.console.data(
            [
                {"service": row.service, **document}
                for row, document in zip(found.rows, documents, strict=True)
            ]
        )
    else:
        columns = ("Service", *table.COLUMNS)
        app.console.table(columns, [(row.service, *row.container.cells) for row in found.rows])
        for line in lines_of(found.project, found.addresses):
            app.console.event(line)
    if found.states:
        app.console.say(", ".join(found.states))
    if found.unread:
        raise incomplete(found.unread)
