"""Certificates, and the listeners that have more than one."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without


def create_certificate(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags", "DomainValidationOptions")
    tags = site.all_tags(properties)
    found = site.client("acm").request_certificate(**wanted, **({"Tags": tags} if tags else {}))
    return Made(found["CertificateArn"])


def delete_certificate(site: Site, made: Made, properties: Json) -> None:
    site.client("acm").delete_certificate(CertificateArn=made.id)


def add_certificates(site: Site, properties: Json) -> Made:
    site.client("elbv2").add_listener_certificates(
        ListenerArn=properties["ListenerArn"], Certificates=properties["Certificates"]
    )
    return Made(f"{properties['ListenerArn']}-{site.logical_id}")


def remove_certificates(site: Site, made: Made, properties: Json) -> None:
    site.client("elbv2").remove_listener_certificates(
        ListenerArn=properties["ListenerArn"], Certificates=properties["Certificates"]
    )


KINDS = (
    Kind("AWS::CertificateManager::Certificate", create_certificate, delete_certificate),
    Kind("AWS::ElasticLoadBalancingV2::ListenerCertificate", add_certificates, remove_certificates),
)
