"""PURE: the host names of a project -> the certificate that is requested for them, and the records
by which DNS finds the balancer under them.

Sources: AWS::CertificateManager::Certificate (with `HostedZoneId` CloudFormation writes the records
of the validation itself) and AWS::Route53::RecordSet in the CloudFormation reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecscli.base.balanced import request_properties
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.records import record
from ecscli.support.parts import Part, logical_ids

CERTIFICATE = "Certificate"
CERTIFICATE_REF: Document = {"Ref": CERTIFICATE}
CERTIFICATE_KIND = "AWS::CertificateManager::Certificate"
RECORD_KIND = "AWS::Route53::RecordSet"
TYPES = {"A": "", "AAAA": "V6"}  # each with the end of its logical id


@record
class WantedNames:
    """Hosts, each with the id of its hosted zone: those of `requested` get a certificate, and those
    of `recorded` records. `unread`: those of which it is not known whether they have records of
    somebody else."""

    requested: tuple[tuple[str, str], ...] = ()
    recorded: tuple[tuple[str, str], ...] = ()
    unread: tuple[Finding, ...] = ()


def certificate_part(names: WantedNames) -> Part:
    """The certificate, which both balancers may have."""
    if not names.requested:
        return Part()
    properties = request_properties(names.requested)
    return Part({CERTIFICATE: {"Type": CERTIFICATE_KIND, "Properties": properties}})


def records_part(names: WantedNames, dns: object, zone: object) -> Part:
    """The records; `dns` is the name of the balancer, and `zone` the id of the hosted zone that
    its name is in."""
    return Part(dict(_records(names.recorded, {"DNSName": dns, "HostedZoneId": zone})))


def _records(
    recorded: Iterable[tuple[str, str]], target: Document
) -> Iterator[tuple[str, Document]]:
    zones = dict(recorded)
    ids = logical_ids("Record", (host.replace("*", "any") for host in zones))
    for (host, zone), id_ in zip(zones.items(), ids.values(), strict=True):
        for kind, ending in TYPES.items():
            properties = {
                "HostedZoneId": zone,
                "Name": host,
                "Type": kind,
                "AliasTarget": target,
            }
            yield f"{id_}{ending}", {"Type": RECORD_KIND, "Properties": properties}


def recorded_hosts(resources: Mapping[str, Document]) -> set[str]:
    """The hosts of which a stack has records."""
    rows = [one for one in resources.values() if one.get("Type") == RECORD_KIND]
    return {str(one["Properties"]["Name"]) for one in rows}


def are_elsewhere(live: Part, wanted: Part) -> bool:
    """Whether a record that is there is to lead to another balancer."""
    return any(
        one != wanted.resources[id_] for id_, one in lasting_records(live, wanted).resources.items()
    )


def lasting_records(has: Part, needed: Part) -> Part:
    """The records of a stack that are to lead elsewhere, as they are: they follow once the services
    are there."""
    kept = {
        id_: one
        for id_, one in has.resources.items()
        if one.get("Type") == RECORD_KIND and id_ in needed.resources
    }
    return Part(kept)
