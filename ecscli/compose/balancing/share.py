"""`use` and `listener` of a project's `load_balancer` -> whose balancer it is behind; keys that
only a balancer of its own can have become errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.balanced import CLUSTER, OWN, REQUEST, BalancerTraits
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.marks import Map, Mark
from ecscli.base.records import field, record

KEY = "load_balancer"
OF_OWN = (
    *("subnets", "ingress", "http", "ssl_policy"),
    *("idle_timeout", "deletion_protection", "access_logs"),
)
ARN = re.compile(r"arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:loadbalancer/app/[\w-]+/\w+")
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
PORTS = range(1, 65_536)


@record
class Share:
    """`use`: OWN, CLUSTER, a name or an ARN; empty: the cluster's where it has one. `listener`: the
    port of the listener that takes the rules; `scheme` as far as the file has it, and `certificate`
    an ARN. `places`: where the keys of the file are."""

    use: str = ""
    listener: int | None = None
    scheme: str = ""
    certificate: str = ""
    places: Mapping[str, Mark | None] = field(default_factory=dict)

    @property
    def is_given(self) -> bool:
        """Whether the file says that the balancer exists."""
        return self.use not in ("", OWN)

    @property
    def problems(self) -> Iterable[Finding]:
        """The keys that a balancer of others has already."""
        for key in OF_OWN:
            if key in self.places:
                message = f"{KEY}.{key}: the load balancer is not the project's own, and stays"
                hint = "leave it out, or write use: own"
                yield Finding(f"{message} as it is", self.places[key], hint)

    def nameless(self, traits: BalancerTraits) -> Iterator[Finding]:
        """The keys that are of host names, where no service has any."""
        for key, is_asked in (("certificate", traits.certificate == REQUEST), ("dns", traits.dns)):
            if is_asked:
                message = f"{KEY}.{key}: no service has a host name"
                yield Finding(message, self.places.get(key), "give a service host:")


def share_of(given: Map, findings: Findings) -> Share:
    """Whose balancer is used."""
    use, listener = str(given.get("use") or ""), given.get("listener")
    certificate = str(given.get("certificate") or "")
    share = Share(
        use,
        listener if isinstance(listener, int) else None,
        str(given.get("scheme") or ""),
        certificate if certificate.startswith("arn:") else "",
        {str(key): given.keys_at.get(key) for key in given},
    )
    _check(share, findings)
    return share


def _check(share: Share, findings: Findings) -> None:
    is_name = ARN.fullmatch(share.use) or NAME.fullmatch(share.use)
    if share.is_given and share.use != CLUSTER and not is_name:
        message = f'"{share.use}" is neither the name nor the ARN of an application load balancer'
        hint = "write own, cluster, a name or an ARN"
        findings.error(message, share.places.get("use"), hint, f"{KEY}.use")
    at, number = share.places.get("listener"), share.listener
    if number is not None and not share.is_given:
        message = "only a load balancer that exists already has listeners to choose from"
        findings.error(message, at, f"leave it out, or name one by {KEY}.use", f"{KEY}.listener")
    elif number is not None and number not in PORTS:
        message = f"must be 1 to {PORTS[-1]}; it is {number}"
        findings.error(message, at, None, f"{KEY}.listener")
