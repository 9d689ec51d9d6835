"""The load balancer that files ask for -> what the support stack is to have of it, what the ECS
services in front of it get, and what a plan shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.addresses import MY_IP
from ecscli.base.balanced import AUTO, REQUEST, BalancedPort, BalancerTraits
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.compose.balancing.conflicts import given_already
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.balancing.share import KEY
from ecscli.compose.layout.arrangement.names import clean
from ecscli.support.balancer.existing import ExistingBalancer, ExistingListener
from ecscli.support.balancer.joined import joined_urls
from ecscli.support.balancer.kinds import PREFIX
from ecscli.support.balancer.listeners import urls
from ecscli.support.balancer.model import INSTANCE, BalancedGroup, WantedBalancer
from ecscli.support.balancer.names import CERTIFICATE_REF
from ecscli.support.balancer.network import DNS as NETWORK_DNS
from ecscli.support.balancer.network import network_urls
from ecscli.support.balancer.part import DNS, balancer_part
from ecscli.support.balancer.target_groups import target_group_outputs
from ecscli.support.balancer.transition.changes import new_checks, replacements
from ecscli.support.balancer.transition.renewal import balancer_ids
from ecscli.support.balancer.transition.steps import group_of
from ecscli.support.parts import Part
from ecscli.support.template import part_of
from ecscli.up.balancer.certificates import find_certificates
from ecscli.up.balancer.network import (
    FEWEST_ZONES,
    BalancerNetwork,
    BalancerQuery,
    read_balancer_network,
)
from ecscli.up.balancer.renewal import renewed_ids
from ecscli.up.costs import costs
from ecscli.up.model import Block
from ecscli.up.own_address import own_range, own_range_notice
from ecscli.up.service.desired import WantedService, awsvpc_of
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.stacks import output_of
from ecscli.workflows.host_names import host_names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

GROUPS, GRACE = "loadBalancers", "healthCheckGracePeriodSeconds"
NETWORK = "networkConfiguration"
UNKNOWN = BalancerNetwork("<vpc>", ("<subnets>",))  # in a plan that is made without AWS
UNKNOWN_CERTIFICATE = "<certificate>"


@record
class RequestedBalancer:
    """A balancer as files ask for it: of a project on a cluster, in front of these groups; or the
    one that exists. `is_renewed`: one that is gone behind the stack's back is made anew."""

    names: Names
    balancing: Balancing
    groups: tuple[BalancedGroup, ...] = ()
    existing: ExistingBalancer | None = None
    is_renewed: bool = False

    @property
    def ports(self) -> tuple[BalancedPort, ...]:
        return tuple(port for group in self.groups for port in group.ports)

    @property
    def on_instances(self) -> bool:
        """Whether tasks are reached through the addresses of instances."""
        return any(group.target_type == INSTANCE for group in self.groups)


@record
class Stacks:
    """The support stack as it is `live`, what it is to have of the balancer, and the rows of
    `loadBalancers` that services keep until they have left a target group, by their names."""

    live: LiveSupport
    part: Part
    kept: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)


def query_of(
    requested: RequestedBalancer, stack: str, vpc: str, tasks: Sequence[str]
) -> BalancerQuery:
    """What has to be looked up of its network."""
    balancing = requested.balancing
    return BalancerQuery(
        stack,
        vpc,
        balancing.subnets,
        balancing.word,
        balancing.traits.scheme,
        tuple(dict.fromkeys(tasks)),
        requested.on_instances,
        1 if all(port.is_network for port in requested.ports) else FEWEST_ZONES,
    )


def wanted_balancer(
    aws: Aws | None, requested: RequestedBalancer, query: BalancerQuery, live: LiveSupport
) -> WantedBalancer:
    """What the stack is to have; `aws` None: nothing can be looked up. Raises InputError where it
    cannot be made, or not of what is there."""
    if not requested.groups:
        return WantedBalancer("", "", ())
    before = live.part(requested.names)
    names, ids = host_names(aws, requested.balancing, before), _ids(aws, requested, live)
    wanted = replace(_wanted(aws, requested, query, before.resources), names=names, ids=ids)
    if aws is not None:
        problems = list(replacements(before, balancer_part(wanted)))
        if problems:
            raise InputError.of(problems)
    return wanted


def _ids(aws: Aws | None, requested: RequestedBalancer, live: LiveSupport) -> Mapping[str, str]:
    """The logical ids of the balancers: those that the stack has, or new ones."""
    if requested.is_renewed and aws is not None:
        return renewed_ids(aws, requested.names, live)
    return balancer_ids(live.part(requested.names).resources)


def _wanted(
    aws: Aws | None, requested: RequestedBalancer, query: BalancerQuery, live: Mapping[str, object]
) -> WantedBalancer:
    """What is looked up for a balancer of the project's own, or known of the one that exists."""
    owner = f"{requested.names.cluster}/{requested.names.project}"
    existing = requested.existing
    if existing is not None and not any(port.is_network for port in requested.ports):
        return WantedBalancer(
            owner, existing.vpc, (), requested.groups, live=live, existing=existing
        )
    if existing is not None:  # for the network load balancer alone
        query = replace(query, fewest=1)
    network = UNKNOWN if aws is None else read_balancer_network(aws, query)
    return WantedBalancer(
        owner,
        network.vpc,
        network.subnets,
        requested.groups,
        _with_own_range(aws, requested.balancing.traits),
        () if existing else certificates(aws, requested.balancing, is_network=False),
        network.instances,
        certificates(aws, requested.balancing, is_network=True),
        live,
        existing,
    )


def _with_own_range(aws: Aws | None, traits: BalancerTraits) -> BalancerTraits:
    """The balancer with this machine's address, where files let that in."""
    if aws is None or MY_IP not in traits.ingress:
        return traits
    return replace(traits, own_range=own_range(aws))


def certificates(
    aws: Aws | None, balancing: Balancing, *, is_network: bool
) -> tuple[str | Document, ...]:
    """Those of the listeners of one of the two balancers."""
    given = balancing.traits.certificate
    ports = [port for port in balancing.ports if port.is_network == is_network]
    has_tls = any(port.secure for port in ports) if is_network else balancing.has_tls
    if not has_tls:
        return ()
    if given == REQUEST:
        return (CERTIFICATE_REF,)
    if given != AUTO:
        return (given,)
    hosts = sorted({host for port in ports for host in port.hosts})
    return (UNKNOWN_CERTIFICATE,) if aws is None else find_certificates(aws, hosts)


# ------------------------------------------------------------- what services get


def with_target_groups(
    wanted: WantedService,
    requested: RequestedBalancer,
    ports: Sequence[BalancedPort],
    stack: Stacks,
    service: ServiceTypeDef | None,
) -> WantedService:
    """The service behind the balancer with these of its ports, or without it where it has none any
    more. What it takes over of the other layout in the project's own groups is among them. Raises
    InputError where flags give one of the ports a target group already."""
    live = stack.live
    fields = dict(wanted.fields)
    given = [row for row in fields.get(GROUPS) or () if not _is_replaced(row, ports, live)]
    problems = list(given_already(ports, given))
    if problems:
        raise InputError.of(problems)
    outputs = target_group_outputs(requested.ports)
    kept = stack.kept.get(wanted.names.service, ())
    rows = [_row(port, outputs[port.service], requested.names, stack) for port in ports]
    if kept or rows:
        fields[GROUPS] = [*given, *map(dict, kept), *rows]
    if kept and service is not None:
        fields |= _within_reach(fields, service, live)
    if rows:
        fields.setdefault(GRACE, max(port.grace for port in ports))
    elif not kept and service is not None and not given and _has_ours(service, live):
        fields[GROUPS] = []
    balanced = {(port.port, transport) for port in ports for transport in port.transports}
    direct = tuple(port for port in wanted.published if port not in balanced)
    return replace(wanted, fields=fields, published=direct)


def _row(port: BalancedPort, output: str, names: Names, stack: Stacks) -> Draft:
    """The row with its target group."""
    live = stack.live
    is_there = group_of(live.part(names), output) == group_of(stack.part, output)
    return {
        "targetGroupArn": output_of(output, names, live if is_there else LiveSupport()),
        "containerName": clean(port.service),
        "containerPort": port.port,
    }


def _within_reach(fields: Document, service: ServiceTypeDef, live: LiveSupport) -> Draft:
    """The network with the security groups of the stack that the service has, through which a
    balancer reaches it that it is about to leave."""
    network = awsvpc_of(fields)
    if not network:
        return {}
    wanted = list(network.get("securityGroups") or ())
    has = awsvpc_of({**service}).get("securityGroups") or ()
    more = [one for one in has if one in live.outputs.values() and one not in wanted]
    changed = {"awsvpcConfiguration": {**network, "securityGroups": [*wanted, *more]}}
    return {NETWORK: changed}


def _is_replaced(row: Document, ports: Sequence[BalancedPort], live: LiveSupport) -> bool:
    """Whether a row has a target group of the stack, for a container that gets its row anew."""
    containers = {clean(port.service) for port in ports}
    return row.get("containerName") in containers and row.get("targetGroupArn") in _ours(live)


def _has_ours(service: ServiceTypeDef, live: LiveSupport) -> bool:
    """Whether a service has a target group of the project's stack."""
    rows: Sequence[Document] = [{**row} for row in service.get("loadBalancers") or ()]
    return any(row.get("targetGroupArn") in _ours(live) for row in rows)


def _ours(live: LiveSupport) -> set[str]:
    """The target groups of the project's stack."""
    return {arn for name, arn in live.outputs.items() if name.startswith(PREFIX)}


# ------------------------------------------------------------- what people see


def balancer_blocks(
    wanted: WantedBalancer, live: LiveSupport, region: str | None
) -> tuple[Block, ...]:
    """Where requests go, and what is added to the bill."""
    before = part_of(live.body)
    part = balancer_part(wanted)
    found = [
        Block("load balancer", tuple(_routes(wanted, live.outputs))),
        Block("costs", tuple(costs(before, before + part if part else part, region))),
    ]
    return tuple(block for block in found if block.lines)


def _routes(wanted: WantedBalancer, outputs: Mapping[str, str]) -> Iterator[str]:
    if wanted.existing is not None:
        for url, port, its in joined_urls(wanted, wanted.existing):
            yield f"{url} -> {clean(port.service)}:{port.port} (rule {its})"
    else:
        host = outputs.get(DNS) or "<load balancer>"
        for url, port, number in urls(wanted, host):
            rule = "default" if number is None else f"rule {number}"
            yield f"{url} -> {clean(port.service)}:{port.port} ({rule})"
    host = outputs.get(NETWORK_DNS) or "<network load balancer>"
    for url, port in network_urls(wanted, host):
        yield f"{url} -> {clean(port.service)}:{port.port}"


def balancer_remarks(wanted: WantedBalancer, on_instances: bool, live: Part) -> Iterator[Finding]:
    """What is worth knowing before the balancer is made or changed."""
    yield from new_checks(live, balancer_part(wanted))
    yield from wanted.names.unread
    if wanted.traits.own_range:
        yield own_range_notice(f"{KEY}.ingress", wanted.traits.own_range)
    if wanted.existing is not None:
        yield from _closed_ports(wanted, wanted.existing)
        yield from _uncompared_hosts(wanted.ports, wanted.existing.listeners[0])
    elif on_instances and not wanted.instances and wanted.groups:
        message = "the cluster's stack has no security group of instances"
        hint = "let it accept ports 32768-65535 from the balancer's group in the support stack"
        yield Finding(f"{message}: the load balancer may not reach them", None, hint)


def _uncompared_hosts(
    ports: Sequence[BalancedPort], listener: ExistingListener
) -> Iterator[Finding]:
    """Hosts of which it is not known whether the listener has a certificate for them."""
    hosts = listener.uncovered(dict.fromkeys(host for port in ports for host in port.hosts))
    if hosts:
        message = f"whether a certificate at port {listener.port} covers {', '.join(hosts)}"
        hint = "clients that ask for a name that none covers refuse the connection"
        yield Finding(f"{message} could not be found out: {listener.unread}", None, hint)


def _closed_ports(wanted: WantedBalancer, existing: ExistingBalancer) -> Iterator[Finding]:
    """The ports of instances that nobody has opened to a balancer of others."""
    on_instances = [
        (group.mode, port)
        for group in wanted.groups
        if group.target_type == INSTANCE
        for port in group.ports
        if not port.is_network
    ]
    of_host = [port for mode, port in on_instances if mode == "host"]
    closed = [str(one) for one in sorted({one for port in of_host for one in port.reached_ports})]
    if len(of_host) < len(on_instances) and not existing.is_of_cluster:
        closed.append("32768-65535")
    if closed:
        message = "the security group of the instances may not let the load balancer in"
        hint = f"let it accept TCP {', '.join(closed)} from {existing.group}"
        yield Finding(message, None, hint)
