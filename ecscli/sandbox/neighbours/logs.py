"""CloudWatch Logs: the awslogs driver of containers, its groups and streams, and what they
write."""

from __future__ import annotations

from typing import Any

from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.shapes import Json


class Logs(Region):
    def open_log(self, task: Task, container: Container) -> str | None:
        """Make the container's stream; the reason why the container cannot start when its group is
        not there."""
        options = awslogs(container)
        if options is None:
            return None
        backend = self._logs(options)
        group = options.get("awslogs-group", "")
        if group not in backend.groups:
            if options.get("awslogs-create-group") != "true":
                return (
                    "CannotStartContainerError: Error response from daemon: failed to initialize"
                    " logging driver: failed to create Cloudwatch log stream:"
                    f" ResourceNotFoundException: The specified log group does not exist: {group}"
                )
            backend.create_log_group(group, {})
        backend.ensure_log_stream(group, stream_of(task, container, options))
        return None

    def write_log(self, task: Task, container: Container, lines: list[str]) -> None:
        options = awslogs(container)
        if options is None or options.get("awslogs-group") not in self._logs(options).groups:
            return
        moment = int(self.timeline.now * 1000)
        events = [{"timestamp": moment, "message": line} for line in lines]
        self._logs(options).put_log_events(
            options["awslogs-group"], stream_of(task, container, options), events
        )

    def _logs(self, options: Json) -> Any:
        if options.get("awslogs-region", self.region) == self.region:
            return self.backend("logs")
        return Region(self.account, options["awslogs-region"], self.timeline).backend("logs")


def awslogs(container: Container) -> Json | None:
    """The options of the awslogs driver, where the container has it."""
    config = container.definition.get("logConfiguration") or {}
    options: Json = config.get("options") or {}
    return options if config.get("logDriver") == "awslogs" else None


def stream_of(task: Task, container: Container, options: Json) -> str:
    """prefix/container/task, or the container's id without a prefix."""
    prefix = options.get("awslogs-stream-prefix")
    return f"{prefix}/{container.name}/{task.id}" if prefix else container.arn.rpartition("/")[2]
