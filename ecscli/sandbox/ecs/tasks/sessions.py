"""ECS Exec: sessions into containers of tasks that were started for it. The stream's address names
a real container of the engine; else it leads nowhere."""

from __future__ import annotations

import secrets

from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json


def managed_agents(task: Task, container: Container) -> list[Json]:
    """The agent that ECS starts in each container of a task with execute command; it needs a task
    role."""
    if not task.execute_command or container.status != "RUNNING":
        return []
    role = task.overrides.get("taskRoleArn") or task.definition.document.get("taskRoleArn")
    agent: Json = {"name": "ExecuteCommandAgent", "lastStatus": "RUNNING" if role else "STOPPED"}
    return [agent | ({} if role else {"reason": "The task has no role that the agent could use."})]


def execute(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    task = cluster.tasks.get(request["task"].rpartition("/")[2])
    if task is None:
        raise invalid("The referenced task was not found.")
    container = executing(task, request.get("container"))
    session = f"ecs-execute-command-{secrets.token_hex(8)}"
    nowhere = f"wss://127.0.0.1/v1/data-channel/{session}"
    return {
        "clusterArn": cluster.arn,
        "containerArn": container.arn,
        "containerName": container.name,
        "interactive": True,
        "taskArn": task.arn,
        "session": {
            "sessionId": session,
            "streamUrl": ecs.runtime.stream(container) or nowhere,
            "tokenValue": secrets.token_hex(16),
        },
    }


def executing(task: Task, name: str | None) -> Container:
    """The container of that name, or the first one; ApiError when it takes no commands."""
    named = [one for one in task.containers if name in (None, one.name)]
    if not named:
        raise invalid("The container that you specified does not exist in the task.")
    if not task.execute_command:
        raise invalid(
            "The execute command failed because execute command was not enabled when the task was"
            " run."
        )
    agents = managed_agents(task, named[0])
    if not agents or agents[0]["lastStatus"] != "RUNNING":
        raise ApiError("TargetNotConnectedException", "The execute command agent is not running.")
    return named[0]


ACTIONS = {"ExecuteCommand": execute}
