"""PURE: a plan -> the things on AWS that its calls name for the first time, and that must exist."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from ecscli.base.documents import Document, Draft
from ecscli.base.records import field, record
from ecscli.up.discovery.desired import Namespace
from ecscli.up.model import (
    Action,
    CreateLogGroup,
    CreateService,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    UpdateService,
)

T = TypeVar("T", bound=Hashable)
ROLES = ("taskRoleArn", "executionRoleArn")
RUNS = (CreateService, UpdateService, RunTask)


@record
class Named:
    """What is looked up: `roles`, `images` and `log_groups` of a new revision, without those that
    the newest one has; the rest of what runs it. `log_groups` are (name, region).

    `ports` are the protocols of the container ports by (container, port).
    """

    cluster: str = ""
    network_mode: str | None = None
    ports: Mapping[tuple[str, int], str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    log_groups: tuple[tuple[str, str | None], ...] = ()
    balancers: tuple[Document, ...] = ()
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    namespace: Namespace | None = None


def named_by(plan: Plan, definition: Document, namespace: Namespace | None = None) -> Named:
    """The names in the calls of a plan. `definition`: the request for the revision that runs;
    `namespace`: that of a new service."""
    fields = [_new_fields(action) for action in plan.actions if isinstance(action, RUNS)]
    networks = [one.get("networkConfiguration") or {} for one in fields]
    awsvpc = [network.get("awsvpcConfiguration") or {} for network in networks]
    creates = any(isinstance(action, CreateService) for action in plan.actions)
    is_run = bool(fields)
    return Named(
        cluster=next((str(a.request["cluster"]) for a in plan.actions if isinstance(a, RUNS)), ""),
        network_mode=definition.get("networkMode"),
        ports=_ports(definition),
        roles=_each([*_task_roles(plan), *_service_roles(fields)]),
        images=_each(_new_images(plan)) if is_run else (),
        log_groups=_each(_new_log_groups(plan)) if is_run else (),
        balancers=tuple(row for one in fields for row in one.get("loadBalancers") or ()),
        subnets=_each(id_ for one in awsvpc for id_ in one.get("subnets") or ()),
        security_groups=_each(id_ for one in awsvpc for id_ in one.get("securityGroups") or ()),
        providers=_each(_providers(fields)),
        namespace=namespace if creates else None,
    )


def _each(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _new_fields(action: Action) -> Document:
    """The fields of a call; of an update those that change."""
    if not isinstance(action, UpdateService):
        return action.request
    changed = action.before or {}
    return {name: value for name, value in action.request.items() if name in changed}


def _ports(definition: Document) -> dict[tuple[str, int], str]:
    found = {}
    for container in definition.get("containerDefinitions", ()):
        for mapping in container.get("portMappings", ()):
            key = container["name"], mapping["containerPort"]
            found[key] = str(mapping.get("protocol", "tcp"))
    return found


def _registrations(plan: Plan) -> Iterator[tuple[Document, Document]]:
    """Each new revision, and the newest one before it."""
    for action in plan.actions:
        if isinstance(action, RegisterTaskDefinition):
            yield action.request, action.before or {}


def _task_roles(plan: Plan) -> Iterator[str]:
    for request, before in _registrations(plan):
        for name in ROLES:
            if request.get(name) and request[name] != before.get(name):
                yield str(request[name])
    for action in plan.actions:
        if isinstance(action, RunTask):
            overrides = action.request.get("overrides") or {}
            yield from (str(overrides[name]) for name in ROLES if overrides.get(name))


def _service_roles(fields: Iterable[Document]) -> Iterator[str]:
    yield from (str(one["role"]) for one in fields if one.get("role"))


def _providers(fields: Iterable[Document]) -> Iterator[str]:
    for one in fields:
        for row in one.get("capacityProviderStrategy") or ():
            yield str(row["capacityProvider"])


def _new_images(plan: Plan) -> Iterator[str]:
    for request, before in _registrations(plan):
        known = {one.get("image") for one in before.get("containerDefinitions", ())}
        for container in request["containerDefinitions"]:
            if container["image"] not in known:
                yield str(container["image"])


def _new_log_groups(plan: Plan) -> Iterator[tuple[str, str | None]]:
    """The groups that containers write to and that neither the plan nor the agent makes."""
    made = {a.subject for a in plan.actions if isinstance(a, CreateLogGroup)}
    for request, before in _registrations(plan):
        known = {key for one in before.get("containerDefinitions", ()) for key in _group_of(one)}
        for container in request["containerDefinitions"]:
            for group, region in _group_of(container):
                if group not in made and (group, region) not in known:
                    yield group, region


def _group_of(container: Document) -> Iterator[tuple[str, str | None]]:
    logging: Draft = dict(container.get("logConfiguration") or {})
    options = logging.get("options") or {}
    group, is_made = options.get("awslogs-group"), options.get("awslogs-create-group")
    if logging.get("logDriver") == "awslogs" and group and is_made != "true":
        yield str(group), options.get("awslogs-region")
