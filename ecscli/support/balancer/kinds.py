"""PURE: what application and network load balancers have alike in a template."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.base.balanced import BalancerTraits
from ecscli.base.documents import Document, Draft

ELB = "AWS::ElasticLoadBalancingV2::"
BALANCER_KIND, LISTENER, RULE = f"{ELB}LoadBalancer", f"{ELB}Listener", f"{ELB}ListenerRule"

PREFIX = "TargetGroup"  # of outputs and logical ids
DIGITS = 6  # of the hash in the logical id of a target group


def further_certificates(listener: str, certificates: Sequence[str | Document]) -> Document:
    """Those of a listener beside its own, which is the first of them."""
    more = [{"CertificateArn": arn} for arn in certificates[1:]]
    properties = {"ListenerArn": {"Ref": listener}, "Certificates": more}
    return {"Type": f"{ELB}ListenerCertificate", "Properties": properties}


def logs_of(traits: BalancerTraits) -> Draft:
    """The attributes of access logs."""
    found: Draft = {"access_logs.s3.enabled": str(bool(traits.logs)).lower()}
    if traits.logs:
        bucket, _, prefix = traits.logs.removeprefix("s3://").partition("/")
        found["access_logs.s3.bucket"] = bucket
        if prefix:
            found["access_logs.s3.prefix"] = prefix.rstrip("/")
    return found
