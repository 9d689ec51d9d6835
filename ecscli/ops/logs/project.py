"""The tasks of a project -> the streams they write, also while tasks come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.base.records import field, mutable
from ecscli.ops.logs.streams import OpenStreams, Stream, read_definition, streams_of
from ecscli.up.model import task_id
from ecscli.up.service.revisions import maybe_definition
from ecscli.up.tasks.live import describe_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskDefinitionTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws

# desired statuses: what runs or starts, and what ECS still remembers


@mutable
class ProjectStreams:
    """The streams of all tasks of a ListTasks query, which is by family or by serviceName.

    The first look takes one round: it supposes that the tasks run the newest revision. Later looks
    ask each task. `lasting`: even when no task is there, one may come.
    """

    aws: Aws
    cluster: str
    family: str
    query: Mapping[str, str]
    containers: tuple[str, ...] = ()
    lasting: bool = False
    findings: list[Finding] = field(default_factory=list)
    tasks: tuple[TaskTypeDef, ...] = ()  # and their streams: those of the last exact look
    streams: tuple[Stream, ...] = ()
    _definitions: dict[str, TaskDefinitionTypeDef] = field(default_factory=dict)
    _looked: bool = False

    def find(self) -> OpenStreams:
        """For `follow_lines`: quickly at first, exactly afterwards."""
        if not self._looked:
            self._looked = True
            return OpenStreams(self.quick())
        return self.exact()

    def quick(self) -> tuple[Stream, ...]:
        """The streams if every task runs the newest revision; those of `exact` where the family has
        none.

        Raises InputError where there is no task to read, and none can come.
        """
        running, stopped, newest = self.aws.together(
            partial(self._listed, "RUNNING"),
            partial(self._listed, "STOPPED"),
            lambda: maybe_definition(self.aws, self.family),
        )
        arns = [*running, *stopped]
        if not arns and not self.lasting:
            raise self._no_task()
        if newest is None:
            return self.exact().streams
        definition = newest["taskDefinition"]
        self._definitions[definition["taskDefinitionArn"]] = definition
        return self._streams((arn, definition) for arn in arns)

    def exact(self) -> OpenStreams:
        """The streams by the revision of each task; over when no task is left that writes."""
        running, stopped = self.aws.together(
            partial(self._listed, "RUNNING"), partial(self._listed, "STOPPED")
        )
        tasks = describe_tasks(self.aws, self.cluster, [*running, *stopped])
        self.tasks = tuple(tasks)
        self._read_definitions({task["taskDefinitionArn"] for task in tasks})
        streams = self._streams(
            (task["taskArn"], self._definitions[task["taskDefinitionArn"]]) for task in tasks
        )
        self.streams = streams
        is_silent = bool(tasks) and not streams
        return OpenStreams(streams, over=is_silent or not (running or self.lasting))

    def _listed(self, state: str) -> list[str]:
        query = {**self.query, "cluster": self.cluster, "desiredStatus": state}
        try:
            return list(self.aws.pages("ecs", "list_tasks", "taskArns", **query))
        except AwsError as error:
            if error.code != "ServiceNotFoundException":
                raise
            raise self._no_service() from None

    def _no_task(self) -> InputError:
        return InputError(
            f'project "{self.family}" has no tasks in cluster {self.cluster}, so there are no logs',
            hint="start it with `ecscli compose up` or `ecscli compose service up`; ECS lists"
            " stopped tasks for an hour only",
        )

    def _no_service(self) -> InputError:
        return InputError(
            f"there is no service {self.query.get('serviceName')} in cluster {self.cluster}",
            hint="create it with `ecscli compose service up`; tasks of `compose up` have `ecscli"
            " compose logs`",
        )

    def _read_definitions(self, arns: set[str]) -> None:
        new = sorted(arns - set(self._definitions))
        answers = self.aws.together(*(partial(read_definition, self.aws, arn) for arn in new))
        self._definitions.update(zip(new, answers, strict=True))

    def _streams(self, tasks: Iterable[tuple[str, TaskDefinitionTypeDef]]) -> tuple[Stream, ...]:
        """The streams in the order of the tasks; why a container has none is noted once."""
        streams: dict[Stream, None] = {}
        for arn, definition in tasks:
            wanted = self._wanted(definition)
            if self.containers and not wanted:
                continue
            found, problems = streams_of(definition, task_id(arn), wanted)
            streams.update(dict.fromkeys(found))
            self.findings += [problem for problem in problems if problem not in self.findings]
        return tuple(streams)

    def _wanted(self, definition: TaskDefinitionTypeDef) -> list[str]:
        """The containers asked for that the definition has."""
        names = {container["name"] for container in definition["containerDefinitions"]}
        return [name for name in self.containers if name in names]


@mutable
class JoinedStreams:
    """The streams of several families, looked for side by side."""

    aws: Aws
    sources: tuple[ProjectStreams, ...]
    findings: list[Finding] = field(default_factory=list)  # of all of them, as they come

    def __post_init__(self) -> None:
        for source in self.sources:
            source.findings = self.findings

    def find(self) -> OpenStreams:
        """For `follow_lines`: over when none of them goes on."""
        found = self.aws.together(*(source.find for source in self.sources))
        return OpenStreams(_joined(one.streams for one in found), all(one.over for one in found))

    def quick(self) -> tuple[Stream, ...]:
        """The streams if every task runs the newest revision of its family."""
        return _joined(self.aws.together(*(source.quick for source in self.sources)))

    def exact(self) -> OpenStreams:
        """The streams by the revision of each task."""
        found = self.aws.together(*(source.exact for source in self.sources))
        return OpenStreams(_joined(one.streams for one in found), all(one.over for one in found))

    @property
    def tasks(self) -> tuple[TaskTypeDef, ...]:
        return tuple(task for source in self.sources for task in source.tasks)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return _joined(source.streams for source in self.sources)


def _joined(found: Iterable[tuple[Stream, ...]]) -> tuple[Stream, ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys(stream for streams in found for stream in streams))
