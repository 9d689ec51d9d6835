"""`network` of ecs-params or `x-ecs` as written -> where the tasks of a project in layout services
run, and who may reach them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.addresses import MY_IP, address_range
from ecscli.base.findings import Findings
from ecscli.base.keys.lookups import VpcResource, lookup_of
from ecscli.base.marks import Map, Raw, Seq
from ecscli.base.records import record
from ecscli.compose.params.keys import SUBNET_WORDS

EVERYONE = "0.0.0.0/0"
INGRESS = "ingress"


@record
class NetworkSettings:
    """`word`: one of SUBNET_WORDS in place of `subnets`. `ingress` None: nothing is given, so that
    published ports are open to everyone, but for those of data stores."""

    vpc: VpcResource | None = None
    subnets: tuple[VpcResource, ...] = ()
    word: str = ""
    security_groups: tuple[VpcResource, ...] = ()
    ingress: tuple[str, ...] | None = None


def network_settings(given: Map, findings: Findings) -> NetworkSettings:
    """The settings; what is no CIDR becomes an error."""
    subnets = given.get("subnets")
    word = subnets if subnets in SUBNET_WORDS else ""
    vpc = given.get("vpc")
    return NetworkSettings(
        vpc=lookup_of(vpc, given.keys_at.get("vpc")) if _names_something(vpc) else None,
        subnets=() if word else _lookups(subnets),
        word=str(word),
        security_groups=_lookups(given.get("security_groups")),
        ingress=ingress_of(given.get(INGRESS), findings, f"network.{INGRESS}"),
    )


def _lookups(items: Raw) -> tuple[VpcResource, ...]:
    if not isinstance(items, Seq):
        return ()
    return tuple(lookup_of(item, mark) for item, mark in items.marked() if _names_something(item))


def _names_something(value: Raw) -> bool:
    """Whether a value has the form of LOOKUP; anything else has a finding of its own."""
    if not isinstance(value, Map):
        return isinstance(value, str) and value != ""
    tag = value.get("tag")
    return isinstance(tag, Map) and len(tag) == 1


def ingress_of(items: Raw, findings: Findings, key: str) -> tuple[str, ...] | None:
    """The CIDRs, and MY_IP as it is; None where nothing is given. What is neither becomes an error
    about `key`."""
    if not isinstance(items, Seq):
        return None
    hint = "write a range of addresses, such as 10.0.0.0/8 or 2001:db8::/32, or my-ip"
    return sources_of(items, findings, key, hint)


def sources_of(
    items: Seq, findings: Findings, key: str, hint: str, others: re.Pattern[str] | None = None
) -> tuple[str, ...]:
    """The CIDRs in their normal form, each once, and MY_IP and the texts of the form `others` as
    they are; anything else becomes an error about `key`."""
    return tuple(dict.fromkeys(_sources(items, findings, key, hint, others)))


def _sources(
    items: Seq, findings: Findings, key: str, hint: str, others: re.Pattern[str] | None
) -> Iterator[str]:
    for item, mark in items.marked():
        text = str(item)
        if text == MY_IP or (others is not None and others.fullmatch(text)):
            yield text
        else:
            try:
                yield address_range(text)
            except ValueError as error:
                findings.error(str(error), mark, hint, key)
