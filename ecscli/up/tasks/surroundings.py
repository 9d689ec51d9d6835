"""READS: the tasks of a cluster, and what they refer to: task definitions and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import WIDTH, batches, workers
from ecscli.base.errors import EcsCliError
from ecscli.base.limits import FARGATE
from ecscli.base.records import field, record, replace
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.stack.live import described_instances
from ecscli.up.tasks.beside import Beside, definition
from ecscli.up.tasks.live import described

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskDefinitionTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.up.tasks.beside import Keep

HOSTS, PUBLIC = "addresses of container instances", "public addresses of tasks"
AT_ONCE = 100  # items of one call
Addresses = Mapping[str, str]


@record
class Surroundings:
    """What tasks refer to: task definitions by ARN, host addresses by container instance ARN,
    public addresses by network interface id; and what could not be read."""

    definitions: Mapping[str, TaskDefinitionTypeDef] = field(default_factory=dict)
    hosts: Addresses = field(default_factory=dict)
    public: Addresses = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()


def collect(
    aws: Aws, cluster: str, statuses: Sequence[str], keep: Keep | None = None, **filters: str
) -> tuple[list[TaskTypeDef], Surroundings]:
    """The tasks of a cluster with these desired statuses that are to be kept, or all, and what they
    refer to.

    The addresses of the first instances of the cluster are read beside the tasks, which mostly need
    them: three rounds of calls instead of four; one where there are no tasks.
    """
    with workers(WIDTH) as pool:
        beside = Beside(aws, pool, keep)
        (tasks, around), (ahead, unread) = aws.together(
            lambda: _listed(aws, cluster, statuses, filters, beside),
            lambda: _tolerant(lambda: _first_hosts(aws, cluster, beside), HOSTS),
        )
    hosts, unread = _all_hosts(aws, cluster, _hosts_of(tasks), ahead, unread)
    return tasks, replace(around, hosts=hosts, unread=(*unread, *around.unread))


def around(aws: Aws, cluster: str, tasks: Sequence[TaskTypeDef]) -> Surroundings:
    """What tasks that were read already refer to."""
    arns = _hosts_of(tasks)
    found, (hosts, unread) = aws.together(
        lambda: _read_around(aws, tasks),
        lambda: _tolerant(lambda: _host_addresses(aws, cluster, arns), HOSTS),
    )
    return replace(found, hosts=hosts, unread=(*unread, *found.unread))


def _all_hosts(
    aws: Aws, cluster: str, arns: Sequence[str], ahead: Addresses, unread: tuple[Unread, ...]
) -> tuple[Addresses, tuple[Unread, ...]]:
    """The addresses of those read ahead and of these; what could not be read matters only where
    there are any."""
    if not arns:
        return ahead, ()
    missing = [arn for arn in arns if arn not in ahead]
    if unread or not missing:
        return ahead, unread
    more, unread = _tolerant(lambda: _host_addresses(aws, cluster, missing), HOSTS)
    return {**ahead, **more}, unread


def _listed(
    aws: Aws, cluster: str, statuses: Sequence[str], filters: Mapping[str, str], beside: Beside
) -> tuple[list[TaskTypeDef], Surroundings]:
    """The tasks, each listing side by side, with their definitions beside them, and their public
    addresses behind them."""
    queries = [{"desiredStatus": status, **filters} for status in statuses]
    try:
        found = aws.together(
            *(partial(described, aws, cluster, query, beside) for query in queries)
        )
    finally:
        beside.end()
    tasks = [task for listed in found for task in beside.kept(listed)]
    public, unread = _read_public(aws, tasks)
    return tasks, Surroundings(beside.definitions(), {}, public, unread)


def _read_around(aws: Aws, tasks: Sequence[TaskTypeDef]) -> Surroundings:
    """Task definitions and public addresses, side by side."""
    arns = list(dict.fromkeys(task["taskDefinitionArn"] for task in tasks))
    (public, unread), *definitions = aws.together(
        lambda: _read_public(aws, tasks), *(partial(definition, aws, arn) for arn in arns)
    )
    by_arn = dict(zip(arns, definitions, strict=True))
    return Surroundings(by_arn, {}, public, unread)


def _read_public(aws: Aws, tasks: Sequence[TaskTypeDef]) -> tuple[Addresses, tuple[Unread, ...]]:
    interfaces = [interface for task in tasks for interface in public_interfaces(task)]
    return _tolerant(lambda: _public_addresses(aws, interfaces), PUBLIC)


def _tolerant(fetch: Callable[[], Addresses], what: str) -> tuple[Addresses, tuple[Unread, ...]]:
    try:
        return fetch(), ()
    except EcsCliError as error:
        return {}, (Unread(what, error),)


# ------------------------------------------------------------------- container instances


def _hosts_of(tasks: Iterable[TaskTypeDef]) -> list[str]:
    """The container instances of the tasks, each once."""
    hosts = [task.get("containerInstanceArn") for task in tasks]
    return list(dict.fromkeys(host for host in hosts if host))


def _first_hosts(aws: Aws, cluster: str, beside: Beside) -> dict[str, str]:
    """The addresses of the first hundred container instances, as far as tasks turn out to need
    them; of an instance without one, an empty text."""
    answer = aws.call("ecs", "list_container_instances", cluster=cluster, maxResults=AT_ONCE)
    arns = answer.get("containerInstanceArns", ())
    if not (arns and beside.some.wait()):
        return {}
    instances = _instance_ids(aws, cluster, arns)
    if not beside.hosted.wait():
        return {}
    return dict.fromkeys(arns, "") | _addresses_of(aws, instances)


def _host_addresses(aws: Aws, cluster: str, arns: Sequence[str]) -> dict[str, str]:
    """Container instance ARN -> its public address, else its private one."""
    return _addresses_of(aws, _instance_ids(aws, cluster, arns))


def _instance_ids(aws: Aws, cluster: str, arns: Sequence[str]) -> dict[str, str]:
    """Container instance ARN -> the id of its EC2 instance."""
    rows = described_instances(aws, cluster, arns)
    return {row["containerInstanceArn"]: row.get("ec2InstanceId", "") for row in rows}


def _addresses_of(aws: Aws, instances: Mapping[str, str]) -> dict[str, str]:
    ids = [name for name in instances.values() if name.startswith("i-")]
    addresses = _instance_addresses(aws, ids)
    return {arn: addresses[name] for arn, name in instances.items() if addresses.get(name)}


def _instance_addresses(aws: Aws, ids: Sequence[str]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for lot in batches(ids, AT_ONCE):
        # unlike InstanceIds, a filter does not mind an instance that is gone
        filters = [{"Name": "instance-id", "Values": lot}]
        for reservation in aws.pages("ec2", "describe_instances", "Reservations", Filters=filters):
            for row in reservation["Instances"]:
                address = row.get("PublicIpAddress") or row.get("PrivateIpAddress") or ""
                addresses[row["InstanceId"]] = address
    return addresses


# --------------------------------------------------------------------- network interfaces


def public_interfaces(task: TaskTypeDef) -> Iterator[str]:
    """Network interfaces that may have a public address: those of running Fargate tasks."""
    if task.get("launchType") != FARGATE or task.get("lastStatus") != "RUNNING":
        return
    for attachment in task.get("attachments", ()):
        is_interface = attachment.get("type") == "ElasticNetworkInterface"
        if is_interface and attachment.get("status") == "ATTACHED":
            details = attachment["details"]
            yield from (row["value"] for row in details if row["name"] == "networkInterfaceId")


def _public_addresses(aws: Aws, interfaces: Sequence[str]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for lot in batches(interfaces, AT_ONCE):
        filters = [{"Name": "network-interface-id", "Values": lot}]
        found = aws.pages(
            "ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters
        )
        for row in found:
            address = (row.get("Association") or {}).get("PublicIp")
            if address:
                addresses[row["NetworkInterfaceId"]] = address
    return addresses
