"""A container of a project -> the place of a session: found, and checked for everything that ECS
Exec needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.up.service.revisions import maybe_definition
from ecscli.up.tasks.live import describe_tasks, whole_id

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, ManagedAgentTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.up.service.names import Names

ENABLE = (
    "start it again with --enable-execute-command: `ecscli compose up --force-update"
    " --enable-execute-command`, or `ecscli compose service up --force-deployment"
    " --enable-execute-command`"
)
ROLE = (
    "give it one with `ecscli compose --task-role-arn ARN ...` or task_role_arn in ecs-params.yml; "
    "it needs the four ssmmessages: actions"
)
AGENT = (
    "check the ssmmessages: actions of the task role, the way to Systems Manager, and read_only"
    " containers"
)
OLD_PLATFORM = re.compile(r"1\.[0-3]\.\d+")


@record
class ContainerPlace:
    """A running container: where a session leads."""

    cluster: str
    task: str  # ARN
    container: str
    runtime: str

    @property
    def target(self) -> str:
        """The container as Systems Manager names it."""
        return f"ecs:{self.cluster}_{self.task.rsplit('/', 1)[-1]}_{self.runtime}"


def find_place(
    aws: Aws, names: Names, container: str, task: str | None = None
) -> tuple[ContainerPlace, int]:
    """The container of the newest running task (or of `task`), and how many tasks have it.

    Raises InputError with every reason why no session can be opened there.
    """
    running = _running_tasks(aws, names, task)
    found = [(one, inside) for one in running for inside in _named(one, container)]
    if not found:
        raise _no_container(names, container, task, running)
    chosen, inside = max(found, key=lambda pair: str(pair[0].get("startedAt", "")))
    problems = tuple(_problems(aws, chosen, inside))
    if problems:
        raise InputError.of(problems)
    place = ContainerPlace(names.cluster, chosen["taskArn"], container, str(inside["runtimeId"]))
    return place, len(found)


def _running_tasks(aws: Aws, names: Names, task: str | None) -> list[TaskTypeDef]:
    """The running tasks of the family, or this one if it runs."""
    arns = [whole_id(aws, names.cluster, task)] if task else _listed(aws, names)
    tasks = describe_tasks(aws, names.cluster, arns)
    return [one for one in tasks if one.get("lastStatus") == "RUNNING"]


def _listed(aws: Aws, names: Names) -> list[str]:
    query = {"cluster": names.cluster, "family": names.family, "desiredStatus": "RUNNING"}
    return list(aws.pages("ecs", "list_tasks", "taskArns", **query))


def _named(task: TaskTypeDef, container: str) -> Iterator[ContainerTypeDef]:
    return (one for one in task["containers"] if one["name"] == container)


def _no_container(
    names: Names, container: str, task: str | None, running: Sequence[TaskTypeDef]
) -> InputError:
    if running:
        known = ", ".join(one["name"] for one in running[0]["containers"])
        message = f'the running task has no container "{container}"'
        return InputError(message, hint=f"its containers are: {known}")
    hint = "start it with `ecscli compose up` or `ecscli compose service up`"
    what = f"task {task} does not run" if task else f"no task of {names.family} runs"
    return InputError(f"{what} in cluster {names.cluster}", hint=hint)


def _problems(aws: Aws, task: TaskTypeDef, container: ContainerTypeDef) -> Iterator[Finding]:
    """Why ECS Exec would refuse, found before it does, with what to do."""
    where = task["taskArn"]
    if not task.get("enableExecuteCommand"):
        yield Finding("the task was started without execute command", where, ENABLE)
    version = task.get("platformVersion", "")
    if OLD_PLATFORM.fullmatch(version):
        message = f"Fargate platform version {version} cannot do it"
        yield Finding(message, where, "use 1.4.0 or later")
    role = _task_role(aws, task)
    if not role:
        yield Finding("the task has no task role", where, ROLE)
    if role and task.get("enableExecuteCommand"):
        yield from _agent_problem(container, where)


def _task_role(aws: Aws, task: TaskTypeDef) -> str | None:
    """The role of the task, or of its definition."""
    definition = maybe_definition(aws, task["taskDefinitionArn"])
    role = task.get("overrides", {}).get("taskRoleArn")
    if role or definition is None:
        return role
    return definition["taskDefinition"].get("taskRoleArn")


def _agent_problem(container: ContainerTypeDef, where: str) -> Iterator[Finding]:
    agent = _execute_agent(container)
    state = agent.get("lastStatus", "not there yet")
    if state != "RUNNING":
        reason = f": {agent['reason']}" if agent.get("reason") else ""
        message = f"the agent in container {container['name']} is {state}{reason}"
        yield Finding(message, where, AGENT)


def _execute_agent(container: ContainerTypeDef) -> ManagedAgentTypeDef:
    """The agent of ECS Exec; empty where ECS has not put it in yet."""
    for agent in container.get("managedAgents", ()):
        if agent.get("name") == "ExecuteCommandAgent":
            return agent
    return {}
