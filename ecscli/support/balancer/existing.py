"""A load balancer that exists, of the cluster or of somebody else, to which a project adds its
rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from ecscli.base.balanced import HTTPS, is_covered
from ecscli.base.documents import Document
from ecscli.base.records import record

DIGITS = 6  # of the hash by which what belongs to one balancer is told from that of another


@record
class ExistingRule:
    """A rule of a listener; `conditions` as DescribeRules has them."""

    priority: int
    conditions: tuple[Document, ...] = ()


@record
class ExistingListener:
    """A listener that takes the project's rules; `rules` are all that it has beside its default
    one. `certificates`: those that the project adds to it, by ARN or as a template has them.
    `names` are the host names of all its certificates, None where nobody asks for them; `unread`:
    why there may be more of them."""

    arn: str
    port: int
    protocol: str
    rules: tuple[ExistingRule, ...] = ()
    certificates: tuple[str | Document, ...] = ()
    names: tuple[str, ...] | None = None
    unread: str = ""

    def uncovered(self, hosts: Iterable[str]) -> tuple[str, ...]:
        """The hosts that none of its certificates is for, as far as that is known."""
        names = self.names
        return () if names is None else tuple(one for one in hosts if not is_covered(one, names))


@record
class ExistingBalancer:
    """Its security group is `group`, empty where it has none. The first of the `listeners` is that
    of its addresses; a second one takes the same requests without TLS. `is_of_cluster`: the stack
    of the cluster has it, and lets it reach the host ports that Docker chooses. `zone`: the id of
    the hosted zone of its `dns`."""

    arn: str
    dns: str
    vpc: str
    group: str
    listeners: tuple[ExistingListener, ...]
    is_of_cluster: bool = False
    zone: str = ""

    @property
    def has_tls(self) -> bool:
        return self.listeners[0].protocol == HTTPS

    @property
    def suffix(self) -> str:
        """The end of logical ids and outputs of what hangs on this balancer: AWS lets a target
        group hang on one alone."""
        return f"On{hashlib.sha256(self.arn.encode()).hexdigest()[:DIGITS]}"

    @property
    def numbers(self) -> Mapping[str, frozenset[int]]:
        """The numbers of all rules of each listener, by the listener's ARN as a text of JSON."""
        return {
            json.dumps(one.arn): frozenset(rule.priority for rule in one.rules)
            for one in self.listeners
        }
