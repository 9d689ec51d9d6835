"""PURE: the ports behind the project's network load balancer -> the balancer with its listeners and
its security group.

Sources: AWS::ElasticLoadBalancingV2::LoadBalancer and Listener in the CloudFormation reference;
"Security groups for your Network Load Balancers" in their guide: a balancer that is made without
one never gets one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.balanced import PORTS, TLS, BalancedPort, listener_scheme
from ecscli.base.documents import Document, Draft
from ecscli.support.balancer.kinds import BALANCER_KIND, LISTENER, further_certificates, logs_of
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.openings import ingress, openings
from ecscli.support.balancer.target_groups import attributes
from ecscli.support.network import GROUP
from ecscli.support.parts import Part

BALANCER, GROUP_ID = "NetworkBalancer", "NetworkBalancerSecurityGroup"
DNS = "NetworkBalancerDns"  # output with the balancer's name in DNS


def network_balancer_part(wanted: WantedBalancer, groups: Mapping[str, str]) -> Part:
    """The balancer; empty where no port is behind it. `groups`: the logical id of each service's
    target group."""
    ports = wanted.network_ports
    if not ports:
        return Part()
    resources: dict[str, Document] = {BALANCER: _balancer(wanted), GROUP_ID: _group(wanted, ports)}
    for port in ports:
        id_ = f"NetworkListener{port.listener}"
        resources[id_] = _listener(wanted, port, groups)
        if port.secure and wanted.network_certificates[1:]:
            more = further_certificates(id_, wanted.network_certificates)
            resources[f"NetworkCertificates{port.listener}"] = more
    resources |= dict(openings(wanted, GROUP_ID, ports))
    return Part(resources, {DNS: {"Value": {"Fn::GetAtt": [BALANCER, "DNSName"]}}})


def _balancer(wanted: WantedBalancer) -> Document:
    traits = wanted.traits
    changing = {
        "load_balancing.cross_zone.enabled": "true",
        "deletion_protection.enabled": str(traits.deletion_protection).lower(),
        **logs_of(traits),
    }
    properties = {
        "Type": "network",
        "Scheme": traits.scheme,
        "Subnets": list(wanted.subnets),
        "SecurityGroups": [{"Fn::GetAtt": [GROUP_ID, "GroupId"]}],
        "LoadBalancerAttributes": attributes(changing),
    }
    return {"Type": BALANCER_KIND, "Properties": properties}


def _group(wanted: WantedBalancer, ports: Sequence[BalancedPort]) -> Document:
    rules = [
        ingress(port.listener, source, transport)
        for port in ports
        for transport in port.transports
        for source in wanted.traits.sources
    ]
    properties = {
        "GroupDescription": f"Network load balancer of {wanted.owner}",
        "VpcId": wanted.vpc,
        "SecurityGroupIngress": rules,
    }
    return {"Type": GROUP, "Properties": properties}


def _listener(wanted: WantedBalancer, port: BalancedPort, groups: Mapping[str, str]) -> Document:
    action = {"Type": "forward", "TargetGroupArn": {"Ref": groups[port.service]}}
    properties: Draft = {
        "LoadBalancerArn": {"Ref": BALANCER},
        "Port": port.listener,
        "Protocol": TLS if port.secure else port.protocol,
        "DefaultActions": [action],
    }
    if port.secure:
        properties["Certificates"] = [{"CertificateArn": wanted.network_certificates[0]}]
        properties["SslPolicy"] = wanted.traits.policy
    return {"Type": LISTENER, "Properties": properties}


def network_urls(wanted: WantedBalancer, host: str) -> Iterator[tuple[str, BalancedPort]]:
    """Each address of the balancer, and what takes its connections."""
    for port in wanted.network_ports:
        own = listener_scheme(TLS, port.listener)
        number = "" if PORTS.get(own.upper()) == port.listener else f":{port.listener}"
        for scheme in (own,) if port.secure else port.transports:
            for name in port.hosts or (host,):
                yield f"{scheme}://{name}{number}", port
