"""PURE: a port that is balanced -> the rules that send requests to it, as far as they are known
without a balancer.

Sources: "Condition types for listener rules", "Transforms for listener rules" and the quotas in the
Application Load Balancer guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecscli.base.balanced import BalancedPort
from ecscli.base.documents import Draft
from ecscli.base.records import record

MOST_HOSTS = 3  # values of one condition; two more are left for a path
WILDCARDS = "*?"
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


def conditions(rule: Rule) -> list[Draft]:
    """The conditions of CreateRule."""
    found: list[Draft] = []
    if rule.hosts:
        values = {"Values": list(rule.hosts)}
        found.append({"Field": "host-header", "HostHeaderConfig": values})
    if rule.path:
        values = {"Values": _patterns(rule.path)}
        found.append({"Field": "path-pattern", "PathPatternConfig": values})
    return found


def _patterns(path: str) -> list[str]:
    """The path and everything below it; a path with a wildcard as it is."""
    if any(character in path for character in WILDCARDS):
        return [path]
    base = path.rstrip("/")
    return [base, f"{base}/*"] if base else ["/*"]


def rule_properties(port: BalancedPort, rule: Rule) -> Draft:
    """What a ListenerRule says of the requests that it takes, and of what becomes of them."""
    found: Draft = {"Conditions": conditions(rule)}
    changed = transforms(port, rule)
    return {**found, "Transforms": changed} if changed else found


def transforms(port: BalancedPort, rule: Rule) -> list[Draft]:
    """The transform that leaves the path out, where that is asked for."""
    stem = literal(rule.path)
    if not port.strip or not stem:
        return []
    rewrite = {"Regex": f"^{re.escape(stem)}/?(.*)$", "Replace": "/$1"}
    return [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [rewrite]}}]


def literal(path: str) -> str:
    """A path before its first wildcard, without the slash at its end."""
    return re.split(r"[*?]", path, maxsplit=1)[0].rstrip("/")


def place(rule: Rule) -> str:
    """The rule as people write it: ``shop.example.com/api``."""
    hosts = ", ".join(rule.hosts)
    return f"{hosts}{rule.path}"
