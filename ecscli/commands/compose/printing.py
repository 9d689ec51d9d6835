"""What the compose commands print: a plan, tasks, a service, images; and the exit codes that go
with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import DeploymentError
from ecscli.base.records import record
from ecscli.commands.context import App

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.compose.check import Report
    from ecscli.ops.logs.line import LogLine
    from ecscli.terminal.console import Console
    from ecscli.up.model import Plan
    from ecscli.workflows.containers.project_logs import ProjectLogs
    from ecscli.workflows.containers.ps import Listing
    from ecscli.workflows.service.deployment import Deployed
    from ecscli.workflows.tasks.settled import SettledTasks

PENDING = 3  # exit code of a plan with changes


@record
class AnswerForm:
    """What is to be printed: text or JSON; with `dry_run` the plan alone; values that may be secret
    only with `show_values`."""

    output: str = "text"
    dry_run: bool = False
    show_values: bool = False

    @property
    def is_json(self) -> bool:
        return self.output == "json"


def show_plan(app: App, plan: Plan, answer: AnswerForm) -> int:
    """The plan as text or JSON; exit code 0 where nothing would change, else 3."""
    from ecscli.up import diff

    for notice in plan.notices:
        app.console.warn(notice)
    if answer.is_json:
        app.console.data(diff.document(plan, answer.show_values))
    else:
        for line in diff.lines(plan, answer.show_values):
            app.console.line(line)
    if not plan:
        app.console.say("Nothing to change: what is live is what is wanted.")
        return 0
    app.console.say(f"{len(plan.actions)} to change")
    return PENDING


# -------------------------------------------------------------------------- tasks, services


def show_tasks(app: App, ended: SettledTasks, answer: AnswerForm, *, changed: bool = True) -> int:
    """The tasks as data where that is asked for; raises what did not end well. `changed`: whether
    the data has a field for it."""
    if answer.is_json:
        found: Draft = {"changed": ended.changed} if changed else {}
        app.console.data({**found, "tasks": [task_document(task) for task in ended.tasks]})
    if ended.error:
        raise ended.error
    return 0


def task_document(task: TaskTypeDef) -> Draft:
    """A task in the JSON of the task commands."""
    from ecscli.up.model import short, task_id

    return {
        "id": task_id(str(task["taskArn"])),
        "arn": task["taskArn"],
        "taskDefinition": short(str(task.get("taskDefinitionArn", ""))),
        "status": task.get("lastStatus"),
        "desiredStatus": task.get("desiredStatus"),
        "stoppedReason": task.get("stoppedReason"),
        "containers": [
            {"name": one["name"], "status": one.get("lastStatus"), "exitCode": one.get("exitCode")}
            for one in task.get("containers", ())
        ],
    }


def show_service(app: App, done: Deployed, answer: AnswerForm) -> int:
    """The service as data where that is asked for; raises what did not end well."""
    if answer.is_json:
        app.console.data({**_service_document(done), **_error_document(done.error)})
    if done.error:
        raise done.error
    return 0


def _service_document(done: Deployed) -> Draft:
    from ecscli.up.deployment.state import primary
    from ecscli.up.model import short

    service, now = done.service, primary(done.service) or {}
    return {
        "cluster": done.names.cluster,
        "service": done.names.service,
        "changed": done.changed,
        "status": service.get("status"),
        "taskDefinition": short(str(service.get("taskDefinition", ""))) or None,
        "desiredCount": service.get("desiredCount"),
        "runningCount": service.get("runningCount"),
        "deployment": {"id": now.get("id"), "state": now.get("rolloutState")} if now else None,
    }


def _error_document(error: DeploymentError | None) -> Draft:
    return {"error": error.message, "reasons": list(error.reasons)} if error else {}


def show_containers(app: App, found: Listing, quiet: bool, answer: AnswerForm) -> None:
    """The table, the same as data, or the ids of the tasks alone; raises what could not be read."""
    from ecscli.up.diagnosis.unread import incomplete
    from ecscli.up.model import task_id
    from ecscli.up.tasks import table

    if quiet:
        for task in found.tasks:
            app.console.line(task_id(str(task["taskArn"])))
        return
    if answer.is_json:
        app.console.data(table.as_data(found.rows))
    else:
        app.console.table(table.COLUMNS, [row.cells for row in found.rows])
    if found.unread:
        raise incomplete(found.unread)


# ------------------------------------------------------------------------------ images, logs


def show_images(app: App, images: Mapping[str, str], answer: AnswerForm) -> None:
    """Images by service."""
    if answer.is_json:
        app.console.data(dict(images))
    else:
        app.console.table(("SERVICE", "IMAGE"), list(images.items()))


@record
class LineForm:
    """How a line of a log is printed."""

    output: str = "text"
    timestamps: bool = False
    no_log_prefix: bool = False


def show_logs(app: App, logs: ProjectLogs, form: LineForm) -> None:
    """Lines as they come, and what was found strange after each look."""
    warned = 0
    try:
        for line in logs.lines:
            if line is not None:
                _show_line(app, line, form)
                continue
            app.console.flush()
            warned = _warn_of_logs(app, logs, warned)
    finally:
        _warn_of_logs(app, logs, warned)


def _warn_of_logs(app: App, logs: ProjectLogs, warned: int) -> int:
    """Warn of what was found since the last look; how many findings there are now."""
    found = list(logs.findings)
    for finding in found[warned:]:
        app.console.warn(finding)
    return len(found)


def _show_line(app: App, line: LogLine, form: LineForm) -> None:
    from ecscli.ops.logs.line import as_data
    from ecscli.ops.logs.window import stamp

    if form.output == "json":
        app.console.data(as_data(line), indent=None)
        return
    text = line.message.rstrip("\n")
    if form.timestamps:
        text = f"{stamp(line.time)} {text}"
    label = "" if form.no_log_prefix else f"{line.stream.container}/{line.stream.task[:8]}"
    app.console.log(text, label)


def show_report(
    console: Console, report: Report, strict: bool, everything: bool, output: str
) -> None:
    """Print the report in one of its forms; the JSON document always has everything."""
    from ecscli.compose.report import data, github, sarif, text

    match output:
        case "json":
            console.data(data.as_data(report, strict))
        case "sarif":
            console.data(sarif.as_sarif(report, everything))
        case "github":
            for command in github.commands(report, everything):
                console.annotation(command)
        case _:
            for line in text.lines(report, everything):
                console.line(line)
