"""`load_balancer` of a project, as written -> its balancer; what Elastic Load Balancing does not
take becomes an error.

Sources: CreateLoadBalancer, CreateListener and "Load balancer attributes" in the Elastic Load
Balancing API reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecscli.base.balanced import (
    AUTO,
    CERTIFICATE,
    EVERYONE,
    INTERNAL,
    NONE,
    POLICY,
    REDIRECT,
    REQUEST,
    BalancerTraits,
)
from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.keys.lookups import VpcResource, lookup_of
from ecscli.base.keys.shapes import Reading
from ecscli.base.marks import Map, Seq
from ecscli.compose.params.balancer_keys import OF_PROJECT, SUBNET_WORDS
from ecscli.compose.params.network_settings import sources_of

KEY = "load_balancer"
IDLE = (1, 4000)  # seconds
POLICY_NAME = re.compile(r"[\w-]+")
LOGS = re.compile(r"s3://[a-z0-9.-]{3,63}(/[\w!.*'()/-]+)?")
PREFIX_LIST = re.compile(r"pl-[0-9a-f]{8,17}")


def traits_of(given: Map, findings: Findings) -> BalancerTraits:
    """The balancer itself; all of it has a default."""
    values = Reading(given, Findings()).read(OF_PROJECT, given)
    for name, message, hint in _problems(values):
        findings.error(message, given.keys_at.get(name), hint, f"{KEY}.{name}")
    return BalancerTraits(
        scheme=values.get("scheme", BalancerTraits().scheme),
        ingress=_ingress(given, findings),
        certificate=values.get("certificate", AUTO),
        http=values.get("http", REDIRECT),
        dns=bool(values.get("dns")),
        policy=values.get("ssl_policy", POLICY),
        idle_timeout=values.get("idle_timeout", 60),
        deletion_protection=values.get("deletion_protection", False),
        logs=values.get("access_logs", ""),
    )


def _problems(values: Document) -> Iterator[tuple[str, str, str | None]]:
    """(key, what is wrong, what to do)"""
    certificate = values.get("certificate", AUTO)
    if certificate not in (AUTO, NONE, REQUEST) and not CERTIFICATE.fullmatch(certificate):
        yield (
            "certificate",
            f'"{certificate}" is not an ARN',
            "write an ARN of ACM, auto, request or none",
        )
    low, high = IDLE
    idle = values.get("idle_timeout", low)
    if not low <= idle <= high:
        yield "idle_timeout", f"must be {low} to {high} seconds; it is {idle}", None
    if not POLICY_NAME.fullmatch(values.get("ssl_policy", POLICY)):
        yield "ssl_policy", "is not the name of a policy", f"such as {POLICY}"
    logs = values.get("access_logs")
    if logs is not None and not LOGS.fullmatch(logs):
        yield (
            "access_logs",
            f'"{logs}" is not a place in S3',
            "write s3://BUCKET or s3://BUCKET/PREFIX",
        )


def _ingress(given: Map, findings: Findings) -> tuple[str, ...]:
    items = given.get("ingress")
    if not isinstance(items, Seq):
        return EVERYONE
    hint = "write a range of addresses, such as 10.0.0.0/8, my-ip, or the id of a prefix list"
    return sources_of(items, findings, f"{KEY}.ingress", hint, PREFIX_LIST)


def subnets_of(given: Map) -> tuple[str, tuple[VpcResource, ...]]:
    """The word for the subnets, which the scheme decides where the file has none; or the subnets
    that it names."""
    subnets = given.get("subnets")
    if subnets in SUBNET_WORDS:
        return str(subnets), ()
    if isinstance(subnets, Seq) and subnets:
        return "", tuple(lookup_of(item, mark) for item, mark in subnets.marked())
    return ("private" if given.get("scheme") == INTERNAL else "public"), ()
