"""The Compose networks and published ports of a group in mode awsvpc -> the security groups that
its tasks need, checked against what ECS and EC2 take.

Sources: "Security groups" in the quotas of Amazon VPC; AwsVpcConfiguration in the ECS API
reference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.keys.lookups import VpcResource, lookup_of
from ecscli.base.limits import DATA_STORE_PORTS
from ecscli.base.marks import Map
from ecscli.base.records import record
from ecscli.compose.balancing.model import ContainerPort
from ecscli.compose.ecs.images import stores_data
from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.params.network_settings import EVERYONE, INGRESS, NetworkSettings, ingress_of
from ecscli.compose.project.model import Network, Port, Project, Service
from ecscli.compose.task.definition import TaskDefinition

DEFAULT = "default"
MOST_GROUPS = 5  # of one task
MOST_RULES = 60  # of one security group, inbound
PortRange = tuple[int, int, str]  # first and last port, protocol


@record
class Opening:
    """`ports` that are open to the addresses of `sources`."""

    ports: tuple[PortRange, ...]
    sources: tuple[str, ...]


@record
class GroupNetworks:
    """What the tasks of a group are connected to.

    `networks`: Compose networks, each of which becomes a security group; `external`: groups that
    exist. `openings`: who reaches its published ports, and `balanced` the ports that the load
    balancer reaches. `named`: the files name its security groups, and of all this the balanced
    ports count alone. `internal`: no way to the internet.
    """

    group: str
    networks: tuple[str, ...] = ()
    external: tuple[VpcResource, ...] = ()
    openings: tuple[Opening, ...] = ()
    named: bool = False
    internal: bool = False
    balanced: tuple[int, ...] = ()

    @property
    def has_own_group(self) -> bool:
        """Whether it has a security group for what reaches it from outside."""
        return bool(self.openings or self.balanced)


def connected(
    group: Group,
    definition: TaskDefinition,
    project: Project,
    settings: NetworkSettings,
    findings: Findings,
) -> GroupNetworks | None:
    """What a group is connected to; None in the other network modes, which share the groups of the
    instances."""
    mode = definition.request.get("networkMode") or "bridge"
    if mode != "awsvpc":
        _note_no_isolation(mode, project, findings)
        _warn_of_ingress(group, mode, findings)
        return None
    networks = _networks_of(group, project)
    internal = any(network.internal for network in networks)
    _refuse_way_out(group, networks, findings)
    reached = [port for one in definition.balancing.ports for port in one.reached_ports]
    balanced = tuple(sorted(set(reached)))
    if _names_groups(group, settings):
        findings.notices.append(
            Finding("security groups that the files name replace those of the Compose networks")
        )
        return GroupNetworks(group.name, named=True, internal=internal, balanced=balanced)
    found = GroupNetworks(
        group.name,
        tuple(network.name for network in networks if not network.external),
        tuple(_existing(network) for network in networks if network.external),
        () if internal else tuple(_openings(group, definition, settings, findings)),
        internal=internal,
        balanced=balanced,
    )
    _note_openings(group, found, findings)
    _check_limits(group, found, findings)
    return found


def _names_groups(group: Group, settings: NetworkSettings) -> bool:
    own = group.params.network.get("awsvpcConfiguration") or {}
    return bool(own.get("securityGroups") or settings.security_groups)


# ------------------------------------------------------------- networks


def _networks_of(group: Group, project: Project) -> list[Network]:
    """The networks of the members, in the order of the files; those without any are in one that is
    called default."""
    names = [name for service in group.project.services for name in _names_of(service)]
    order = [*project.networks, DEFAULT]
    known = {name: project.networks.get(name) or Network(name) for name in names}
    return [known[name] for name in sorted(known, key=lambda name: order.index(name))]


def _names_of(service: Service) -> list[str]:
    return [one.name for one in service.networks] or [DEFAULT]


def _existing(network: Network) -> VpcResource:
    """The security group that an external network is, by id or name."""
    return lookup_of(network.real_name or network.name, network.mark)


def _refuse_way_out(group: Group, networks: Sequence[Network], findings: Findings) -> None:
    """Note a group that is in an internal network and in another one: Compose would give it a way
    out, which an address in a private subnet without NAT does not have."""
    internal = [network.name for network in networks if network.internal]
    others = [network.name for network in networks if not network.internal]
    if internal and others:
        service = group.project.services[0]
        findings.error(
            f"network {internal[0]} is internal and {others[0]} is not: a task in awsvpc is in"
            " private subnets or not at all",
            service.where("networks"),
            f"leave one of them, or take internal: true from {internal[0]}",
            key=f"services.{service.name}.networks",
        )


def _note_no_isolation(mode: str, project: Project, findings: Findings) -> None:
    used = {name for service in project.services for name in _names_of(service)}
    declared = [one for name, one in project.networks.items() if name in used]
    if len(used) > 1 or any(network.internal for network in declared):
        place = declared[0].mark if declared else None
        message = (
            f"network mode {mode} keeps no Compose networks apart: the security groups are those of"
            " the instances"
        )
        findings.notices.append(Finding(message, place))


# ------------------------------------------------------------- published ports


def _openings(
    group: Group, definition: TaskDefinition, settings: NetworkSettings, findings: Findings
) -> Iterator[Opening]:
    """The published ports by the addresses that reach them."""
    balanced = definition.balancing.containers
    found: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for name, service in zip(group.services, group.project.services, strict=True):
        ingress = _ingress_of(group, name, findings)
        if ingress is None:
            ingress = settings.ingress
        ports = _open_ports(service, ingress, balanced, findings)
        found.setdefault((EVERYONE,) if ingress is None else ingress, []).extend(ports)
    for sources, opened in found.items():
        if opened:
            yield Opening(tuple(_ranges(opened)), sources)


def _ingress_of(group: Group, name: str, findings: Findings) -> tuple[str, ...] | None:
    """The addresses that one service names."""
    given = group.params.layout.services.get(name, Map()).get(INGRESS)
    return ingress_of(given, findings, f"service_params.{name}.{INGRESS}")


def _warn_of_ingress(group: Group, mode: str, findings: Findings) -> None:
    """Note addresses that nothing keeps out."""
    for name in group.services:
        given = group.params.layout.services.get(name, Map())
        if given.get(INGRESS) is not None:
            findings.warning(
                f"has no effect in network mode {mode}: the security groups are those of the"
                " instances",
                given.keys_at.get(INGRESS),
                "leave it out, or use network mode awsvpc",
                f"service_params.{name}.{INGRESS}",
            )


def _open_ports(
    service: Service,
    ingress: tuple[str, ...] | None,
    balanced: Collection[ContainerPort],
    findings: Findings,
) -> Iterator[tuple[int, str]]:
    """The published ports that are opened, with their protocols: those of data stores only to
    addresses that the files name, those behind a load balancer to nobody else."""
    is_store = stores_data(service.image or "")
    for port in service.ports:
        is_balanced = (service.name, port.target, port.protocol) in balanced
        if port.is_local or is_balanced:
            continue
        stores = is_store or port.target in DATA_STORE_PORTS
        if stores and ingress is None:
            _note_closed(service, port, findings)
        else:
            yield port.target, port.protocol


def _note_closed(service: Service, port: Port, findings: Findings) -> None:
    message = (
        f"port {port.target} of {service.name} is open inside the project alone, as data stores"
        " have it"
    )
    hint = "network.ingress, or ingress of the service, opens it to the addresses that it lists"
    findings.notices.append(Finding(message, port.mark, hint))


def _ranges(ports: Iterable[tuple[int, str]]) -> Iterator[PortRange]:
    """Neighbouring ports of one protocol as one range."""
    current: PortRange | None = None
    for protocol, number in sorted({(protocol, number) for number, protocol in ports}):
        if current and current[2] == protocol and current[1] + 1 == number:
            current = (current[0], number, protocol)
            continue
        if current:
            yield current
        current = (number, number, protocol)
    if current:
        yield current


def _note_openings(group: Group, found: GroupNetworks, findings: Findings) -> None:
    for one in found.openings:
        if one.sources:
            names = ", ".join(_written(ports) for ports in one.ports)
            message = f"{group.name}: open to {', '.join(one.sources)}: {names}"
            findings.notices.append(Finding(message, group.project.services[0].where("ports")))


def _written(ports: PortRange) -> str:
    first, last, protocol = ports
    return f"{first}/{protocol}" if first == last else f"{first}-{last}/{protocol}"


# ------------------------------------------------------------- limits


def _check_limits(group: Group, found: GroupNetworks, findings: Findings) -> None:
    service = group.project.services[0]
    groups = len(found.networks) + len(found.external) + found.has_own_group
    rules = sum(len(one.ports) * len(one.sources) for one in found.openings)
    if groups > MOST_GROUPS:
        findings.error(
            f"needs {groups} security groups, one for each network and one for published ports; a"
            f" task takes {MOST_GROUPS}",
            service.where("networks"),
            "use fewer networks, or name groups by network.security_groups",
            key=f"services.{service.name}.networks",
        )
    if rules > MOST_RULES:
        findings.error(
            f"needs {rules} rules of one security group, which takes {MOST_RULES}",
            service.where("ports"),
            "publish neighbouring ports, or list fewer addresses in network.ingress",
            key=f"services.{service.name}.ports",
        )
