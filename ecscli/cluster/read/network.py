"""The `network` part of the document -> Network: addresses divided among subnets, or existing
things named."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ecscli.base.addresses import MY_IP, address_range
from ecscli.base.documents import Document
from ecscli.base.keys.lookups import VpcResource, lookup_of
from ecscli.base.marks import where
from ecscli.base.records import replace
from ecscli.base.units import HIGHEST_PORT, is_whole
from ecscli.cluster.model import ANYWHERE, DEFAULT_CIDR, ClusterNetwork, Rule
from ecscli.cluster.read.section import Section

ZONE = re.compile(r"^[a-z]{2}(?:-[a-z0-9]+)+-\d[a-z]$")
ONLY_NEW = ("cidr", "zones", "private-subnets", "nat")
FEWEST_ZONES = 2
SMALLEST = 28  # the longest prefix of a subnet


def network(section: Section, region: str | None = None) -> ClusterNetwork:
    """The network that the document describes; mistakes go to the section's findings."""
    values = section.tree
    groups = tuple(_lookups(section, "security-groups"))
    ingress = _ingress(section)
    own_group = values.get("security-group", True)
    if "ingress" in values:
        _check_rules_used(section, own_group, bool(groups))
    if "vpc" in values:
        return replace(_existing(section, groups, ingress), own_group=own_group)
    if groups:
        message = "security groups are given, and no VPC"
        section.error(message, "name the groups' VPC too (network.vpc, --vpc)", "security-groups")
    return replace(_new(section, region, groups, ingress), own_group=own_group)


def _check_rules_used(section: Section, own_group: bool, existing: bool) -> None:
    """Ingress rules need a group that is made."""
    message = "ingress rules belong to a new security group"
    if not own_group:
        hint = "leave the rules out, or security-group"
        section.useless(f"{message}, and none is made", hint, "ingress")
    if existing:
        hint = "leave the rules out, or the groups"
        section.useless(f"{message}, and existing ones are given", hint, "ingress")


def _existing(
    section: Section, groups: tuple[VpcResource, ...], ingress: tuple[Rule, ...]
) -> ClusterNetwork:
    values = section.tree
    for key in ONLY_NEW:
        if key in values:
            section.error(
                f"{key} is for a new VPC, and an existing one is given", "keep vpc or " + key, key
            )
    subnets = tuple(_lookups(section, "subnets")) if isinstance(values.get("subnets"), list) else ()
    if not subnets:
        section.error(
            "a VPC is given, and no subnets of it",
            "name its subnets (network.subnets, --subnets)",
            "vpc",
        )
    return ClusterNetwork(
        vpc=_lookup(section, "vpc"), subnets=subnets, groups=groups, ingress=ingress
    )


def _new(
    section: Section, region: str | None, groups: tuple[VpcResource, ...], ingress: tuple[Rule, ...]
) -> ClusterNetwork:
    values = section.tree
    private = bool(values.get("private-subnets"))
    if "nat" in values and not private:
        section.error(
            "nat is for private subnets, and there are none", "add private-subnets: true", "nat"
        )
    zones = _zones(section, region)
    cidr = _range(section, values.get("cidr", DEFAULT_CIDR), "cidr")
    public, private_cidrs = _subnets(section, cidr, len(zones), private)
    return ClusterNetwork(
        cidr=str(cidr or DEFAULT_CIDR),
        public=public,
        private=private_cidrs,
        zones=zones,
        private_subnets=private,
        nat_per_zone=values.get("nat") == "per-zone",
        groups=groups,
        ingress=ingress,
    )


def _zones(section: Section, region: str | None) -> tuple[str, ...]:
    zones = tuple(section.tree.get("zones") or ())
    for index, zone in enumerate(zones):
        if not ZONE.match(zone):
            section.error(
                f'"{zone}" is not an availability zone', "for example us-east-1a", "zones", index
            )
        elif region and not zone.startswith(region):
            section.error(f"zone {zone} is not in region {region}", None, "zones", index)
        elif zones.index(zone) != index:
            section.error(f"zone {zone} is named twice", None, "zones", index)
    return zones


Cidr = ipaddress.IPv4Network
Ranges = tuple[tuple[str, ...], tuple[str, ...]]  # of public and of private subnets


def _range(section: Section, text: object, *path: str | int) -> Cidr | None:
    """An IPv4 range of a VPC or subnet: /16 to /28."""
    try:
        found = Cidr(str(text))
    except ValueError as error:
        section.error(
            f'"{text}" is not an address range: {error}', "for example 10.0.0.0/16", *path
        )
        return None
    if not 16 <= found.prefixlen <= SMALLEST:
        section.error(f"{text}: AWS takes ranges from /16 to /28", None, *path)
        return None
    return found


def _subnets(section: Section, cidr: Cidr | None, zones: int, private: bool) -> Ranges:
    """The ranges of the public and of the private subnets."""
    values = section.tree.get("subnets", zones or FEWEST_ZONES)
    if cidr is None:
        return (), ()
    if not isinstance(values, list):
        return _divided(section, values, cidr, zones)
    if not all(_is_range(entry) for entry in values):
        section.error(
            "subnets are given, and no VPC", "name their VPC too (network.vpc, --vpc)", "subnets"
        )
        return (), ()
    return _given_subnets(section, values, cidr, private)


def _is_range(entry: object) -> bool:
    """Whether an entry of `subnets` is an address range, not an existing subnet."""
    return isinstance(entry, str) and entry[:1].isdecimal()


def _divided(section: Section, count: int, cidr: Cidr, zones: int) -> Ranges:
    """The VPC's range divided among public and private subnets, of 256 addresses at most."""
    if zones > count:
        section.error(
            f"{zones} zones are named for {count} subnets", "one subnet a zone at least", "subnets"
        )
    both = count * 2
    prefix = max(24, cidr.prefixlen + (both - 1).bit_length())
    if prefix > SMALLEST:
        section.error(
            f"{cidr} is too small for {both} subnets", "a larger range: /24 or more", "cidr"
        )
        return (), ()
    names = [str(part) for part in islice(cidr.subnets(new_prefix=prefix), both)]
    return tuple(names[:count]), tuple(names[count:])


def _given_subnets(section: Section, values: Sequence[str], cidr: Cidr, private: bool) -> Ranges:
    """Subnets by their ranges: the first half public and the second private, where private ones are
    wanted."""
    ranges: list[Cidr] = []
    for index, text in enumerate(values):
        found = _range(section, text, "subnets", index)
        if found is not None:
            _check_place(section, found, index, cidr, ranges)
            ranges.append(found)
    if private and len(values) % 2:
        section.error(
            "with private-subnets, list as many private ranges as public ones", None, "subnets"
        )
    half = len(ranges) // 2 if private else len(ranges)
    names = [str(found) for found in ranges]
    return tuple(names[:half]), tuple(names[half:])


def _check_place(
    section: Section, subnet: Cidr, index: int, cidr: Cidr, others: Sequence[Cidr]
) -> None:
    """A subnet is inside the VPC's range and apart from the others."""
    if not subnet.subnet_of(cidr):
        section.error(f"subnet {subnet} is not inside {cidr}", None, "subnets", index)
    for other in others:
        if subnet.overlaps(other):
            section.error(f"subnets {other} and {subnet} overlap", None, "subnets", index)


def _lookups(section: Section, key: str) -> Iterator[VpcResource]:
    for index, values in enumerate(section.tree.get(key) or ()):
        yield lookup_of(values, where(section.root, *section.path, key, index))


def _lookup(section: Section, key: str) -> VpcResource:
    return lookup_of(section.tree[key], where(section.root, *section.path, key))


def _ingress(section: Section) -> tuple[Rule, ...]:
    values = section.tree.get("ingress")
    if values is None:
        return (Rule(80, 80),)
    rules = [_rule(section, index, entry) for index, entry in enumerate(values)]
    return tuple(rule for rule in rules if rule)


def rule_of(entry: object) -> Document:
    """A rule of `ingress` as a mapping; it may be a port alone."""
    return entry if isinstance(entry, dict) else {"port": entry}


def _rule(section: Section, index: int, entry: object) -> Rule | None:
    values = rule_of(entry)
    ports = _ports(section, index, values["port"])
    source = _source(section, index, str(values.get("cidr", ANYWHERE)))
    if ports is None or source is None:
        return None
    return Rule(*ports, source, values.get("protocol", "tcp"), values.get("description"))


def _ports(section: Section, index: int, value: object) -> tuple[int, int] | None:
    """The first and last port of ``80`` or ``8000-8100``."""
    first, _, last = str(value).partition("-")
    last = last or first
    if is_whole(first) and is_whole(last) and int(first) <= int(last) <= HIGHEST_PORT:
        return int(first), int(last)
    path = ("ingress", index, "port")
    section.error(f'"{value}" is not a port', "80, or a range: 8000-8100", *path)
    return None


def _source(section: Section, index: int, text: str) -> str | None:
    """An address range in its normal form; my-ip and security groups as they are."""
    if text == MY_IP or text.startswith("sg-"):
        return text
    try:
        return address_range(text)
    except ValueError as error:
        hint = "for example 203.0.113.0/24, or my-ip"
        message = f'"{text}" is not an address range: {error}'
        section.error(message, hint, "ingress", index, "cidr")
        return None
