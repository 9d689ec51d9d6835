"""What a load balancer does for one port of a service: what Compose files and ecs-params come to,
and what target groups and rules are made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ecscli.base.addresses import sources_with
from ecscli.base.documents import Draft
from ecscli.base.marks import Mark
from ecscli.base.records import record

HTTP, HTTPS = "HTTP", "HTTPS"
TCP, UDP, TCP_UDP, TLS = "TCP", "UDP", "TCP_UDP", "TLS"
TRANSPORTS = {TCP: ("tcp",), UDP: ("udp",), TCP_UDP: ("tcp", "udp")}
HTTP1, HTTP2, GRPC = "HTTP1", "HTTP2", "GRPC"
AUTO, NONE, REQUEST = "auto", "none", "request"  # certificates
OWN, CLUSTER = "own", "cluster"  # whose balancer is used, beside names and ARNs
REDIRECT, SERVE = "redirect", "serve"  # what port 80 does beside HTTPS
PORTS = {HTTP: 80, HTTPS: 443, TCP: 80, UDP: 80, TCP_UDP: 80}
HTTPS_PORTS = (443, 8443)  # where TLS is most likely that of pages
TO_HTTPS: Draft = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": HTTPS, "Port": str(PORTS[HTTPS]), "StatusCode": "HTTP_301"},
}  # the action of a listener
EVERYONE = ("0.0.0.0/0", "::/0")
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
INTERNET_FACING, INTERNAL = "internet-facing", "internal"
CERTIFICATE = re.compile(r"arn:[\w-]+:(acm|iam):[\w-]*:\d{12}:[\w/.+=,@-]+")
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1123
HOST = re.compile(rf"(\*|{LABEL})(\.{LABEL})+")
LONGEST_HOST = 128  # characters of a value of a rule
MOST_GROUPS = 5  # target groups of an ECS service


@record
class TargetHealth:
    """How a target is checked: times in seconds, counts of checks; `port` None: that of the
    traffic. `codes` are those of HTTP, or of gRPC. An empty `path`: whether it takes connections
    over TCP. `protocol` HTTP or HTTPS; empty: that of the traffic."""

    path: str = "/"
    codes: str = "200-399"
    interval: int = 10
    timeout: int = 5
    healthy: int = 2
    unhealthy: int = 3
    port: int | None = None
    protocol: str = ""


@record
class BalancedPort:
    """One port of the container `service`, under its name in Compose.

    `listener` is the port of the balancer, `hosts` and `paths` what a request must have, all
    requests where there are none; `strip`: the container gets it without the path. Times are
    seconds, None where AWS's own default holds. `priority` None: chosen. `on`: a suffix for the
    balancer that it hangs on, empty for the project's own.

    Behind a network load balancer `protocol` is one of TRANSPORTS, `hosts` are the names of the
    certificate, and `secure`: clients speak TLS.
    """

    service: str
    port: int
    listener: int = 80
    protocol: str = HTTP
    version: str = HTTP1
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    strip: bool = False
    health: TargetHealth = TargetHealth()
    grace: int = 60
    drain: int | None = None
    stickiness: int | None = None
    algorithm: str | None = None
    priority: int | None = None
    secure: bool = False
    on: str = ""
    mark: Mark | None = None

    @property
    def is_network(self) -> bool:
        """Whether it is behind the network load balancer."""
        return self.protocol in TRANSPORTS

    @property
    def transports(self) -> tuple[str, ...]:
        """The protocols of its port mappings."""
        return TRANSPORTS.get(self.protocol, TRANSPORTS[TCP])

    @property
    def fixed_host_ports(self) -> tuple[tuple[int, str], ...]:
        """The ports of an instance on bridge that files choose: the published one of TCP and UDP
        alike, and that of the health check."""
        own = (self.listener, "tcp"), (self.listener, "udp")
        found = list(own) if self.protocol == TCP_UDP else []
        if self.health.port:
            found.append((self.health.port, "tcp"))
        return tuple(dict.fromkeys(found))

    @property
    def is_default(self) -> bool:
        """Whether it takes every request that no rule has taken."""
        return not self.hosts and not self.paths

    @property
    def reached_ports(self) -> tuple[int, ...]:
        """The container ports that the balancer opens connections to."""
        return tuple(dict.fromkeys((self.port, self.health.port or self.port)))

    @property
    def reached(self) -> tuple[tuple[int, str], ...]:
        """The same, each with its protocol; targets are checked over TCP."""
        found = [(self.port, transport) for transport in self.transports]
        if self.health.port:
            found.append((self.health.port, "tcp"))
        return tuple(dict.fromkeys(found))


@record
class BalancerTraits:
    """The balancer of a project as files ask for it; `subnets` are not of this record, as they are
    looked up. `certificate` is an ARN, or AUTO, NONE or REQUEST; `dns`: hosts get records; `logs`
    is ``s3://BUCKET/PREFIX``. `own_range`: what MY_IP among `ingress` stands for, once it is
    known."""

    scheme: str = INTERNET_FACING
    ingress: tuple[str, ...] = EVERYONE
    certificate: str = AUTO
    http: str = REDIRECT
    dns: bool = False
    policy: str = POLICY
    idle_timeout: int = 60
    deletion_protection: bool = False
    logs: str = ""
    own_range: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Who may reach the balancer: ranges of addresses and ids of prefix lists."""
        return sources_with(self.own_range, self.ingress)

    def has_tls(self, hosts: bool) -> bool:
        """Whether listeners speak TLS; `hosts`: whether any service has a host name, without which
        there is no certificate to find."""
        if self.certificate == AUTO:
            return hosts
        return self.certificate != NONE


def listener_scheme(protocol: str, port: int) -> str:
    """What the URLs of a listener begin with; tcp where it takes UDP too, and empty for a protocol
    that is not known."""
    if protocol == TLS:
        return "https" if port in HTTPS_PORTS else "tls"
    if protocol in (HTTP, HTTPS):
        return protocol.lower()
    return TRANSPORTS.get(protocol, ("",))[0]


def is_covered(host: str, names: Collection[str]) -> bool:
    """Whether a certificate with these names is for the host: by its own name, or by a wildcard in
    place of its first label."""
    _, dot, parent = host.partition(".")
    return host in names or f"*{dot}{parent}" in names


def request_properties(hosts: Sequence[tuple[str, object]]) -> Draft:
    """The properties of a Certificate of CloudFormation for these hosts, each with the id of its
    hosted zone."""
    first, *others = [host for host, _ in hosts]
    options = [{"DomainName": host, "HostedZoneId": zone} for host, zone in hosts]
    found: Draft = {"DomainName": first}
    if others:
        found["SubjectAlternativeNames"] = others
    return {**found, "ValidationMethod": "DNS", "DomainValidationOptions": options}
