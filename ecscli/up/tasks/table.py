"""Tasks -> rows of containers: Name, State, Ports, TaskDefinition, Health; shared by every `ps`.

`collect` reads the tasks and what their addresses and ports need; `rows` is pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.base.records import field, record, replace
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.service.live import described

HOSTS = "addresses of container instances"
COLUMNS = ("Name", "State", "Ports", "TaskDefinition", "Health")
Keep = Callable[[Document], bool]


@record
class Row:
    """One container as people read it."""

    name: str
    state: str
    ports: str
    task_definition: str
    health: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.state, self.ports, self.task_definition, self.health)


@record
class Surroundings:
    """What tasks refer to: task definitions by ARN, host addresses by container instance ARN,
    public addresses by network interface id; and what could not be read."""

    definitions: Mapping[str, Document] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    public: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()


def collect(
    aws: Aws, cluster: str, statuses: Sequence[str], keep: Keep = lambda task: True, **filters: Any
) -> tuple[list[Document], Surroundings]:
    """The tasks of a cluster with these desired statuses that are to be kept, and what `rows` needs
    of them.

    The addresses of the first instances of the cluster are read beside the tasks, which need them
    mostly: three rounds of calls instead of four.
    """
    (tasks, around), (ahead, unread) = aws.together(
        lambda: _listed(aws, cluster, statuses, keep, filters),
        lambda: _tolerant(lambda: _first_hosts(aws, cluster), HOSTS),
    )
    missing = [arn for arn in _hosts(tasks) if arn not in ahead]
    more: Mapping[str, str] = {}
    if missing and not unread:
        more, unread = _tolerant(lambda: _host_addresses(aws, cluster, missing), HOSTS)
    needed = unread if _hosts(tasks) else ()
    return tasks, replace(around, hosts={**ahead, **more}, unread=(*needed, *around.unread))


def _listed(
    aws: Aws, cluster: str, statuses: Sequence[str], keep: Keep, filters: Document
) -> tuple[list[Document], Surroundings]:
    """The tasks, each listing side by side, and behind them their definitions and public
    addresses."""
    found = aws.together(*[_listing(aws, cluster, status, filters) for status in statuses])
    tasks = [task for tasks in found for task in tasks if keep(task)]
    arns = list(dict.fromkeys(task["taskDefinitionArn"] for task in tasks))
    interfaces = [interface for task in tasks for interface in _public_interfaces(task)]
    (public, unread), *definitions = aws.together(
        lambda: _tolerant(lambda: _public_addresses(aws, interfaces), "public addresses of tasks"),
        *[_definition(aws, arn) for arn in arns],
    )
    around = Surroundings(dict(zip(arns, definitions, strict=True)), {}, public, unread)
    return tasks, around


def _listing(
    aws: Aws, cluster: str, status: str, filters: Document
) -> Callable[[], Sequence[Document]]:
    return lambda: described(aws, cluster, {"desiredStatus": status, **filters})


def _hosts(tasks: Iterable[Document]) -> list[str]:
    return list(
        dict.fromkeys(
            task["containerInstanceArn"] for task in tasks if task.get("containerInstanceArn")
        )
    )


def _first_hosts(aws: Aws, cluster: str) -> dict[str, str]:
    """The addresses of the first hundred container instances; of an instance without one, an empty
    text."""
    answer = aws.call("ecs", "list_container_instances", cluster=cluster, maxResults=100)
    arns = answer.get("containerInstanceArns", ())
    return dict.fromkeys(arns, "") | _host_addresses(aws, cluster, arns)


def _definition(aws: Aws, arn: str) -> Any:
    return lambda: aws.call("ecs", "describe_task_definition", taskDefinition=arn)["taskDefinition"]


def _tolerant(fetch: Any, what: str) -> tuple[Mapping[str, str], tuple[Unread, ...]]:
    try:
        return fetch(), ()
    except EcsCliError as error:
        return {}, (Unread(what, error),)


def _host_addresses(aws: Aws, cluster: str, arns: Sequence[str]) -> dict[str, str]:
    """Container instance ARN -> its public address, else its private one."""
    instances: dict[str, str] = {}
    for batch in batches(arns, 100):
        answer = aws.call(
            "ecs", "describe_container_instances", cluster=cluster, containerInstances=batch
        )
        instances |= {
            row["containerInstanceArn"]: row.get("ec2InstanceId", "")
            for row in answer["containerInstances"]
        }
    ids = [name for name in instances.values() if name.startswith("i-")]
    addresses: dict[str, str] = {}
    for batch in batches(ids, 100):
        filters = [
            {"Name": "instance-id", "Values": batch}
        ]  # unlike InstanceIds, it does not mind one that is gone
        for reservation in aws.pages("ec2", "describe_instances", "Reservations", Filters=filters):
            for row in reservation["Instances"]:
                addresses[row["InstanceId"]] = (
                    row.get("PublicIpAddress") or row.get("PrivateIpAddress") or ""
                )
    return {arn: addresses[name] for arn, name in instances.items() if addresses.get(name)}


def _public_interfaces(task: Document) -> Iterator[str]:
    """Network interfaces that may have a public address: those of running Fargate tasks."""
    if task.get("launchType") != "FARGATE" or task.get("lastStatus") != "RUNNING":
        return
    for attachment in task.get("attachments", ()):
        if (
            attachment.get("type") == "ElasticNetworkInterface"
            and attachment.get("status") == "ATTACHED"
        ):
            yield from (
                row["value"] for row in attachment["details"] if row["name"] == "networkInterfaceId"
            )


def _public_addresses(aws: Aws, interfaces: Sequence[str]) -> dict[str, str]:
    addresses = {}
    for batch in batches(interfaces, 100):
        filters = [{"Name": "network-interface-id", "Values": batch}]
        for row in aws.pages(
            "ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters
        ):
            address = (row.get("Association") or {}).get("PublicIp")
            if address:
                addresses[row["NetworkInterfaceId"]] = address
    return addresses


def rows(tasks: Iterable[Document], around: Surroundings) -> list[Row]:
    """One row a container: tasks in awsvpc mode first, then the others, each group in the order
    given."""
    own_network: list[Row] = []
    shared: list[Row] = []
    for task in tasks:
        definition = around.definitions.get(task["taskDefinitionArn"]) or {}
        awsvpc = definition.get("networkMode") == "awsvpc"
        for container in task.get("containers", ()):
            ports = (
                _awsvpc_ports(task, container, definition, around)
                if awsvpc
                else _ports(task, container, around)
            )
            (own_network if awsvpc else shared).append(_row(task, container, ", ".join(ports)))
    return own_network + shared


def _row(task: Document, container: Document, ports: str) -> Row:
    return Row(
        name=f"{after_slash(task['taskArn'])}/{container['name']}",
        state=state_of(container),
        ports=ports,
        task_definition=after_slash(task["taskDefinitionArn"]),
        health=container.get("healthStatus") or "",
    )


def after_slash(arn: str) -> str:
    """What follows the first slash, as the original shows it: ``cluster/id`` of a long ARN."""
    return arn.partition("/")[2] or arn


def state_of(container: Document) -> str:
    """The last status; of a stopped container with its exit code and reason."""
    status = str(container.get("lastStatus", ""))
    if status != "STOPPED":
        return status
    code = f" ExitCode: {container['exitCode']}" if container.get("exitCode") is not None else ""
    reason = f" Reason: {container['reason']}" if container.get("reason") else ""
    return status + code + reason


def _awsvpc_ports(
    task: Document, container: Document, definition: Document, around: Surroundings
) -> Iterator[str]:
    address = _awsvpc_address(task, container, around)
    same = (
        each
        for each in definition.get("containerDefinitions", ())
        if each["name"] == container["name"]
    )
    for mapping in (mapping for each in same for mapping in each.get("portMappings", ())):
        yield _port(
            address,
            mapping.get("hostPort", 0),
            mapping.get("containerPort", 0),
            mapping.get("protocol"),
        )


def _awsvpc_address(task: Document, container: Document, around: Surroundings) -> str:
    if task.get("lastStatus") in ("PENDING", "PROVISIONING"):
        return "(PENDING)"
    if task.get("lastStatus") == "STOPPED":
        return ""
    public = next(
        (around.public[name] for name in _public_interfaces(task) if name in around.public), ""
    )
    interfaces = container.get("networkInterfaces") or [{}]
    return public or interfaces[0].get("privateIpv4Address") or ""


def _ports(task: Document, container: Document, around: Surroundings) -> Iterator[str]:
    host = around.hosts.get(task.get("containerInstanceArn", ""), "")
    for binding in container.get("networkBindings", ()):
        address = host or binding.get("bindIP", "")
        yield _port(
            address,
            binding.get("hostPort", 0),
            binding.get("containerPort", 0),
            binding.get("protocol"),
        )


def _port(address: str, host: int, container: int, protocol: str | None) -> str:
    return f"{address + ':' if address else ''}{host}->{container}/{protocol or 'tcp'}"


def as_data(found: Iterable[Row]) -> list[dict[str, str]]:
    """The rows for ``--output json``."""
    return [
        {
            "name": row.name,
            "state": row.state,
            "ports": row.ports,
            "taskDefinition": row.task_definition,
            "health": row.health,
        }
        for row in found
    ]
