"""Certificates, and the listeners that have more than one."""

from __future__ import annotations

import secrets

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without


def create_certificate(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags", "DomainValidationOptions")
    tags = site.all_tags(properties)
    found = site.client("acm").request_certificate(**wanted, **({"Tags": tags} if tags else {}))
    return Made(found["CertificateArn"])


def stable_certificate(site: Site, made: Made, properties: Json) -> Made | None:
    """A certificate once it is issued. By DNS that needs a record for each name, which
    CloudFormation makes only in a hosted zone that the template names."""
    options = properties.get("DomainValidationOptions") or []
    zones = {one["DomainName"]: one.get("HostedZoneId") for one in options}
    names = [properties["DomainName"], *(properties.get("SubjectAlternativeNames") or [])]
    by_dns = properties.get("ValidationMethod") == "DNS"
    if by_dns and not all(zones.get(name) for name in names):
        return None
    found = site.client("acm").describe_certificate(CertificateArn=made.id)["Certificate"]
    for one in found["DomainValidationOptions"] if by_dns else ():
        write_validation(site, zones[one["DomainName"]], one["ResourceRecord"])
    return made if found["Status"] == "ISSUED" else None


def write_validation(site: Site, zone: str, record: Json) -> None:
    """The record by which a name is validated. It stays when the certificate goes."""
    rows = [{"Value": record["Value"]}]
    wanted = {**record, "TTL": 300, "ResourceRecords": rows}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": without(wanted, "Value")}]}
    site.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def delete_certificate(site: Site, made: Made, properties: Json) -> None:
    site.client("acm").delete_certificate(CertificateArn=made.id)


def add_certificates(site: Site, properties: Json) -> Made:
    name = f"{properties['ListenerArn']}|{secrets.token_hex(6)}"
    set_certificates(site, properties["ListenerArn"], {}, properties)
    return Made(name, {"Id": name})


def update_certificates(site: Site, made: Made, old: Json, new: Json) -> Made:
    set_certificates(site, new["ListenerArn"], old, new)
    return made


def remove_certificates(site: Site, made: Made, properties: Json) -> None:
    set_certificates(site, properties["ListenerArn"], properties, {})


def set_certificates(site: Site, listener: str, old: Json, new: Json) -> None:
    """The certificates of a listener beside its default one; the API takes one at a time."""
    elb = site.client("elbv2")
    before, after = old.get("Certificates") or [], new.get("Certificates") or []
    for one in after:
        if one not in before:
            elb.add_listener_certificates(ListenerArn=listener, Certificates=[one])
    for one in before:
        if one not in after:
            elb.remove_listener_certificates(ListenerArn=listener, Certificates=[one])


KINDS = (
    Kind(
        "AWS::CertificateManager::Certificate",
        create_certificate,
        delete_certificate,
        stable=stable_certificate,
    ),
    Kind(
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        add_certificates,
        remove_certificates,
        update_certificates,
        frozenset({"ListenerArn"}),
    ),
)
