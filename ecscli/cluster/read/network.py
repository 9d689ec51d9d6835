"""The `network` part of the document -> Network: addresses divided among subnets, or existing
things named."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ecscli.base.marks import where
from ecscli.base.units import is_whole
from ecscli.cluster.model import ANYWHERE, DEFAULT_CIDR, MY_IP, Lookup, Network, Rule
from ecscli.cluster.read.section import Section

IDS = re.compile(r"^(?:vpc|subnet|sg)-[0-9a-f]{8,17}$")
ZONE = re.compile(r"^[a-z]{2}(?:-[a-z0-9]+)+-\d[a-z]$")
ONLY_NEW = ("cidr", "zones", "private-subnets", "nat")
FEWEST_ZONES = 2


def network(section: Section, region: str | None = None) -> Network:
    """The network that the document describes; what is wrong goes to the section's findings."""
    said = section.tree
    groups = tuple(_lookups(section, "security-groups"))
    ingress = _ingress(section)
    if groups and "ingress" in said:
        message = "ingress rules belong to a new security group, and existing ones are given"
        section.useless(message, "leave the rules out, or the groups", "ingress")
    if "vpc" in said:
        return _existing(section, groups, ingress)
    if groups:
        message = "security groups are given, and no VPC"
        section.error(message, "name the groups' VPC too (network.vpc, --vpc)", "security-groups")
    return _new(section, region, groups, ingress)


def _existing(section: Section, groups: tuple[Lookup, ...], ingress: tuple[Rule, ...]) -> Network:
    said = section.tree
    for key in ONLY_NEW:
        if key in said:
            section.error(
                f"{key} is for a new VPC, and an existing one is given", "keep vpc or " + key, key
            )
    subnets = tuple(_lookups(section, "subnets")) if isinstance(said.get("subnets"), list) else ()
    if not subnets:
        section.error(
            "a VPC is given, and no subnets of it",
            "name its subnets (network.subnets, --subnets)",
            "vpc",
        )
    return Network(vpc=_lookup(section, "vpc"), subnets=subnets, groups=groups, ingress=ingress)


def _new(
    section: Section, region: str | None, groups: tuple[Lookup, ...], ingress: tuple[Rule, ...]
) -> Network:
    said = section.tree
    private = bool(said.get("private-subnets"))
    if "nat" in said and not private:
        section.error(
            "nat is for private subnets, and there are none", "add private-subnets: true", "nat"
        )
    zones = _zones(section, region)
    cidr = _range(section, said.get("cidr", DEFAULT_CIDR), "cidr")
    public, private_cidrs = _subnets(section, cidr, len(zones), private)
    return Network(
        cidr=str(cidr or DEFAULT_CIDR),
        public=public,
        private=private_cidrs,
        zones=zones,
        private_subnets=private,
        nat_per_zone=said.get("nat") == "per-zone",
        groups=groups,
        ingress=ingress,
    )


def _zones(section: Section, region: str | None) -> tuple[str, ...]:
    zones = tuple(section.tree.get("zones") or ())
    for index, zone in enumerate(zones):
        if not ZONE.match(zone):
            section.error(
                f'"{zone}" is no availability zone', "for example us-east-1a", "zones", index
            )
        elif region and not zone.startswith(region):
            section.error(f"zone {zone} is not in region {region}", None, "zones", index)
        elif zones.index(zone) != index:
            section.error(f"zone {zone} is named twice", None, "zones", index)
    return zones


Range = ipaddress.IPv4Network


def _range(section: Section, text: Any, *path: str | int) -> Range | None:
    """An IPv4 range of a VPC or subnet: /16 to /28."""
    try:
        found = Range(str(text))
    except ValueError as error:
        section.error(f'"{text}" is no address range: {error}', "for example 10.0.0.0/16", *path)
        return None
    if not 16 <= found.prefixlen <= 28:
        section.error(f"{text}: AWS takes ranges from /16 to /28", None, *path)
        return None
    return found


def _subnets(
    section: Section, cidr: Range | None, zones: int, private: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = section.tree.get("subnets", zones or FEWEST_ZONES)
    if cidr is None:
        return (), ()
    if isinstance(said, list) and any(
        isinstance(entry, dict) or not entry[:1].isdecimal() for entry in said
    ):
        section.error(
            "subnets are given, and no VPC", "name their VPC too (network.vpc, --vpc)", "subnets"
        )
        return (), ()
    if isinstance(said, list):
        return _given_subnets(section, said, cidr, private)
    if zones > said:
        section.error(
            f"{zones} zones are named for {said} subnets", "one subnet a zone at least", "subnets"
        )
    count = said * 2
    prefix = max(24, cidr.prefixlen + (count - 1).bit_length())
    if prefix > 28:
        section.error(
            f"{cidr} is too small for {count} subnets", "a larger range: /24 or more", "cidr"
        )
        return (), ()
    ranges = [
        str(part) for _, part in zip(range(count), cidr.subnets(new_prefix=prefix), strict=False)
    ]
    return tuple(ranges[:said]), tuple(ranges[said:])


def _given_subnets(
    section: Section, said: Sequence[Any], cidr: Range, private: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Subnets by their ranges: the first half public and the second private, where private ones are
    wanted."""
    ranges: list[Range] = []
    for index, text in enumerate(said):
        found = _range(section, text, "subnets", index)
        if found is None:
            continue
        if not found.subnet_of(cidr):
            section.error(f"subnet {found} is not inside {cidr}", None, "subnets", index)
        for other in ranges:
            if found.overlaps(other):
                section.error(f"subnets {other} and {found} overlap", None, "subnets", index)
        ranges.append(found)
    if private and len(said) % 2:
        section.error(
            "with private-subnets, list as many private ranges as public ones", None, "subnets"
        )
    half = len(ranges) // 2 if private else len(ranges)
    names = [str(found) for found in ranges]
    return tuple(names[:half]), tuple(names[half:])


def _lookups(section: Section, key: str) -> Iterator[Lookup]:
    for index, said in enumerate(section.tree.get(key) or ()):
        yield _as_lookup(said, where(section.root, *section.path, key, index))


def _lookup(section: Section, key: str) -> Lookup:
    return _as_lookup(section.tree[key], where(section.root, *section.path, key))


def _as_lookup(said: Any, place: object) -> Lookup:
    if isinstance(said, dict):
        (pair,) = said["tag"].items()
        return Lookup(tag=pair, where=place)
    return Lookup(id=said, where=place) if IDS.match(said) else Lookup(name=said, where=place)


def _ingress(section: Section) -> tuple[Rule, ...]:
    said = section.tree.get("ingress")
    if said is None:
        return (Rule(80, 80),)
    rules = [_rule(section, index, entry) for index, entry in enumerate(said)]
    return tuple(rule for rule in rules if rule)


def _rule(section: Section, index: int, said: Any) -> Rule | None:
    first, _, last = str(said["port"]).partition("-")
    if not (
        is_whole(first) and is_whole(last or first) and int(first) <= int(last or first) <= 65535
    ):
        section.error(
            f'"{said["port"]}" is no port', "80, or a range: 8000-8100", "ingress", index, "port"
        )
        return None
    source = str(said.get("cidr", ANYWHERE))
    if source != MY_IP and not source.startswith("sg-"):
        try:
            source = str(ipaddress.ip_network(source))
        except ValueError as error:
            hint = "for example 203.0.113.0/24, or my-ip"
            section.error(
                f'"{source}" is no address range: {error}', hint, "ingress", index, "cidr"
            )
            return None
    return Rule(
        int(first), int(last or first), source, said.get("protocol", "tcp"), said.get("description")
    )
