"""PURE: a plan -> the things on AWS that its calls name for the first time, and that must exist."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ecscli.base.documents import Document
from ecscli.base.records import field, record
from ecscli.up.discovery.desired import WantedDiscovery
from ecscli.up.model import (
    Action,
    CreateLogGroup,
    CreateService,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    UpdateService,
    WriteSecret,
)
from ecscli.up.preflight import in_call, in_definition
from ecscli.up.preflight.in_definition import FileSystem, LogGroup
from ecscli.up.preflight.placed import Placed, placed_by

if TYPE_CHECKING:
    from ecscli.up.service.desired import WantedService, WantedTasks
    from ecscli.up.service.live import LiveProject

T = TypeVar("T", bound=Hashable)
NAME_IN_ARN = 6  # of a secret of Secrets Manager, among the parts between colons
RUNS = (CreateService, UpdateService, RunTask)


class Reader(NamedTuple):
    """The execution role of a new revision, and the revision with what it reads."""

    role: str
    definition: Document


@record
class Named:
    """What is looked up of a new revision, without what the newest one names too, and of what runs
    it.

    `parameters` are SSM's; `objects` ARNs in S3; `keys` KMS's; `connect` the namespaces of Service
    Connect, empty for the cluster's own. `ports` are the protocols of the container ports by
    (container, port).
    """

    cluster: str = ""
    network_mode: str | None = None
    containers: tuple[str, ...] = ()
    ports: Mapping[tuple[str, int], str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    secrets: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    file_systems: tuple[FileSystem, ...] = ()
    windows_file_systems: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    balancers: tuple[Document, ...] = ()
    alarms: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    connect: tuple[str, ...] = ()
    discovery: WantedDiscovery | None = None
    placed: Placed | None = None
    reader: Reader | None = None


def named_by(plan: Plan, wanted: WantedService | WantedTasks, live: LiveProject) -> Named:
    """The names in the calls of a plan, which leads from what is live to what is wanted."""
    calls = [_new_fields(action) for action in plan.actions if isinstance(action, RUNS)]
    definition = wanted.definition
    return Named(
        cluster=wanted.names.cluster,
        network_mode=definition.get("networkMode"),
        containers=tuple(str(one["name"]) for one in definition["containerDefinitions"]),
        ports=_ports(definition),
        roles=_each([*_task_roles(plan), *_in_calls(calls, in_call.roles)]),
        balancers=tuple(row for fields in calls for row in fields.get("loadBalancers") or ()),
        discovery=_new_discovery(plan, wanted),
        placed=placed_by(plan, wanted, live),
        reader=_reader(plan, wanted) if calls else None,
        **_of_new_revision(plan, runs=bool(calls)),
        **_of_calls(calls),
    )


def _each(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


# ------------------------------------------------------------------------- the new revision

# Field of Named -> the things of one kind that a task definition names
OF_DEFINITIONS: Mapping[str, Callable[[Document], Iterator[Hashable]]] = {
    "images": in_definition.images,
    "log_groups": in_definition.log_groups,
    "secrets": in_definition.secrets,
    "parameters": in_definition.parameters,
    "objects": in_definition.objects,
    "file_systems": in_definition.file_systems,
    "windows_file_systems": in_definition.windows_file_systems,
}


def _of_new_revision(plan: Plan, *, runs: bool) -> dict[str, Any]:
    """What containers need at their start, by the fields of Named; nothing where none starts."""
    if not runs:
        return {}
    found = {name: _each(_new(plan, kind)) for name, kind in OF_DEFINITIONS.items()}
    made = {action.subject for action in plan.actions if isinstance(action, CreateLogGroup)}
    groups: Iterable[Any] = found["log_groups"]
    found["log_groups"] = tuple(group for group in groups if group[0] not in made)
    written = {action.subject for action in plan.actions if isinstance(action, WriteSecret)}
    for kind in ("secrets", "parameters"):
        names: Iterable[Any] = found[kind]
        found[kind] = tuple(name for name in names if _stored_name(name) not in written)
    return found


# What the execution role reads
READ = (in_definition.secrets, in_definition.parameters, in_definition.objects)


def _reader(plan: Plan, wanted: WantedService | WantedTasks) -> Reader | None:
    """Whose rights are asked for: where the role is named, and it or something it reads is new."""
    definition = wanted.definition
    role = definition.get("executionRoleArn")
    if not isinstance(role, str) or wanted.as_ecs_cli:
        return None
    if not any(reference for kind in READ for reference in kind(definition)):
        return None
    new = [reference for kind in READ for reference in _new(plan, kind)]
    return Reader(role, definition) if new or role in _new(plan, in_definition.roles) else None


def _stored_name(reference: str) -> str:
    """The name of a secret or parameter in its store, by what a container names it by."""
    parts = reference.split(":")
    return parts[NAME_IN_ARN] if len(parts) > NAME_IN_ARN else reference


def _task_roles(plan: Plan) -> Iterator[str]:
    """The roles of a new revision, which ECS takes at its registration, and those of overrides."""
    yield from _new(plan, in_definition.roles)
    for action in plan.actions:
        if isinstance(action, RunTask):
            yield from in_definition.roles(action.request.get("overrides") or {})


def _new(plan: Plan, kind: Callable[[Document], Iterator[T]]) -> Iterator[T]:
    """The things of a kind in each new revision that the one before it does not name."""
    for action in plan.actions:
        if isinstance(action, RegisterTaskDefinition):
            known = set(kind(action.before or {}))
            yield from (value for value in kind(action.request) if value not in known)


def _ports(definition: Document) -> dict[tuple[str, int], str]:
    found = {}
    for container in definition.get("containerDefinitions", ()):
        for mapping in container.get("portMappings", ()):
            key = container["name"], mapping["containerPort"]
            found[key] = str(mapping.get("protocol", "tcp"))
    return found


# ------------------------------------------------------------------------- what runs it


def _new_fields(action: Action) -> Document:
    """The fields of a call; of an update those that change."""
    if not isinstance(action, UpdateService):
        return action.request
    changed = action.before or {}
    return {name: value for name, value in action.request.items() if name in changed}


# Field of Named -> the things of one kind that the call for a service or for tasks names
OF_CALLS: Mapping[str, Callable[[Document], Iterator[str]]] = {
    "snapshots": in_call.snapshots,
    "keys": in_call.keys,
    "alarms": in_call.alarms,
    "subnets": in_call.subnets,
    "security_groups": in_call.security_groups,
    "providers": in_call.providers,
    "connect": in_call.connect,
}


def _of_calls(calls: Iterable[Document]) -> dict[str, Any]:
    """What the calls name, by the fields of Named."""
    return {name: _each(_in_calls(calls, kind)) for name, kind in OF_CALLS.items()}


def _in_calls(
    calls: Iterable[Document], kind: Callable[[Document], Iterator[str]]
) -> Iterator[str]:
    for fields in calls:
        yield from kind(fields)


def _new_discovery(plan: Plan, wanted: WantedService | WantedTasks) -> WantedDiscovery | None:
    """Where a new service is registered; one that exists is not registered anew."""
    discovery: WantedDiscovery | None = getattr(wanted, "discovery", None)
    creates = any(isinstance(action, CreateService) for action in plan.actions)
    return discovery if creates else None
