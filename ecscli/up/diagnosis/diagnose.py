"""PURE: facts about a service or its tasks -> ranked reasons why it does not work, the likeliest
first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.records import field, record
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.model import short, task_id

Answer = Document
OUR_DOING = (
    "Scaling activity initiated by",
    "Task stopped by user",
    "Stopped by ecscli",
    "ServiceSchedulerInitiated",
)
LOG_LINES = 20
PROGRAM_ENDED = 20  # the rank of an exit code without a reason from ECS or Docker
STEADY = "has reached a steady state"
INSTANCES = "container instances"  # as they are named where they could not be read


@record
class Facts:
    """What was read. `tasks` have stopped or hang; `failures` are RunTask's; `logs` holds lines by
    TASK/CONTAINER."""

    service: Answer | None = None
    tasks: Sequence[Answer] = ()
    failures: Sequence[Answer] = ()
    instances: Sequence[Answer] = ()
    definition: Answer | None = None
    targets: Sequence[Answer] = ()
    logs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fargate: bool = False
    unread: Sequence[Unread] = ()


class Reason(NamedTuple):
    """One reason in one line; a lower rank is nearer to the cause, which `cause` says in fewer
    words."""

    rank: int
    text: str
    kind: str
    cause: str = ""


class Cause(NamedTuple):
    """A pattern in the words of ECS, and what it most likely means, in one sentence."""

    pattern: str
    meaning: str


CAUSES = (
    Cause(
        r"pull access denied|repository does not exist|manifest.*(unknown|not found)|not found:"
        r" manifest",
        "the image does not exist under this name and tag, or its registry wants a login",
    ),
    Cause(
        r"toomanyrequests|rate limit",
        "the registry limits anonymous pulls: log in with registry-creds, or use ECR",
    ),
    Cause(
        r"CannotPull.*(timeout|timed out|deadline|connection refused|no route|dial tcp)",
        "the registry cannot be reached: give the subnet a route out (public address, NAT or VPC"
        " endpoints)",
    ),
    Cause(
        r"no basic auth credentials|not authorized to perform: ecr|403 Forbidden",
        "the execution role may not pull the image: add AmazonECSTaskExecutionRolePolicy",
    ),
    Cause(
        r"exec format error|no matching manifest|platform.*does not match|image.*architecture",
        "the image was built for another processor: build it for the platform of the task",
    ),
    Cause(r"CannotPull", "the image cannot be pulled"),
    Cause(
        r"unable to (pull|retrieve) secrets?|secretsmanager|ssm.*GetParameters",
        "a secret cannot be read: check its ARN, the execution role and the way out of the subnet",
    ),
    Cause(
        r"log group does not exist|failed to validate logger|CreateLogStream|logs:",
        "the log group is missing or may not be written: use --create-log-groups",
    ),
    Cause(
        r"unable to assume the (service linked )?role|is not authorized to perform|AccessDenied",
        "a role lacks a permission",
    ),
    Cause(
        r"OutOfMemory|OOMKilled|out of memory",
        "the container used more memory than its limit: raise mem_limit",
    ),
    Cause(
        r"port is already allocated|address already in use",
        "a host port is taken: publish a dynamic one",
    ),
    Cause(
        r"failed ELB health checks|failed.*target.?group",
        "the load balancer finds the task unhealthy",
    ),
    Cause(r"failed container health checks", "the container's own health check fails"),
    Cause(r"Spot interruption|spot", "Spot capacity was taken back"),
    Cause(
        r"Capacity is unavailable|RESOURCE:FARGATE",
        "Fargate has no capacity of this kind right now: try again",
    ),
    Cause(
        r"(Host EC2|container instance).*(terminated|stopped|deregistered)",
        "its instance went away",
    ),
    Cause(
        r"executable file not found|no such file or directory|exec: ",
        "the command does not exist in the image",
    ),
    Cause(r"ResourceInitializationError", "the task could not be set up"),
    Cause(
        r"timed? ?out waiting for dependenc|dependency",
        "a container that it depends on did not get ready",
    ),
)
EXITS = {
    1: "its own error: see the log",
    2: "wrong usage of its command: see the log",
    125: "Docker could not run it",
    126: "its command cannot be executed",
    127: "its command was not found",
    134: "it aborted",
    137: "it was killed: out of memory, or it did not stop in time",
    139: "it crashed (segmentation fault)",
    143: "it was asked to stop",
}
RESOURCES = {
    "RESOURCE:MEMORY": "no instance has enough free memory",
    "RESOURCE:CPU": "no instance has enough free CPU",
    "RESOURCE:PORTS": "a host port is taken on every instance",
    "RESOURCE:PORT": "a host port is taken on every instance",
    "RESOURCE:GPU": "no instance has a free GPU",
    "RESOURCE:ENI": "no instance can take one more network interface",
    "AGENT": "the agent of the instance is not connected",
    "ATTRIBUTE": "no instance has the attributes that the task definition requires",
    "LOCATION": "no instance is in a subnet of the network configuration",
    "MemberOf placement constraint unsatisfied.": "no instance fulfils the placement constraint",
    "INACTIVE": "the cluster has no instance in service",
    "MISSING": "it does not exist any more",
}


def diagnose(facts: Facts) -> tuple[Reason, ...]:
    """The likely cause in one sentence, then every reason that the facts hold, ranked, each once;
    logs come last."""
    found = [
        *_stopped(facts),
        *_failures(facts),
        *_unplaced(facts),
        *_targets(facts),
        *_instances(facts),
        *_unhealthy_service(facts),
        *_unread(facts),
        *_logs(facts),
    ]
    ranked = tuple(dict.fromkeys(sorted(found, key=lambda reason: reason.rank)))
    return (*_cause(facts, ranked), *ranked)


def _cause(facts: Facts, ranked: Sequence[Reason]) -> Iterator[Reason]:
    """The first reason as a person would say it; nothing where only symptoms are known."""
    first = next(
        (reason for reason in ranked if reason.kind in ("placement", "stopped", "health")), None
    )
    if first is None:
        return
    sentence = _nearest_room(facts) if first.kind == "placement" else None
    words = _last_words(facts) if first.kind == "stopped" and first.rank == PROGRAM_ENDED else ""
    yield Reason(-1, f"likely cause: {sentence or first.cause or first.text}{words}", "cause")


def _nearest_room(facts: Facts) -> str | None:
    """What most instances lack for the task; None where none of them was looked at, or any has room
    by now."""
    if facts.fargate or facts.definition is None or not facts.instances:
        return None
    lacks = [tuple(lacking(facts.definition, instance)) for instance in facts.instances]
    if not all(lacks):
        return None
    kinds = Counter(_kind_of_lack(text) for texts in lacks for text in texts)
    kind, count = kinds.most_common(1)[0]
    example = next(text for texts in lacks for text in texts if _kind_of_lack(text) == kind)
    where = "every instance" if count == len(lacks) else f"{count} of {len(lacks)} instances"
    name = short(str(facts.definition.get("taskDefinitionArn", ""))) or "the task"
    return f"no instance has room for {name}; on {where}: {example}"


def _kind_of_lack(text: str) -> str:
    """The same lack on instances with different free amounts."""
    return text.split(",", maxsplit=1)[0]


def _last_words(facts: Facts) -> str:
    """The last line that a container which ended badly wrote to its log."""
    lines = [line for log in facts.logs.values() for line in log[-1:] if line]
    return f'; its last words: "{lines[0]}"' if lines else ""


def ended_badly(task: Answer) -> bool:
    """Whether a task stopped without having done its work: not every exit code is zero, or it never
    ran."""
    if task.get("lastStatus") != "STOPPED":
        return False
    codes = [container.get("exitCode") for container in task.get("containers", ())]
    return task.get("stopCode") == "TaskFailedToStart" or any(code != 0 for code in codes)


def in_trouble(task: Answer) -> bool:
    """Whether a task ended badly of itself, and not because somebody stopped it."""
    return ended_badly(task) and not _ours(task)


def likely_cause(text: str) -> str | None:
    """What the words of ECS or Docker most likely mean."""
    return next(
        (cause.meaning for cause in CAUSES if re.search(cause.pattern, text, re.IGNORECASE)), None
    )


# --------------------------------------------------------------------------- stopped tasks


def _stopped(facts: Facts) -> Iterator[Reason]:
    """The same end of many tasks is told once, with its count and one task as the example."""
    ends: Counter[tuple[int, str]] = Counter()
    example: dict[str, str] = {}
    for task in facts.tasks:
        if task.get("lastStatus") != "STOPPED" or _ours(task):
            continue
        for rank, text in _ends(task):
            ends[rank, text] += 1
            example.setdefault(text, task_id(str(task["taskArn"])))
    for (rank, text), count in ends.items():
        several = f"{count} tasks: " if count > 1 else ""
        yield Reason(rank, f"{several}{text} (task {example[text]})", "stopped", text)


def _ours(task: Answer) -> bool:
    return (
        str(task.get("stoppedReason", "")).startswith(OUR_DOING)
        or task.get("stopCode") == "UserInitiated"
    )


def _ends(task: Answer) -> Iterator[tuple[int, str]]:
    definition, reason = (
        short(str(task.get("taskDefinitionArn", ""))),
        str(task.get("stoppedReason") or ""),
    )
    told = False
    for container in task.get("containers", ()):
        if (text := _container_end(container)) is not None:
            told = True
            yield (
                (10 if container.get("reason") else PROGRAM_ENDED),
                f"{definition}, container {container['name']} {text}",
            )
    meaning = likely_cause(reason)
    repeated = any(str(one.get("reason") or "\0") in reason for one in task.get("containers", ()))
    if reason and not repeated and (meaning or not told):
        yield (5 if meaning else 30), f"{definition}: {_with(reason, meaning)}"


def _container_end(container: Answer) -> str | None:
    code, reason = container.get("exitCode"), str(container.get("reason") or "")
    if not reason and code in (0, None):
        return None
    words = f"ended with exit code {code}" if code is not None else "did not start"
    meaning = likely_cause(reason) or EXITS.get(code or 0)
    return f"{words}: {_with(reason, meaning)}" if reason or meaning else words


def _with(reason: str, meaning: str | None) -> str:
    if not reason:
        return meaning or ""
    return f"{meaning} ({reason})" if meaning else reason


# ------------------------------------------------------------------------------- placement


def _failures(facts: Facts) -> Iterator[Reason]:
    seen = Counter(str(failure.get("reason", "")) for failure in facts.failures)
    for reason, count in seen.items():
        meaning = RESOURCES.get(reason) or likely_cause(reason)
        yield Reason(2, f"{count} not placed: {_with(reason, meaning)}", "placement")


def _unplaced(facts: Facts) -> Iterator[Reason]:
    """The newest event that says why a task was not placed, where the service has not been steady
    since."""
    events = sorted(
        (facts.service or {}).get("events") or (),
        key=lambda event: event["createdAt"],
        reverse=True,
    )
    for event in events[:20]:
        message = str(event["message"])
        if STEADY in message:
            return
        if "was unable to" in message:
            yield Reason(1 if "place a task" in message else 8, message, "placement")
            return


def _instances(facts: Facts) -> Iterator[Reason]:
    """Per instance, what the task needs and what is free; told only where something was not
    placed."""
    unplaced = facts.failures or any(_unplaced(facts))
    if facts.fargate or not unplaced or facts.definition is None:
        return
    unknown = any(one.what == INSTANCES for one in facts.unread)
    if not facts.instances and not unknown:
        yield Reason(
            0,
            "the cluster has no container instance: `ecscli up` or `ecscli scale` starts some",
            "placement",
        )
    for instance in facts.instances:
        lacks = list(lacking(facts.definition, instance))
        name = str(
            instance.get("ec2InstanceId") or task_id(str(instance.get("containerInstanceArn", "")))
        )
        yield Reason(
            3,
            f"instance {name}: {'; '.join(lacks) if lacks else 'would have room now'}",
            "placement",
        )


def lacking(definition: Answer, instance: Answer) -> Iterator[str]:
    """What an instance lacks for one task of a definition, as DescribeContainerInstances tells
    it."""
    if instance.get("status") != "ACTIVE":
        yield f"is {instance.get('status')}"
    if not instance.get("agentConnected", True):
        yield "its agent is not connected"
    free = {row["name"]: row for row in instance.get("remainingResources", ())}
    for name, need in (
        ("CPU", needed(definition, "cpu")),
        ("MEMORY", needed(definition, "memory")),
    ):
        has = int(free.get(name, {}).get("integerValue", need))
        if need > has:
            unit = "CPU units" if name == "CPU" else "MiB of memory"
            yield f"needs {need} {unit}, {has} are free"
    for protocol, resource in (("tcp", "PORTS"), ("udp", "PORTS_UDP")):
        taken = set(free.get(resource, {}).get("stringSetValue", ()))
        for port in host_ports(definition, protocol):
            if str(port) in taken:
                yield f"port {port}/{protocol} is taken"
    has_names = {attribute["name"] for attribute in instance.get("attributes", ())}
    missing = [
        one["name"]
        for one in definition.get("requiresAttributes", ())
        if one["name"] not in has_names
    ]
    if missing:
        yield f"lacks attributes {', '.join(missing)}"


def needed(definition: Answer, what: str) -> int:
    """CPU units or MiB that one task takes: of the task, else of its containers (reservation before
    limit)."""
    if str(definition.get(what) or "").isdecimal():
        return int(definition[what])
    names = ("memoryReservation", "memory") if what == "memory" else ("cpu",)
    return sum(
        next((int(container[name]) for name in names if container.get(name)), 0)
        for container in definition.get("containerDefinitions", ())
    )


def host_ports(definition: Answer, protocol: str) -> Iterable[int]:
    """The fixed host ports of a definition."""
    if definition.get("networkMode") == "awsvpc":
        return ()
    mappings = [
        port
        for one in definition.get("containerDefinitions", ())
        for port in one.get("portMappings", ())
    ]
    fixed = [
        one for one in mappings if one.get("hostPort") and one.get("protocol", "tcp") == protocol
    ]
    return [int(one["hostPort"]) for one in fixed]


# ------------------------------------------------------------------------- health and logs


def _targets(facts: Facts) -> Iterator[Reason]:
    for target in facts.targets:
        health = target.get("TargetHealth") or {}
        if health.get("State") in ("unhealthy", "unavailable"):
            where = f"{target['Target'].get('Id')}:{target['Target'].get('Port')}"
            why = health.get("Description") or health.get("Reason") or "no reason given"
            yield Reason(6, f"target {where} is {health['State']}: {why}", "health")


def _unhealthy_service(facts: Facts) -> Iterator[Reason]:
    for deployment in (facts.service or {}).get("deployments") or ():
        if deployment.get("failedTasks"):
            name = short(str(deployment.get("taskDefinition", "")))
            yield Reason(
                40,
                f"{deployment['failedTasks']} tasks of {name} have failed in this deployment",
                "deployment",
            )


def _unread(facts: Facts) -> Iterator[Reason]:
    for one in facts.unread:
        yield Reason(50, str(one), "unread")


def _logs(facts: Facts) -> Iterator[Reason]:
    for at, (name, lines) in enumerate(facts.logs.items()):
        for number, line in enumerate(lines[-LOG_LINES:]):
            yield Reason(100 + at * LOG_LINES + number, f"log {name}: {line}", "log")
