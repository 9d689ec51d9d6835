"""PURE: a rule of a port that is balanced -> its properties, as far as they are known without a
balancer.

Sources: "Condition types for listener rules" and "Transforms for listener rules" in the Application
Load Balancer guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecscli.base.balanced import BalancedPort
from ecscli.base.documents import Draft
from ecscli.base.rules import Rule
from ecscli.support.parts import logical_ids

WILDCARDS = "*?"


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


def rule_ids(counts: Mapping[str, int]) -> dict[tuple[str, int], str]:
    """The logical ids of the rules of services, each of which has so many: ``RuleWeb1`` is the one
    of (web, 0). Rule 11 of web would have that of rule 1 of web1: the later one among the rules of
    its service gets an N, so that the others stay as they are."""
    names = logical_ids("Rule", counts)
    places = [(service, at) for service, count in counts.items() for at in range(count)]
    found: dict[tuple[str, int], str] = {}
    taken: set[str] = set()
    for service, at in sorted(places, key=lambda one: one[1]):
        separator = ""
        while (id_ := f"{names[service]}{separator}{at + 1}") in taken:
            separator += "N"
        taken.add(id_)
        found[service, at] = id_
    return found


def place(rule: Rule) -> str:
    """The rule as people write it: ``shop.example.com/api``."""
    hosts = ", ".join(rule.hosts)
    return f"{hosts}{rule.path}"
