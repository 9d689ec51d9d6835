"""PURE: the planned waves, and who calls whom by Service Connect -> the same with another
deployment for each service that would not see a new endpoint.

A client knows the endpoints that were there when its newest deployment began. Source: "Service
Connect" in the ECS developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.up.deployment.state import primary
from ecscli.up.model import Action, CreateService, Plan, UpdateService
from ecscli.up.project.deployments import gets_deployment
from ecscli.up.project.plan import PlannedGroup
from ecscli.up.service.plan import update_request

FIELD = "serviceConnectConfiguration"
Waves = tuple[tuple[PlannedGroup, ...], ...]


def with_reconnection(waves: Waves, discovery: Discovery) -> Waves:
    """Services of later waves get their deployment there; those that have had theirs get another
    one in a wave behind all others."""
    if not discovery.connect_namespace:
        return waves
    offering = {name: at for name, at, one in _placed(waves) if _offers_anew(one, discovery)}
    again: list[PlannedGroup] = []
    changed: list[tuple[PlannedGroup, ...]] = []
    for at, wave in enumerate(waves):
        row = []
        for one in wave:
            unseen = list(_unseen(one, waves, offering, discovery))
            is_late = any(offering.get(name, -1) >= at for name in unseen)
            if is_late:
                again.append(replace(one, plan=_deployment(one, unseen)))
            row.append(one if is_late or not unseen else _deployed(one, unseen))
        changed.append(tuple(row))
    return (*changed, tuple(again)) if again else tuple(changed)


def _placed(waves: Waves) -> Iterator[tuple[str, int, PlannedGroup]]:
    for at, wave in enumerate(waves):
        for one in wave:
            yield one.group.name, at, one


def _offers_anew(one: PlannedGroup, discovery: Discovery) -> bool:
    """Whether endpoints of the group come to be."""
    if not discovery.of(one.group.name).endpoints:
        return False
    return any(
        isinstance(action, CreateService | UpdateService) and FIELD in action.request
        for action in one.plan.actions
    )


def _unseen(
    one: PlannedGroup, waves: Waves, offering: Mapping[str, int], discovery: Discovery
) -> Iterator[str]:
    """The groups whose endpoints the service has to see, and would not."""
    name = one.group.name
    if not discovery.connects(name):
        return
    is_live = one.group.live.service is not None
    for other, at, placed in _placed(waves):
        pair = (name, other)
        if other in offering:
            needs = pair in discovery.calls or (is_live and pair in discovery.neighbours)
            sees = gets_deployment(one.plan) and _wave_of(name, waves) > at
        else:
            needs = pair in discovery.calls
            sees = gets_deployment(one.plan) or not _is_older(one, placed)
        if needs and not sees:
            yield other


def _wave_of(name: str, waves: Waves) -> int:
    return next(at for found, at, _ in _placed(waves) if found == name)


def _is_older(one: PlannedGroup, other: PlannedGroup) -> bool:
    """Whether the newest deployment of a live service began before another service was made."""
    service, called = one.group.live.service, other.group.live.service
    if service is None or called is None:
        return False
    begun, made = (primary(service) or {}).get("createdAt"), called.get("createdAt")
    return begun is not None and made is not None and begun < made


def _deployed(one: PlannedGroup, unseen: Sequence[str]) -> PlannedGroup:
    """The group with a deployment beside what is planned for it already."""
    if any(isinstance(action, UpdateService) for action in one.plan.actions):
        actions = tuple(_forced(action) for action in one.plan.actions)
        return replace(one, plan=replace(one.plan, actions=actions))
    return replace(one, plan=one.plan + _deployment(one, unseen))


def _forced(action: Action) -> Action:
    if isinstance(action, UpdateService):
        return replace(action, request={**action.request, "forceNewDeployment": True})
    return action


def _deployment(one: PlannedGroup, unseen: Sequence[str]) -> Plan:
    """A new deployment alone, and why."""
    request = update_request(one.group.names, {}, {}, force=True)
    found = Finding(
        f"{one.group.name} gets a new deployment, to find {', '.join(unseen)} by Service Connect"
    )
    return Plan((UpdateService(request, {}),), (found,))
