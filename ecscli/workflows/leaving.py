"""The load balancers that a project leaves: whether they can be deleted, what becomes of requests
to their addresses, and what is agreed to before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, Interrupted
from ecscli.support.balancer.listeners import BALANCER
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.network import BALANCER as NETWORK
from ecscli.support.balancer.network import DNS as NETWORK_DNS
from ecscli.support.balancer.part import DNS
from ecscli.support.balancer.transition.leaving import left_balancers
from ecscli.up.balancer.protection import find_protected
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.balancer import RequestedBalancer
from ecscli.workflows.project import refuse
from ecscli.workflows.request import TaskRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

OUTPUTS = {BALANCER: DNS, NETWORK: NETWORK_DNS}
NO_WAIT = (
    "let names lead to the new one; after up --no-wait both answer until the next up, which leaves"
    " the old one"
)
GONE = "names that lead to it lead nowhere then"


def left_addresses(
    aws: Aws | None, wanted: WantedBalancer, requested: RequestedBalancer, live: LiveSupport
) -> tuple[Finding, ...]:
    """What is said of the load balancers that the project leaves. Raises InputError where one of
    its own is protected from deletion."""
    left = list(left_balancers(live.part(requested.names), wanted))
    own = [live.outputs.get(OUTPUTS[one], "") for one in left if one in OUTPUTS]
    if aws is not None:
        at = requested.balancing.share.places.get("deletion_protection")
        refuse(find_protected(aws, [host for host in own if host], at))
    return tuple(_said(wanted, left, live))


def _said(wanted: WantedBalancer, left: list[str], live: LiveSupport) -> Iterator[Finding]:
    for one in left:
        host = live.outputs.get(OUTPUTS.get(one, ""), "")
        after = _after(wanted, one)
        if not wanted and host:
            message = f"load balancer {host} is deleted, and requests to it end"
            yield Finding(f"{message}: no service is behind it any more", None, GONE)
        elif wanted and host and not after:
            message = f"load balancer {host} is deleted, and requests to it end"
            yield Finding(f"{message}: no port is behind it any more", None, GONE)
        elif wanted:
            before = f"its own load balancer {host}" if host else "a load balancer that it shares"
            fate = f"{host} is deleted" if host else "its rules there are deleted"
            message = f"the project moves from {before} to {after}; both answer until it has moved"
            hint = None if wanted.names.recorded else NO_WAIT
            yield Finding(f"{message}; then {fate}, and {_names(wanted)}", None, hint)


def _after(wanted: WantedBalancer, left: str) -> str:
    """In words, what takes the place of a balancer; empty where nothing does."""
    if wanted.ports and left != BALANCER:
        return wanted.existing.dns if wanted.existing is not None else "one of the project's own"
    if wanted.existing is not None:
        return wanted.existing.dns
    return "a network load balancer" if wanted.network_ports and left != NETWORK else ""


def _names(wanted: WantedBalancer) -> str:
    """What becomes of names, in words."""
    if not wanted.names.recorded:
        return "requests that still go to the old address fail"
    hosts = ", ".join(host for host, _ in wanted.names.recorded)
    return f"requests to the old address fail; the records of {hosts} lead to the new one before"


def agree_to_leave(request: TaskRequest, said: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The same, agreed to before anything is changed; nothing where an earlier plan was. Raises
    Interrupted at a no."""
    if request.switch and request.switch.goes_on:
        return ()
    agree = request.switch.agree if request.switch else None
    if said and not request.dry_run and agree is not None:
        question = "; ".join(one.message for one in said)
        if not agree(f"{question[0].upper()}{question[1:]}. Go on?"):
            raise Interrupted("Nothing was changed.")
    return said
