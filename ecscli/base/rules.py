"""A port that is balanced -> the rules that its hosts and paths come to, and the numbers that they
have.

Sources: the quotas in the Application Load Balancer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.balanced import BalancedPort
from ecscli.base.records import record

MOST_HOSTS = 3  # values of one condition; two more are left for a path
ANY_PATH = "/"


@record
class Rule:
    """Requests to one of `hosts`, all of which are exact or all of which have a wildcard, and below
    `path`; empty: any."""

    hosts: tuple[str, ...] = ()
    path: str = ""

    @property
    def has_wild_hosts(self) -> bool:
        return any("*" in host for host in self.hosts)


def rules_of(port: BalancedPort) -> Iterator[Rule]:
    """The rules of a port, in the order of its paths and hosts; none where it is the default."""
    if port.is_default:
        return
    paths = [path for path in port.paths if path not in (ANY_PATH, "/*")]
    if len(paths) < len(port.paths):
        paths.append("")  # all of them
    for path in paths or [""]:
        for hosts in _host_lists(port.hosts):
            yield Rule(hosts, path or (ANY_PATH if not hosts else ""))


def _host_lists(hosts: Sequence[str]) -> list[tuple[str, ...]]:
    """The hosts in lists that one condition takes, exact ones apart from those with a wildcard."""
    exact = [host for host in hosts if "*" not in host]
    wild = [host for host in hosts if "*" in host]
    return [*_in_lists(exact), *_in_lists(wild)] or [()]


def _in_lists(hosts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at in range(0, len(hosts), MOST_HOSTS):
        yield tuple(hosts[at : at + MOST_HOSTS])


def given_numbers(port: BalancedPort) -> range:
    """The priorities of its rules where the files give that of the first; one also where a balancer
    of its own sends it all requests without a rule."""
    first = port.priority
    return range(0) if first is None else range(first, first + max(1, len([*rules_of(port)])))
