"""READS: what somebody asks the console to do -> the plan of it, as the commands make it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.console.api import Api, needed
from ecscli.up.deployment.state import primary
from ecscli.up.model import (
    ContinueDeployment,
    Plan,
    RunTask,
    StopDeployment,
    StopTask,
    UpdateService,
    short,
)
from ecscli.up.service.live import need_service
from ecscli.up.service.names import Names
from ecscli.up.service.plan import (
    plan_removal,
    plan_rollback,
    plan_service_scale,
    update_request,
)
from ecscli.up.service.revisions import earlier_revision
from ecscli.up.tasks.live import described
from ecscli.up.tasks.overrides import Overrides, read_overrides
from ecscli.up.tasks.plan import parse_count, plan_stop

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

Given = Mapping[str, Any]
# What a task beside a service has from it
LAUNCH = ("launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration")
WAITING, PAUSE = "AWAITING_ACTION", "PAUSE"


@record
class Proposal:
    """What will be done. `words`: the command of ecscli that does the same in the project's
    directory, without its program, cluster and account, and `rest` what comes after these; empty
    where there is none. `deletes`: it takes something away for good."""

    title: str
    plan: Plan
    words: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    deletes: bool = False


def proposal(api: Api, given: Given) -> Proposal:
    """The proposal that a request asks for. Raises InputError for what there is not."""
    action = needed(given, "action")
    make = KINDS.get(action)
    if make is None:
        hint = did_you_mean(action, KINDS) or f"there are {', '.join(KINDS)}"
        raise InputError(f"there is no action {action}", hint=hint)
    return make(api, given)


# ------------------------------------------------------------------------------- tasks


def _run(api: Api, given: Given) -> Proposal:
    """One task of a task definition, with a command of its own; where a service is named, as the
    service runs its tasks."""
    aws, cluster, name = _aws(api, given), needed(given, "cluster"), needed(given, "definition")
    answer = aws.call("ecs", "describe_task_definition", taskDefinition=name)
    definition = answer["taskDefinition"]
    service = given.get("service")
    fields = _launch(need_service(aws, _names(api, given))) if service else {}
    if definition.get("networkMode") == "awsvpc" and "networkConfiguration" not in fields:
        hint = "run it from the page of a service that uses it, which has a network"
        raise InputError(f"{name} has network mode awsvpc, and no network is known", hint=hint)
    words = _command(definition, given)
    overrides, wrong = read_overrides(words, Overrides(), _containers(definition), quoted=False)
    if wrong:
        raise InputError.of(wrong)
    revision = f"{definition['family']}:{definition['revision']}"
    request: Draft = {"cluster": cluster, "taskDefinition": revision, "count": 1, **fields}
    if overrides["containerOverrides"]:
        request["overrides"] = overrides
    verb = ("compose", "--project-name", definition["family"], "run")
    return Proposal(f"Run a task of {revision}", Plan((RunTask(request),)), verb, tuple(words))


def _launch(service: ServiceTypeDef) -> Draft:
    """How a service launches its tasks; without an entry where ECS knows only one way."""
    found: Draft = {key: value for key, value in service.items() if key in LAUNCH and value}
    if "capacityProviderStrategy" in found:
        found.pop("launchType", None)
    return found


def _containers(definition: Document) -> list[str]:
    return [str(one["name"]) for one in definition["containerDefinitions"]]


def _command(definition: Document, given: Given) -> Sequence[str]:
    """A container and its command: the one that is named, or the first that is essential."""
    command = words_of(str(given.get("command") or ""))
    essential = [one for one in definition["containerDefinitions"] if one.get("essential", True)]
    container = str(given.get("container") or essential[0]["name"])
    return [container, *command] if command or given.get("container") else []


def words_of(text: str) -> list[str]:
    """The words of a command, as AWS's console takes them: ``sleep,300``, or a JSON list. Raises
    InputError for a list of something else."""
    text = text.strip()
    if not text.startswith("["):
        return [word.strip() for word in text.split(",")] if text else []
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError(f"the command is no JSON list: {error}", hint=EXAMPLES) from None
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise InputError("the command is no JSON list of words", hint=EXAMPLES)
    return found


EXAMPLES = 'write it as sleep,300 or as ["sleep", "300"]'


def _stop_task(api: Api, given: Given) -> Proposal:
    task, cluster = needed(given, "task"), needed(given, "cluster")
    request = {"cluster": cluster, "task": task}
    return Proposal(f"Stop task {short(task)}", Plan((StopTask(request),)))


def _stop_tasks(api: Api, given: Given) -> Proposal:
    """All tasks of a service, which starts others, or of a family."""
    aws, cluster = _aws(api, given), needed(given, "cluster")
    service = given.get("service")
    names = _names(api, given, "service" if service else "family")
    name = names.service if service else needed(given, "family")
    query = {"serviceName": name} if service else {"family": name}
    tasks = described(aws, cluster, {**query, "desiredStatus": "RUNNING"})
    if not tasks:
        kind = "service" if service else "family"
        raise InputError(f"no task of {kind} {name} runs in cluster {cluster}")
    count = "the only task" if len(tasks) == 1 else f"all {len(tasks)} tasks"
    is_project = all(task.get("group") == names.group for task in tasks)
    words = ("compose", "--project-name", names.project, "stop") if is_project else ()
    return Proposal(f"Stop {count} of {name}", plan_stop(names, tasks), words)


# ---------------------------------------------------------------------------- services


def _scale(api: Api, given: Given) -> Proposal:
    names, count = _names(api, given), parse_count(str(given.get("count", "")))
    service = _live(api, given, names)
    if service.get("schedulingStrategy") == "DAEMON":
        raise InputError(
            f"service {names.service} runs one task on each instance, and has no count"
        )
    title = f"Scale {names.service} from {service.get('desiredCount', 0)} to {count}"
    plan = plan_service_scale(names, count, {})
    return Proposal(title, plan, (*_service_words(names), "scale"), (str(count),))


def _deploy(api: Api, given: Given) -> Proposal:
    """New tasks of the same definition."""
    names = _names(api, given)
    _live(api, given, names)
    plan = Plan((UpdateService(update_request(names, {}, {}, force=True), {}),))
    return Proposal(f"New deployment of {names.service}", plan, (*_service_words(names), "restart"))


def _roll_back(api: Api, given: Given) -> Proposal:
    """Back to the revision before the one in use, or to one that is named."""
    names = _names(api, given)
    service = _live(api, given, names)
    number = given.get("revision") or None
    revision = parse_count(str(number)) if number else None
    wanted = earlier_revision(_aws(api, given), str(service["taskDefinition"]), revision)
    plan = plan_rollback(names, service, wanted)
    if not plan:
        raise InputError.of(plan.notices)
    words = (*_service_words(names), "rollback", "--to", wanted.rpartition(":")[2])
    return Proposal(f"Roll {names.service} back to {wanted}", plan, words)


def _delete(api: Api, given: Given) -> Proposal:
    names = _names(api, given)
    plan = plan_removal(names, _live(api, given, names))
    title = f"Delete service {names.service} and stop its tasks"
    return Proposal(title, plan, (*_service_words(names), "rm"), deletes=True)


# ------------------------------------------------------------------------- deployments


def _stop_deployment(api: Api, given: Given) -> Proposal:
    """Stop the deployment that is under way, and go back to the one before."""
    names = _names(api, given)
    deployment = _under_way(api, given, names)
    request = {"serviceDeploymentArn": deployment["serviceDeploymentArn"], "stopType": "ROLLBACK"}
    title = f"Stop the deployment of {names.service} and go back"
    return Proposal(title, Plan((StopDeployment(request),)))


def _continue(api: Api, given: Given) -> Proposal:
    """Let a deployment go on that a hook has paused."""
    names = _names(api, given)
    deployment = _under_way(api, given, names)
    title = f"Continue the deployment of {names.service}"
    return Proposal(title, Plan((ContinueDeployment(continuation(deployment)),)))


def continuation(deployment: Document) -> Draft:
    """The request that ends the pause of a deployment. Raises InputError where it does not
    pause."""
    hooks = deployment.get("lifecycleHookDetails") or ()
    for hook in hooks:
        if hook.get("status") == WAITING and hook.get("targetType") == PAUSE:
            arn = deployment["serviceDeploymentArn"]
            return {"serviceDeploymentArn": arn, "hookId": hook["hookId"], "action": "CONTINUE"}
    raise InputError("the deployment waits for nobody: no hook has paused it")


def _under_way(api: Api, given: Given, names: Names) -> Document:
    service = _live(api, given, names)
    arn = service.get("currentServiceDeployment")
    if not arn or (primary(service) or {}).get("rolloutState", "IN_PROGRESS") != "IN_PROGRESS":
        raise InputError(f"no deployment of service {names.service} is under way")
    aws = _aws(api, given)
    answer = aws.call("ecs", "describe_service_deployments", serviceDeploymentArns=[arn])
    found: Document = next(iter(answer["serviceDeployments"]), {"serviceDeploymentArn": arn})
    return found


# ------------------------------------------------------------------------------- names


def _aws(api: Api, given: Given) -> Aws:
    return api.on(needed(given, "cluster"))


def _names(api: Api, given: Given, what: str = "service") -> Names:
    """The names of the project that has a service or a family of this name."""
    settings, name = api.aws.settings, needed(given, what)
    project_prefix, prefix = (
        settings.project_prefix.value or "",
        settings.service_prefix.value or "",
    )
    if what == "family":
        return Names(name, needed(given, "cluster"), project_prefix, prefix)
    prefix = prefix if name.startswith(prefix) else ""
    project = name.removeprefix(prefix)
    return Names(project, needed(given, "cluster"), project_prefix, prefix)


def _live(api: Api, given: Given, names: Names) -> ServiceTypeDef:
    return need_service(_aws(api, given), names)


def _service_words(names: Names) -> tuple[str, ...]:
    return ("compose", "--project-name", names.project, "service")


KINDS: Mapping[str, Callable[[Api, Given], Proposal]] = {
    "run": _run,
    "stop-task": _stop_task,
    "stop-tasks": _stop_tasks,
    "scale": _scale,
    "deploy": _deploy,
    "rollback": _roll_back,
    "continue-deployment": _continue,
    "stop-deployment": _stop_deployment,
    "delete-service": _delete,
}
