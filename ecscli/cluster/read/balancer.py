"""The `load-balancer` part of the document -> the balancer that the cluster's projects share."""

from __future__ import annotations

from ecscli.base.balanced import (
    AUTO,
    CERTIFICATE,
    HOST,
    INTERNET_FACING,
    LONGEST_HOST,
    NONE,
    REDIRECT,
    REQUEST,
)
from ecscli.base.records import replace
from ecscli.cluster.model import ClusterNetwork, SharedBalancer
from ecscli.cluster.read.section import Section

KEY = "load-balancer"
WORDS = (AUTO, NONE, REQUEST)  # certificates
FEWEST_SUBNETS = 2  # each in a zone of its own


def shared_balancer(document: Section, network: ClusterNetwork) -> SharedBalancer | None:
    """The balancer that the document asks for; mistakes go to its findings."""
    asked = document.tree.get(KEY)
    if asked is None or asked is False:
        return None
    section = document.under(KEY) if isinstance(asked, dict) else replace(document, tree={})
    values = section.tree
    given = values.get("host") or ()
    hosts = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
    found = SharedBalancer(
        certificate=values.get("certificate", AUTO),
        hosts=tuple(host.lower() for host in hosts),
        http=values.get("http", REDIRECT),
        scheme=values.get("scheme", INTERNET_FACING),
    )
    _check(section, found)
    _check_subnets(document, network)
    return found


def _check(section: Section, found: SharedBalancer) -> None:
    for host in found.hosts:
        if len(host) > LONGEST_HOST or not HOST.fullmatch(host):
            section.error(f'"{host}" is not a host name', "such as *.example.com", "host")
    if found.certificate == REQUEST and not found.hosts:
        section.error("no host name to request it for", "give host:", "certificate")
    elif not (found.certificate in WORDS or CERTIFICATE.fullmatch(found.certificate)):
        hint = "write an ARN of ACM, auto, request or none"
        section.error(f'certificate: "{found.certificate}" is not an ARN', hint, "certificate")
    if not found.has_tls and "http" in section.tree:
        message = "http says what port 80 does beside HTTPS, and there is no certificate"
        section.error(message, "leave http out, or give a host: or a certificate", "http")


def _check_subnets(document: Section, network: ClusterNetwork) -> None:
    count = len(network.subnets) if network.vpc else len(network.public)
    zones = len(network.zones) if network.zones and not network.vpc else FEWEST_SUBNETS
    if min(count, zones) < FEWEST_SUBNETS:
        message = "a load balancer needs subnets in two zones, and the network has one"
        document.error(message, "give network.subnets (and zones) two or more", KEY)
