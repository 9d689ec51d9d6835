"""What is live: READS only, side by side where one does not need the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ecscli.aws.client import batches, workers
from ecscli.aws.errors import denied, missing
from ecscli.base.documents import Document
from ecscli.base.errors import AccessError, AwsError, InputError
from ecscli.base.records import field, record
from ecscli.up.model import short
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.model import CreateLogGroup

Answer = Document
DESCRIBED_TASKS = 100  # the most that DescribeTasks takes
DESCRIBED_SERVICES = 10  # the most that DescribeServices takes


@record
class LiveProject:
    """The facts that a plan needs; what was not asked for is empty.

    `definition` is DescribeTaskDefinition's answer for the newest ACTIVE revision of the family.
    """

    definition: Answer | None = None
    service: Answer | None = None
    tasks: tuple[Answer, ...] = ()
    long_arns: bool = True
    log_groups: frozenset[tuple[str, str]] = field(default=frozenset())  # (name, region)


def read_service(aws: Aws, names: Names, groups: Iterable[CreateLogGroup] = ()) -> LiveProject:
    """Service and newest revision in one round; the account's setting in a second where the service
    is to be made."""
    service, definition, found = aws.together(
        lambda: describe_service(aws, names),
        lambda: newest_definition(aws, names.family),
        lambda: existing_groups(aws, groups),
    )
    new = service is None or service.get("status") == "INACTIVE"
    return LiveProject(definition, service, (), long_arns(aws) if new else True, found)


def read_tasks(
    aws: Aws, names: Names, groups: Iterable[CreateLogGroup] = (), managed_tags: bool = True
) -> LiveProject:
    """Running tasks, newest revision and the account's setting in one round."""
    tasks, definition, setting, found = aws.together(
        lambda: project_tasks(aws, names, "RUNNING"),
        lambda: newest_definition(aws, names.family),
        lambda: not managed_tags or long_arns(aws),
        lambda: existing_groups(aws, groups),
    )
    return LiveProject(definition, None, tasks, setting, found)


def describe_service(aws: Aws, names: Names) -> Answer | None:
    """The service with its tags; None where there is none of this name."""
    answer = aws.call(
        "ecs",
        "describe_services",
        cluster=names.cluster,
        services=[names.service],
        include=["TAGS"],
    )
    return next(iter(answer.get("services", ())), None)


def need_service(aws: Aws, names: Names) -> Answer:
    """The service, which must be there and not deleted."""
    service = describe_service(aws, names)
    if service is None or service.get("status") == "INACTIVE":
        raise no_service(names)
    return service


def need_cluster(aws: Aws, cluster: str) -> Answer:
    """The cluster, which must be there: RunTask would find out after the registration only."""
    answer = aws.call("ecs", "describe_clusters", clusters=[cluster])
    found: Answer | None = next(
        (one for one in answer.get("clusters", ()) if one.get("status") != "INACTIVE"), None
    )
    if found is None:
        hint = "create it with `ecscli up`, or name another with --cluster and --region"
        raise InputError(f"there is no cluster {cluster} in {aws.region}", hint=hint)
    return found


def network_of_service(aws: Aws, cluster: str, service: str) -> Answer:
    """The network configuration of a service, for tasks beside it."""
    found = need_service(aws, Names(service, cluster))
    network: Answer | None = found.get("networkConfiguration")
    if not network:
        raise InputError(
            f"service {service} has no network configuration",
            hint="name one in network mode awsvpc",
        )
    return network


def no_service(names: Names) -> InputError:
    hint = (
        "create it with `ecscli compose service up`, or name another with --project-name and"
        " --cluster"
    )
    return InputError(f"there is no service {names.service} in cluster {names.cluster}", hint=hint)


def newest_definition(aws: Aws, family: str) -> Answer | None:
    """The newest ACTIVE revision with its tags; None where the family has none."""
    return maybe_definition(aws, family)


def maybe_definition(aws: Aws, name: str) -> Answer | None:
    """An ACTIVE revision by family or ``family:revision``, with its tags."""
    try:
        answer = aws.call("ecs", "describe_task_definition", taskDefinition=name, include=["TAGS"])
    except AwsError as error:
        # ECS answers ClientException "Unable to describe task definition." for a family without
        # ACTIVE revisions
        if error.code == "ClientException" or missing(error):
            return None
        raise
    return answer if answer["taskDefinition"].get("status", "ACTIVE") == "ACTIVE" else None


def earlier_revision(aws: Aws, current: str, revision: int | None) -> str:
    """``family:N`` of an ACTIVE revision: N itself, or the one before the current. Raises
    InputError without one."""
    family, _, number = short(current).rpartition(":")
    if revision is not None:
        found = maybe_definition(aws, f"{family}:{revision}")
        if found is None:
            raise InputError(
                f"there is no active revision {family}:{revision}", hint="choose another with --to"
            )
        return f"{family}:{revision}"
    arns = aws.pages(
        "ecs", "list_task_definitions", "taskDefinitionArns", familyPrefix=family, sort="DESC"
    )
    for arn in arns:
        name, _, other = short(str(arn)).rpartition(":")
        if name == family and int(other) < int(number):
            return short(str(arn))
    raise InputError(
        f"{family}:{number} has no active revision before it", hint="choose one with --to N"
    )


def long_arns(aws: Aws) -> bool:
    """Whether tasks get long ARNs, which tags need; AWS's default where nobody may ask."""
    try:
        answer = aws.call(
            "ecs", "list_account_settings", name="taskLongArnFormat", effectiveSettings=True
        )
    except AccessError as error:
        if not denied(error):
            raise
        return True
    return all(setting.get("value") == "enabled" for setting in answer.get("settings", ())[:1])


def project_tasks(aws: Aws, names: Names, status: str) -> tuple[Answer, ...]:
    """The tasks of `compose up`, `scale` and `run`: those of our group, or of the original's oldest
    releases."""
    found = described(aws, names.cluster, {"family": names.family, "desiredStatus": status})
    return tuple(task for task in found if of_project(task, names))


def of_project(task: Answer, names: Names) -> bool:
    return names.group == task.get("group") or names.started_by == task.get("startedBy")


def service_tasks(aws: Aws, names: Names, status: str) -> tuple[Answer, ...]:
    return described(aws, names.cluster, {"serviceName": names.service, "desiredStatus": status})


def described(aws: Aws, cluster: str, query: Document) -> tuple[Answer, ...]:
    """Every task of a ListTasks query; each full page is described while the next one is listed."""
    arns = aws.pages("ecs", "list_tasks", "taskArns", cluster=cluster, **query)
    pages = batches(arns, DESCRIBED_TASKS)
    first = next(pages, None)
    if first is None:
        return ()
    if len(first) < DESCRIBED_TASKS:
        return tuple(describe_tasks(aws, cluster, first))
    with workers(4) as pool:
        waiting = [pool.submit(describe_tasks, aws, cluster, first)]
        waiting += [pool.submit(describe_tasks, aws, cluster, page) for page in pages]
        return tuple(task for one in waiting for task in one.result())


def describe_tasks(aws: Aws, cluster: str, arns: Iterable[str]) -> list[Answer]:
    """These tasks as they are now, in batches that go out side by side."""

    def describe(batch: list[str]) -> Callable[[], list[Answer]]:
        return lambda: aws.call("ecs", "describe_tasks", cluster=cluster, tasks=batch).get(
            "tasks", []
        )

    answers = aws.together(*(describe(batch) for batch in batches(arns, DESCRIBED_TASKS)))
    return [task for tasks in answers for task in tasks]


def existing_groups(aws: Aws, groups: Iterable[CreateLogGroup]) -> frozenset[tuple[str, str]]:
    """Which of these log groups exist, as (name, region)."""

    def exists(group: CreateLogGroup) -> Callable[[], bool]:
        name = group.request["logGroupName"]
        there = aws.elsewhere(group.region)
        return lambda: (
            name
            in {
                found["logGroupName"]
                for found in there.pages(
                    "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
                )
            }
        )

    groups = tuple(groups)
    found = aws.together(*(exists(group) for group in groups))
    return frozenset(
        (group.request["logGroupName"], group.region)
        for group, is_there in zip(groups, found, strict=True)
        if is_there
    )
