"""What the compose commands print: a plan, tasks, a service, images; and the exit codes that go
with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import DeploymentError
from ecscli.base.records import record
from ecscli.commands.compose.switching import switch_answer
from ecscli.documents.failure import failure
from ecscli.documents.keys import as_document
from ecscli.up.deployment.state import primary
from ecscli.up.model import Plan, short, task_id
from ecscli.up.tasks.addresses import as_data

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.commands.context import App
    from ecscli.up.project.switch import Switch
    from ecscli.up.support.plan import SupportStack
    from ecscli.up.tasks.addresses import Address
    from ecscli.workflows.images.list import ServiceImage
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


def show_plan(app: App, plan: Plan, answer: AnswerForm, switch: Switch | None = None) -> int:
    """The plan as text or JSON; exit code 0 where nothing would change, else 3. `switch`: the
    layout whose place is taken by it."""
    from ecscli.up import diff
    from ecscli.up.project import switch as of_switch

    for notice in plan.notices:
        app.console.warn(notice)
    if answer.is_json:
        found = diff.document(plan, answer.show_values)
        app.console.data({**found, "switch": of_switch.document(switch) if switch else None})
    else:
        for line in of_switch.lines(switch) if switch else ():
            app.console.change(line)
        for line in diff.lines(plan, answer.show_values):
            app.console.change(line)
    if not plan:
        app.console.say("Nothing to change: AWS has what the files ask for.")
        return 0
    app.console.say(f"{len(plan.actions)} to change")
    return PENDING


# -------------------------------------------------------------------------- tasks, services


def show_tasks(app: App, ended: SettledTasks, answer: AnswerForm, *, changed: bool = True) -> int:
    """The tasks as data where that is asked for; raises what did not end well. `changed`: whether
    the data has a field for it."""
    if answer.is_json:
        found: Draft = {"changed": ended.changed} if changed else {}
        tasks = [task_document(task) for task in ended.tasks]
        more = {**_addresses_document(ended.addresses), **_stack_document(ended.support)}
        app.console.data({**found, "tasks": tasks, **more})
    if ended.error:
        raise ended.error
    return 0


def show_task_ids(app: App, tasks: Iterable[TaskTypeDef], answer: AnswerForm) -> None:
    """The ids of tasks alone."""
    ids = [task_id(str(task["taskArn"])) for task in tasks]
    if answer.is_json:
        app.console.data(ids)
        return
    for one in ids:
        app.console.line(one)


def task_document(task: TaskTypeDef) -> Draft:
    """A task in the JSON of the task commands."""
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
        more = {**_stack_document(done.support), **switch_answer(done.switch)}
        app.console.data({**service_answer(done), **more})
    if done.error:
        raise done.error
    return 0


def service_answer(done: Deployed) -> Draft:
    """A service in the JSON of the commands, with why its deployment failed."""
    more = {**_error_document(done.error), **_addresses_document(done.addresses)}
    return {**_service_document(done), **more}


def _service_document(done: Deployed) -> Draft:
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


def _stack_document(stack: SupportStack | None) -> Draft:
    """The support stack of the project, where it has the execution role."""
    if stack is None:
        return {}
    return {"stack": {"name": stack.name, "changed": stack.deployment is not None}}


def _addresses_document(addresses: Sequence[Address]) -> Draft:
    """Where `up` has found published ports; other commands do not look."""
    return {"addresses": as_data(addresses)} if addresses else {}


def _error_document(error: DeploymentError | None) -> Draft:
    return {"error": failure(error)} if error else {}


# ------------------------------------------------------------------------------ images


def show_images(app: App, images: Mapping[str, str], answer: AnswerForm) -> None:
    """Images by service."""
    if answer.is_json:
        app.console.data(dict(images))
    else:
        app.console.table(("SERVICE", "IMAGE"), list(images.items()))


def show_service_images(app: App, images: Sequence[ServiceImage], answer: AnswerForm) -> None:
    """The images of services and what ECR has of them."""
    import time

    from ecscli.registry.words import age, size

    if answer.is_json:
        app.console.data([as_document(image) for image in images])
        return
    now = time.time()
    rows = [
        (
            image.service,
            image.image,
            image.digest or "-",
            age(now - image.pushed.timestamp()) if image.pushed else "-",
            size(image.size) if image.size is not None else "-",
            ", ".join(image.in_use) or "-",
            ", ".join(f"{name}: {count}" for name, count in image.findings.items()) or "-",
        )
        for image in images
    ]
    columns = ("SERVICE", "IMAGE", "DIGEST", "PUSHED AT", "SIZE", "IN USE BY", "FINDINGS")
    app.console.table(columns, rows)
