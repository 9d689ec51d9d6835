"""More or fewer container instances, and nothing else of the cluster's stack."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.base.units import problem_of_count
from ecscli.up.model import Event
from ecscli.up.stack import deploy, live, operations, scaling, watch
from ecscli.up.stack.apply import apply
from ecscli.workflows.cluster.infra import ExistingRequest, open_own_aws
from ecscli.workflows.events import interruptible

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.stack.model import LiveCluster

FLAGS = {"size": "--size", "minimum": "--min", "maximum": "--max"}


@record
class ScaleRequest:
    """The sizes are numbers as text, None where they are not given; `timeout`: minutes for each
    step."""

    cluster: ExistingRequest
    size: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    capability_iam: bool = False
    no_wait: bool = False
    timeout: float = 30.0


@record
class Scaled:
    """`parameters`: those of the stack that changed."""

    cluster: str
    stack: str
    parameters: Mapping[str, str]


def scale(request: ScaleRequest) -> Generator[Event, None, Scaled]:
    """Change the sizes of the Auto Scaling group, and wait for the instances."""
    sizes = _read_sizes(request)
    aws = open_own_aws(request.cluster)
    cluster, stack = aws.settings.need_cluster(), aws.settings.stack_name.value or ""
    found = live.read(aws, stack, cluster)
    with interruptible(
        f"Interrupted. The change of stack {stack} goes on at AWS.",
        "run the same command again to follow it",
    ):
        parameters = yield from _scale(aws, found, request, sizes)
    return Scaled(cluster, stack, parameters)


def _scale(
    aws: Aws, found: LiveCluster, request: ScaleRequest, sizes: Mapping[str, int]
) -> Generator[Event, None, Mapping[str, str]]:
    """The parameters of the stack that changed."""
    settings, limit = aws.settings, request.timeout * 60
    cluster, stack = settings.need_cluster(), settings.stack_name.value or ""
    found = yield from _idle(aws, found, cluster, stack, limit)
    parameters = scaling.parameters(found, cluster, stack, aws.region, sizes)
    plan = scaling.plan_scale(found, parameters)
    if not plan:
        yield deploy.unchanged(stack)
    yield from apply(aws, plan, limit)
    group = live.group_name(aws, stack)
    if group and not request.no_wait:
        yield from watch.joined(aws, cluster, group, limit)
    return parameters


def _idle(
    aws: Aws, found: LiveCluster, cluster: str, stack: str, limit: float
) -> Generator[Event, None, LiveCluster]:
    """The cluster once the change that this user began before is done."""
    if found.stack is None or not found.stack.busy:
        return found
    yield from operations.resume(aws, found.stack, limit)
    return live.read(aws, stack, cluster)


def _read_sizes(request: ScaleRequest) -> dict[str, int]:
    """The sizes that are given. Raises InputError with every finding."""
    findings, sizes = [], {}
    if not request.capability_iam:
        message = "the stack that is updated may hold IAM resources, and you have not agreed"
        findings.append(Finding(message, hint="add --capability-iam"))
    for name, flag in FLAGS.items():
        text: str | None = getattr(request, name)
        problem = problem_of_count(text) if text else None
        if problem:
            findings.append(Finding(problem, flag, "give a number of instances, such as 2"))
        elif text:
            sizes[name] = int(text)
    findings += _check_together(sizes) if sizes or findings else [_missing()]
    if findings:
        raise InputError.of(findings)
    return sizes


def _missing() -> Finding:
    return Finding("--size is missing", hint="--size N, or --min N and --max N")


def _check_together(sizes: Mapping[str, int]) -> Iterator[Finding]:
    size, maximum = sizes.get("size"), sizes.get("maximum")
    if size is not None and maximum is not None and size > maximum:
        yield Finding(f"--size {size} is more than --max {maximum}")
