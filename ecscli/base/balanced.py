"""What a load balancer does for one port of a service: what Compose files and ecs-params come to,
and what target groups and rules are made of."""

from __future__ import annotations

import re

from ecscli.base.marks import Mark
from ecscli.base.records import record

HTTP, HTTPS = "HTTP", "HTTPS"
HTTP1, HTTP2, GRPC = "HTTP1", "HTTP2", "GRPC"
AUTO, NONE = "auto", "none"  # certificates
REDIRECT, SERVE = "redirect", "serve"  # what port 80 does beside HTTPS
PORTS = {HTTP: 80, HTTPS: 443}
EVERYONE = ("0.0.0.0/0", "::/0")
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
INTERNET_FACING, INTERNAL = "internet-facing", "internal"
CERTIFICATE = re.compile(r"arn:[\w-]+:(acm|iam):[\w-]*:\d{12}:[\w/.+=,@-]+")
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1123
HOST = re.compile(rf"(\*|{LABEL})(\.{LABEL})+")
LONGEST_HOST = 128  # characters of a value of a rule


@record
class TargetHealth:
    """How a target is checked: times in seconds, counts of checks; `port` None: that of the
    traffic. `codes` are those of HTTP, or of gRPC."""

    path: str = "/"
    codes: str = "200-399"
    interval: int = 10
    timeout: int = 5
    healthy: int = 2
    unhealthy: int = 3
    port: int | None = None


@record
class BalancedPort:
    """One port of the container `service`, under its name in Compose.

    `listener` is the port of the balancer, `hosts` and `paths` what a request must have, all
    requests where there are none; `strip`: the container gets it without the path. Times are
    seconds, None where AWS's own default holds. `priority` None: chosen.
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
    mark: Mark | None = None

    @property
    def is_default(self) -> bool:
        """Whether it takes every request that no rule has taken."""
        return not self.hosts and not self.paths

    @property
    def reached_ports(self) -> tuple[int, ...]:
        """The container ports that the balancer opens connections to."""
        return tuple(dict.fromkeys((self.port, self.health.port or self.port)))


@record
class BalancerTraits:
    """The balancer of a project as files ask for it; `subnets` are not of this record, as they are
    looked up. `certificate` is an ARN, or AUTO or NONE; `logs` is ``s3://BUCKET/PREFIX``."""

    scheme: str = INTERNET_FACING
    ingress: tuple[str, ...] = EVERYONE
    certificate: str = AUTO
    http: str = REDIRECT
    policy: str = POLICY
    idle_timeout: int = 60
    deletion_protection: bool = False
    logs: str = ""

    def has_tls(self, hosts: bool) -> bool:
        """Whether listeners speak TLS; `hosts`: whether any service has a host name, without which
        there is no certificate to find."""
        if self.certificate == AUTO:
            return hosts
        return self.certificate != NONE
