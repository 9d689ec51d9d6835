"""Containers that only pretend: a container definition in, and at the right moments what its agent
would see.

What they do follows from their command (`sleep 300`, `false`, `sh -c "echo hi; exit 3"`), from what
other containers wait for, from whether the task is a job of a project, and from labels:

    ecscli.sandbox.start-delay      seconds before it runs
    ecscli.sandbox.start-error      it cannot start, with this reason
    ecscli.sandbox.exit-code        it ends by itself, with this code
    ecscli.sandbox.exit-after       ... after so many seconds
    ecscli.sandbox.stop-delay       seconds it takes to obey SIGTERM
    ecscli.sandbox.healthy          false: its health checks fail
    ecscli.sandbox.unhealthy-after  they begin to fail after so many seconds
    ecscli.sandbox.log              lines it writes when it starts
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from ecscli.sandbox.ecs.model import Container, Instance, Name, Task, new_id
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.timeline import Appointment, Timeline

LABEL = "ecscli.sandbox."
#: Seconds between SIGTERM and SIGKILL without a stopTimeout, and those of a health check.
STOP_TIMEOUT, CHECK_INTERVAL, CHECK_RETRIES = 30, 30, 3
#: A container that ends within so many seconds by itself has never been steady: AWS would still be
#: waiting.
SOON = 10.0
#: Seconds of AWS's time that a pretended job takes, and the tag of the tasks of a project.
JOB_MARK = "ecscli-job-"  # how startedBy of a job begins
JOB_SECONDS, PROJECT_TAG = 5.0, "ecscli:project"
#: Images that end at once without a command.
ENDING_IMAGES = re.compile(r"(^|/)(hello-world|busybox|alpine|bash)(:|@|$)")


class Reports(Protocol):
    """Where a runtime reports what happened to a container."""

    def running(self, task: Task, container: Container) -> None: ...

    def failed(self, task: Task, container: Container, reason: str) -> None: ...

    def exited(
        self, task: Task, container: Container, code: int | None, reason: str | None = None
    ) -> None: ...

    def health(self, task: Task, container: Container, health: str) -> None: ...

    def output(self, task: Task, container: Container, lines: list[str]) -> None: ...


class Runtime(Protocol):
    """What starts and stops containers: the pretended ones here, real ones in docker.py.
    `has_proxies`: Service Connect may map a port to another one."""

    has_proxies: bool

    def start(self, task: Task, container: Container, reports: Reports) -> None: ...

    def stop(self, task: Task, container: Container, reports: Reports) -> None: ...

    def remove(self, task: Task) -> None: ...

    def rename(self, task: Task, names: Iterable[Name]) -> None:
        """Let other tasks find this one under these names, and no others."""
        ...

    def address(self, task: Task) -> str | None:
        """Where this machine reaches the ports of a task with a public address; nothing when it
        cannot."""
        ...

    def reach(self, task: Task, port: int) -> tuple[str, int] | None:
        """Where this machine reaches a port of a task's target: of its interface, or of its
        instance; nothing where it only pretends."""
        ...

    def proof(self, task: Task) -> float:
        """Seconds that a task must have run before a deployment takes it for one that stays."""
        ...

    def settle(self, instance: Instance, machine: object) -> None:
        """Called when an instance has joined, with moto's EC2 instance, whose address may be made a
        real one."""

    def stream(self, container: Container) -> str | None:
        """The address of a session in a container; nothing where none leads anywhere."""
        ...

    def discard(self, file_system: str) -> None:
        """Forget the data of an EFS file system that was deleted."""
        ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Script:
    """The life of a container: what it writes, and when and how it ends (never, when `code` is
    None)."""

    lines: tuple[str, ...] = ()
    seconds: float = 0.0
    code: int | None = None


def label(container: Container, name: str, default: str = "") -> str:
    return str((container.definition.get("dockerLabels") or {}).get(LABEL + name, default))


def seconds_label(container: Container, name: str) -> float:
    try:
        return float(label(container, name, "0"))
    except ValueError:
        return 0.0


def script_of(container: Container) -> Script:
    """The life that the labels describe, or else the command."""
    lines = tuple(label(container, "log").splitlines())
    if label(container, "exit-code") or label(container, "exit-after"):
        code = int(seconds_label(container, "exit-code"))
        return Script(lines, seconds_label(container, "exit-after"), code)
    definition = container.definition
    words = [*definition.get("entryPoint", []), *definition.get("command", [])]
    if not words:
        ends = ENDING_IMAGES.search(definition.get("image", ""))
        return Script(lines, code=0 if ends else None)
    script = script_of_command(command_line(words))
    return replace(script, lines=lines + script.lines)


def command_line(words: list[str]) -> str:
    """The words of a command as one line; what a shell is given with -c is the line itself."""
    if len(words) == 3:
        program, option, line = words
        if program.rpartition("/")[2] in ("sh", "bash") and option in ("-c", "-ec", "-lc"):
            return line
    return words[0] if len(words) == 1 else shlex.join(words)


def script_of_command(line: str) -> Script:
    """What a command line of echo, sleep, true, false and exit does; anything else is a server that
    stays."""
    lines: list[str] = []
    seconds, code = 0.0, 0
    for step in re.split(r"\s*(?:;|&&|\n)\s*", line.strip().rstrip(";")):
        name, _, rest = step.partition(" ")
        match name.rpartition("/")[2]:
            case "echo":
                lines.append(rest.strip("'\""))
            case "sleep" if re.fullmatch(r"[\d.]+", rest):
                seconds += float(rest)
            case "true" | ":":
                code = 0
            case "false":
                code = 1
            case "exit":
                return Script(tuple(lines), seconds, int(rest or code))
            case _:
                return Script(tuple(lines), 0.0, None)
    return Script(tuple(lines), seconds, code)


def is_one_off(task: Task) -> bool:
    """Whether ecscli has started a task of a project that is to end by itself: a job, or a command
    of `run`. The tasks that `up` keeps running have another startedBy."""
    of_project = any(one["key"] == PROJECT_TAG for one in task.tags)
    ends = not task.started_by or task.started_by.startswith(JOB_MARK)
    return task.service is None and of_project and ends


def is_awaited_to_the_end(task: Task, container: Container) -> bool:
    """Whether another container of the task starts only when this one has ended, as with one that
    writes files or migrates a database: it ends by itself, whatever its command is."""
    links = [link for one in task.containers for link in one.definition.get("dependsOn") or ()]
    return any(
        link["containerName"] == container.name and link["condition"] in ("SUCCESS", "COMPLETE")
        for link in links
    )


class PretendedContainers:
    """Runtime without containers: everything is an event of the timeline."""

    has_proxies = True

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._coming: dict[str, list[Appointment]] = {}

    def start(self, task: Task, container: Container, reports: Reports) -> None:
        error = label(container, "start-error")
        if error:
            reports.failed(task, container, error)
            return
        self._plan(
            container,
            seconds_label(container, "start-delay"),
            lambda: self._run(task, container, reports),
        )

    def _run(self, task: Task, container: Container, reports: Reports) -> None:
        container.runtime_id = f"{task.id}-{new_id()[:10]}"
        script = script_of(container)
        if script.code is None and is_awaited_to_the_end(task, container):
            script = replace(script, code=0)
        elif script.code is None and is_one_off(task):
            script = replace(script, seconds=JOB_SECONDS * self.timeline.pace, code=0)
        reports.output(task, container, list(script.lines))
        if script.code is not None and not script.seconds:
            reports.exited(task, container, script.code)  # so quickly that nobody sees it running
            return
        reports.running(task, container)
        if container.checked:
            self._check(task, container, reports)
        code = script.code
        if code is not None:
            self._plan(container, script.seconds, lambda: self._end(task, container, code, reports))

    def _check(self, task: Task, container: Container, reports: Reports) -> None:
        """Health as the checks would find it: first known after one interval, or after the retries
        when bad."""
        check: Json = container.definition["healthCheck"]
        interval = float(check.get("interval") or CHECK_INTERVAL) * self.timeline.pace

        def turns(health: str, seconds: float) -> None:
            self._plan(container, seconds, lambda: reports.health(task, container, health))

        if label(container, "healthy", "true").lower() in ("false", "no", "0"):
            start_period = float(check.get("startPeriod") or 0) * self.timeline.pace
            retries = int(check.get("retries") or CHECK_RETRIES)
            turns("UNHEALTHY", start_period + interval * retries)
            return
        turns("HEALTHY", interval)
        if label(container, "unhealthy-after"):
            turns("UNHEALTHY", interval + seconds_label(container, "unhealthy-after"))

    def _end(self, task: Task, container: Container, code: int, reports: Reports) -> None:
        self._forget(container)
        reports.exited(task, container, code)

    def stop(self, task: Task, container: Container, reports: Reports) -> None:
        """SIGTERM, and SIGKILL (137) when the container takes longer than its stop timeout."""
        self._forget(container)
        timeout = float(container.definition.get("stopTimeout") or STOP_TIMEOUT)
        needed = seconds_label(container, "stop-delay")
        code = 137 if needed > timeout else int(label(container, "exit-code", "0") or 0)
        wait = min(needed, timeout) + self.timeline.lasting("container stops")
        self._plan(container, wait, lambda: self._end(task, container, code, reports))

    def _plan(self, container: Container, seconds: float, action: Callable[[], object]) -> None:
        self._coming.setdefault(container.arn, []).append(self.timeline.after(seconds, action))

    def _forget(self, container: Container) -> None:
        for event in self._coming.pop(container.arn, ()):
            event.cancel()

    def rename(self, task: Task, names: Iterable[Name]) -> None:
        return

    def address(self, task: Task) -> str | None:
        return None

    def reach(self, task: Task, port: int) -> tuple[str, int] | None:
        return None

    def proof(self, task: Task) -> float:
        """A moment at the sandbox's pace; a container whose own time soon ends is waited for."""
        ends = (script_of(one) for one in task.containers if one.essential)
        soon = [
            script.seconds for script in ends if script.code is not None and script.seconds <= SOON
        ]
        return self.timeline.lasting("task settles") + min(soon, default=0.0)

    def settle(self, instance: Instance, machine: object) -> None:
        return

    def stream(self, container: Container) -> str | None:
        return None

    def remove(self, task: Task) -> None:
        for container in task.containers:
            self._forget(container)

    def discard(self, file_system: str) -> None:
        """Nothing was ever written there."""

    def clear(self) -> None:
        self._coming.clear()
