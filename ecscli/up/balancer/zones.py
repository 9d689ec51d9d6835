"""READS: the public hosted zones of Route 53 -> the zone of each host name, and whether somebody
else has a record of that name.

Sources: ListHostedZones and ListResourceRecordSets in the Route 53 API reference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

WILDCARD = "*."
IN_DNS = r"\052"  # as Route 53 writes the asterisk of a name
TYPES = ("A", "AAAA", "CNAME")
PREFIX = "/hostedzone/"


@record
class Setting:
    """The key that asks for zones, for findings, its place, and what can be done without them."""

    key: str
    at: Mark | None = None
    hint: str = ""


def find_zones(aws: Aws, hosts: Iterable[str], setting: Setting) -> tuple[tuple[str, str], ...]:
    """Each host with the id of its zone, the one with the longest name. Raises InputError with all
    hosts that have none."""
    why = ""
    zones: Mapping[str, str] = {}
    try:
        zones = _zones(aws)
    except EcsCliError as error:
        if not denied(error):
            raise
        why = f": {next(error.lines())}"
    found = [(host, _zone_of(host, zones)) for host in dict.fromkeys(hosts)]
    missing = ", ".join(host for host, zone in found if not zone)
    if missing:
        none = "no public hosted zone is known" if why else "Route 53 has no public hosted zone"
        message = f"{setting.key}: {none} for {missing}{why}"
        hint = f"allow the action, or {setting.hint}" if why else setting.hint
        raise InputError(message, setting.at, hint)
    return tuple(found)


def _zones(aws: Aws) -> dict[str, str]:
    """The ids of the public zones by their names."""
    rows = aws.pages("route53", "list_hosted_zones", "HostedZones")
    return {
        row["Name"].rstrip("."): row["Id"].removeprefix(PREFIX)
        for row in rows
        if not (row.get("Config") or {}).get("PrivateZone")
    }


def _zone_of(host: str, zones: Mapping[str, str]) -> str:
    name = host.removeprefix(WILDCARD)
    while name:
        if name in zones:
            return zones[name]
        name = name.partition(".")[2]
    return ""


def refuse_others(
    aws: Aws, recorded: Iterable[tuple[str, str]], own: Collection[str], setting: Setting
) -> tuple[Finding, ...]:
    """Raise InputError for each host of which somebody else has a record; `own`: those of which the
    project's stack has them. Gives which hosts could not be looked up, as the credentials may not:
    CloudFormation refuses their records then where there are others."""
    problems: list[Finding] = []
    unread: dict[str, list[str]] = {}
    for host, zone in recorded:
        try:
            problems += [] if host in own else _others(aws, host, zone, setting)
        except EcsCliError as error:
            if not denied(error):
                raise
            unread.setdefault(next(error.lines()), []).append(host)
    if problems:
        raise InputError.of(problems)
    return tuple(_unread(setting, hosts, why) for why, hosts in unread.items())


def _unread(setting: Setting, hosts: Iterable[str], why: str) -> Finding:
    names = ", ".join(hosts)
    message = f"{setting.key}: whether {names} has a record already could not be found out: {why}"
    hint = "allow the action; where there is one, CloudFormation refuses the project's"
    return Finding(message, setting.at, hint)


def _others(aws: Aws, host: str, zone: str, setting: Setting) -> Iterator[Finding]:
    name = f"{host.replace('*', IN_DNS, 1)}."
    answer = aws.call(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone,
        StartRecordName=host,
        MaxItems="10",
    )
    for row in answer["ResourceRecordSets"]:
        if row["Name"] in (name, f"{host}.") and row["Type"] in TYPES:
            message = f"{setting.key}: {host} has a record {row['Type']} already in zone {zone}"
            yield Finding(message, setting.at, setting.hint)
            return
