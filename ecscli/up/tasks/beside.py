"""READS: what can be read while tasks are still listed and described: their task definitions. And
whether their container instances are needed, as soon as that is known."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.up.tasks.live import Onlooker

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from types_boto3_ecs.type_defs import TaskDefinitionTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws

    Keep = Callable[[TaskTypeDef], bool]


class Sign:
    """A yes or no that other threads wait for; the first that is given holds."""

    def __init__(self) -> None:
        self._given, self._is_yes, self._lock = threading.Event(), False, threading.Lock()

    def give(self, is_yes: bool) -> None:
        """Tell those who wait, unless they were told."""
        with self._lock:
            if not self._given.is_set():
                self._is_yes = is_yes
                self._given.set()

    def wait(self) -> bool:
        """What is given, once it is."""
        self._given.wait()
        return self._is_yes


class Beside(Onlooker):
    """Reads beside the tasks that are to be kept, or all. `some`: there are tasks; `hosted`: one of
    them is on a container instance."""

    def __init__(self, aws: Aws, pool: Executor, keep: Keep | None) -> None:
        self.some, self.hosted = Sign(), Sign()
        self._aws, self._pool, self._keep = aws, pool, keep
        self._definitions: dict[str, Future[TaskDefinitionTypeDef]] = {}
        self._lock = threading.Lock()

    def listed(self, arns: Sequence[str]) -> None:
        if arns:
            self.some.give(True)

    def described(self, tasks: Sequence[TaskTypeDef]) -> None:
        for task in self.kept(tasks):
            if task.get("containerInstanceArn"):
                self.hosted.give(True)
            self._ask(task["taskDefinitionArn"])

    def kept(self, tasks: Sequence[TaskTypeDef]) -> Sequence[TaskTypeDef]:
        """Those that are to be kept."""
        return tasks if self._keep is None else [task for task in tasks if self._keep(task)]

    def end(self) -> None:
        """No more tasks come."""
        self.some.give(False)
        self.hosted.give(False)

    def definitions(self) -> Mapping[str, TaskDefinitionTypeDef]:
        """The task definitions of all that were described, by ARN."""
        return {arn: asked.result() for arn, asked in self._definitions.items()}

    def _ask(self, arn: str) -> None:
        with self._lock:
            if arn not in self._definitions:
                self._definitions[arn] = self._pool.submit(definition, self._aws, arn)


def definition(aws: Aws, arn: str) -> TaskDefinitionTypeDef:
    """A task definition that tasks refer to."""
    answer = aws.call("ecs", "describe_task_definition", taskDefinition=arn)
    found: TaskDefinitionTypeDef = answer["taskDefinition"]
    return found
