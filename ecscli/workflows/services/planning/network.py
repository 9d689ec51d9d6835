"""The network of a project in layout services: the subnets, addresses and security groups that the
tasks of each group get, and what the support stack has for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.addresses import MY_IP, sources_with
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.compose.layout.networks import GroupNetworks
from ecscli.support.network import (
    OpenPorts,
    WantedNetworks,
    network_outputs,
    network_part,
    port_outputs,
    vpc_of,
)
from ecscli.support.parts import Part
from ecscli.support.template import part_of
from ecscli.up.own_address import own_range_notice
from ecscli.up.project.live import Services
from ecscli.up.project.network import NetworkQuery, ProjectNetwork
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of, with_network
from ecscli.up.service.network import no_subnets
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.stacks import output_of
from ecscli.workflows.network import on_fargate
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def network_query(request: ServicesRequest, wanted: WantedProject) -> NetworkQuery | None:
    """What has to be looked up; None where no task of the project has a network of its own."""
    if not wanted.networks:
        return None
    settings = wanted.network
    given = [_subnets(one) for one in wanted.groups.values() if _is_in_awsvpc(one)]
    external = [group for one in wanted.networks for group in one.external]
    return NetworkQuery(
        request.project.settings.stack_name.value or "",
        settings.vpc,
        settings.subnets,
        settings.word,
        tuple(dict.fromkeys((*settings.security_groups, *external))),
        tuple(dict.fromkeys(id_ for ids in given for id_ in ids)),
        not given or not all(given),
        any(MY_IP in each.sources for one in wanted.networks for each in one.openings),
    )


def _is_in_awsvpc(wanted: WantedService | WantedTasks) -> bool:
    return wanted.definition.get("networkMode") == "awsvpc"


def _subnets(wanted: WantedService | WantedTasks) -> Sequence[str]:
    return awsvpc_of(wanted.fields).get("subnets") or ()


# ------------------------------------------------------------- what the stack has


def networks_part(wanted: WantedProject, network: ProjectNetwork, live: LiveSupport) -> Part:
    """The security groups of the whole project. Raises InputError where they would move to another
    VPC, which tasks that run keep them from."""
    connected = [one for one in wanted.networks if not one.named or one.balanced]
    before = vpc_of(part_of(live.body).resources)
    vpc = network.vpc or before
    if not connected or not vpc:
        return Part()
    if before and before != vpc:
        message = f"the project is in {before}, and its subnets are in {vpc} now"
        raise InputError(message, hint="remove it there first, with `ecscli compose down`")
    project = wanted.arrangement.project
    ports = [ports for one in connected for ports in _open_ports(one, network.own_range)]
    return network_part(WantedNetworks(project.name, vpc, names_of_networks(wanted), tuple(ports)))


def _open_ports(connected: GroupNetworks, own_range: str) -> list[OpenPorts]:
    """What its own security group opens: nothing by itself where a load balancer alone reaches
    it. `own_range`: that of this machine."""
    group, openings = connected.group, connected.openings
    if connected.balanced and not openings:
        return [OpenPorts(group, (), ())]
    return [OpenPorts(group, one.ports, sources_with(own_range, one.sources)) for one in openings]


def names_of_networks(wanted: WantedProject) -> tuple[str, ...]:
    """The Compose networks that are security groups, in the order of the files."""
    used = {name for one in wanted.networks for name in one.networks}
    declared = [name for name in wanted.arrangement.project.networks if name in used]
    return tuple(dict.fromkeys((*declared, *sorted(used))))


# ------------------------------------------------------------- what tasks get


@record
class Located:
    """What the network of each group is made of."""

    wanted: WantedProject
    network: ProjectNetwork
    support: LiveSupport
    services: Services


def located_groups(
    aws: Aws, request: ServicesRequest, located: Located
) -> dict[str, WantedService | WantedTasks]:
    """The groups with subnets, addresses and security groups; what the files give of them in
    run_params wins. Raises InputError with everything that cannot be."""
    found: dict[str, WantedService | WantedTasks] = dict(located.wanted.groups)
    connected = {one.group: one for one in located.wanted.networks}
    problems: list[Finding] = []
    for name, wanted in found.items():
        if name in connected:
            filled = _filled(located, connected[name], wanted)
            if not filled.get("subnets"):
                raise no_subnets(aws, request.project.settings.stack_name.value or "")
            problems += _internal_in_public(located, connected[name], filled)
            fields: Document = with_network(wanted.fields, filled)
            if connected[name].balanced:
                fields = _with_opening(located, name, fields)
            found[name] = replace(wanted, fields=fields)
    if problems:
        raise InputError.of(problems)
    return found


def _with_opening(located: Located, group: str, fields: Document) -> Document:
    """The fields with the security group through which the balancer reaches the tasks, where
    run_params names others."""
    owners = [one.group for one in located.wanted.networks if one.has_own_group]
    opening = output_of(port_outputs(owners)[group], located.wanted.names, located.support)
    given = awsvpc_of(fields).get("securityGroups") or []
    if opening in given:
        return fields
    network = {**awsvpc_of(fields), "securityGroups": [*given, opening]}
    return {**fields, "networkConfiguration": {"awsvpcConfiguration": network}}


def _filled(
    located: Located, connected: GroupNetworks, wanted: WantedService | WantedTasks
) -> Draft:
    """The network of one group, as far as it is known."""
    service = located.services.get(wanted.names.service)
    live = awsvpc_of({**service}) if service and isinstance(wanted, WantedService) else {}
    subnets = _subnets(wanted) or located.network.subnets or live.get("subnets") or ()
    is_public = set(subnets) <= located.network.public and not connected.internal
    filled: Draft = {
        "subnets": list(subnets),
        "assignPublicIp": "ENABLED" if is_public and on_fargate(wanted) else "DISABLED",
    }
    groups = _security_groups(located, connected)
    if groups:
        filled["securityGroups"] = groups
    return filled


def _security_groups(located: Located, connected: GroupNetworks) -> list[object]:
    """Those that the files name; else one for each network, and one for published ports."""
    network, wanted = located.network, located.wanted
    of_network = network_outputs(names_of_networks(wanted))
    names = [of_network[name] for name in connected.networks]
    if connected.has_own_group:
        of_ports = port_outputs(one.group for one in wanted.networks if one.has_own_group)
        names.append(of_ports[connected.group])
    made = [output_of(name, wanted.names, located.support) for name in names]
    there = wanted.network.security_groups if connected.named else connected.external
    return [*made, *(network.groups[str(one)] for one in there)]


def _internal_in_public(
    located: Located, connected: GroupNetworks, network: Document
) -> Iterator[Finding]:
    """Why a group of an internal network cannot run where it would."""
    public = set(network["subnets"]) & located.network.public
    if connected.internal and public:
        message = f"{connected.group} is in an internal network, and {sorted(public)[0]} is public"
        yield Finding(message, None, "choose other subnets: network: {subnets: private}")


def network_notices_of(request: ServicesRequest, network: ProjectNetwork) -> Iterator[Finding]:
    """What was decided for the user."""
    if network.of_stack and network.subnets:
        stack = request.project.settings.stack_name.value
        where = f"subnets {', '.join(network.subnets)} of stack {stack}"
        yield Finding(f"tasks run in {where}, as the files name none")
    if network.own_range:
        yield own_range_notice("ingress", network.own_range)


def network_warnings_of(wanted: WantedProject, network: ProjectNetwork) -> Iterator[Finding]:
    """What tasks lack where they run."""
    on_instances = [name for name, one in wanted.groups.items() if _has_no_address(one)]
    if on_instances and set(network.subnets) & network.public:
        yield Finding(
            "these subnets are public, and tasks on instances get no public address: they cannot"
            " reach the internet",
            hint="run the tasks on Fargate, in private subnets, or in network mode bridge",
        )


def _has_no_address(wanted: WantedService | WantedTasks) -> bool:
    return _is_in_awsvpc(wanted) and not on_fargate(wanted) and not _subnets(wanted)
