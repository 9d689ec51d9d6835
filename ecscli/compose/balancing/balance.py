"""A project and its ecs-params -> its load balancer: the table of contents of this room."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.balanced import OWN
from ecscli.base.findings import Findings
from ecscli.base.records import field, record
from ecscli.compose.balancing.conflicts import find_conflicts, without_tls
from ecscli.compose.balancing.model import Around, Balancing
from ecscli.compose.balancing.ports import balanced_port
from ecscli.compose.balancing.requested import requested_ports
from ecscli.compose.balancing.settings import KEY, subnets_of, traits_of
from ecscli.compose.balancing.share import share_of
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project

SHARED_MODES = ("awsvpc", "host")  # the container's port is that of the interface


@record
class BalancingOptions:
    """What decides beside the files: `modes` are the network modes of services, None for that of
    EC2; `by_flag`: all services ask that have one port; `jobs` run to their end."""

    modes: Mapping[str, str | None] = field(default_factory=dict)
    by_flag: bool = False
    jobs: frozenset[str] = frozenset()


def balance(
    project: Project, params: EcsParams, options: BalancingOptions, findings: Findings
) -> Balancing:
    """The balancer; empty where no service asks for one."""
    requested = list(requested_ports(project, params, options.by_flag, options.jobs, findings))
    given = params.layout.balancer
    traits, share = traits_of(given, findings), share_of(given, findings)
    if not requested:
        if given:
            hint = f"ask by {KEY}: true in service_params or x-ecs of a service"
            findings.warning("no service asks for it", given.mark, hint, KEY)
        return Balancing(share=share)
    applications = [one for one in requested if not one.is_network]
    if share.is_given and len(applications) == len(requested):
        findings.errors.extend(share.problems)
    if not any(one.values.get("host") for one in requested):
        findings.errors.extend(share.nameless(traits))
    has_hosts = any(one.values.get("host") for one in applications)
    has_tls = share.is_given or traits.has_tls(has_hosts)
    ports = []
    for one in requested:
        name = one.service.name
        is_dynamic = options.modes.get(name) not in SHARED_MODES
        around = Around(params.of(name).healthcheck, has_tls, is_dynamic, traits.certificate)
        ports.append(balanced_port(one, around, findings))
    findings.errors.extend(find_conflicts(ports))
    if share.use == OWN and not has_tls:  # another one may have the certificate
        findings.errors.extend(without_tls(ports))
    word, subnets = subnets_of(given)
    return Balancing(tuple(ports), traits, subnets, word, share)
