"""The balancer that the projects of a cluster share: templates/cluster-balancer.yaml put into the
cluster's template, its parameters filled in, without what this balancer does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecscli.base.balanced import (
    AUTO,
    INTERNAL,
    NONE,
    REDIRECT,
    REQUEST,
    TO_HTTPS,
    request_properties,
)
from ecscli.base.documents import Draft
from ecscli.base.marks import Tagged
from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.cluster.model import ClusterSpec, Existing, SharedBalancer

FRAGMENT = "templates/cluster-balancer.yaml"
PLAIN, SECURE, INSTANCES = "HttpListener", "HttpsListener", "InstancesFromBalancer"
LISTENERS = (PLAIN, SECURE)  # resources, and the outputs with their ARNs
BALANCER = "LoadBalancer"
FURTHER = "HttpsCertificates"
CERTIFICATE, ZONE = "CertificateArn", "HostedZoneId"  # parameters, where nothing is looked up
REQUESTED = "Certificate"


def add_balancer(tree: Draft, spec: ClusterSpec, found: Existing) -> None:
    """The balancer where the spec has one."""
    if spec.balancer is None:
        return
    certificates = _certificates(tree, spec.balancer, found)
    fragment = cfn.parse(resources.read(FRAGMENT))
    _drop(fragment, _unused(spec, spec.balancer))
    _edit_listeners(fragment, spec.balancer, certificates)
    _edit_conditions(fragment, spec, spec.balancer)
    filled = _filled(fragment, _values(spec, spec.balancer, found, certificates))
    assert isinstance(filled, dict)
    for part in ("Resources", "Outputs"):
        tree[part].update(filled[part])


def named_certificates(balancer: SharedBalancer | None) -> tuple[str, ...]:
    """The certificate that the document names."""
    if balancer is None or balancer.certificate in (AUTO, NONE, REQUEST):
        return ()
    return (balancer.certificate,)


def _certificates(tree: Draft, balancer: SharedBalancer, found: Existing) -> Sequence[object]:
    """The certificates of the HTTPS listener; a parameter where they are not known."""
    if not balancer.has_tls or found.certificates:
        return found.certificates
    if balancer.certificate == REQUEST:
        tree["Resources"][REQUESTED] = _requested(tree, balancer, found)
        return [cfn.ref(REQUESTED)]
    description = "ARN of the certificate of the shared load balancer"
    tree["Parameters"][CERTIFICATE] = {"Type": "String", "Description": description}
    return [cfn.ref(CERTIFICATE)]


def _requested(tree: Draft, balancer: SharedBalancer, found: Existing) -> Draft:
    """A certificate that is requested; the hosted zone is a parameter where it is not known."""
    hosts: Sequence[tuple[str, object]] = found.zones
    if not hosts:
        description = "Hosted zone of the host names of the shared load balancer"
        tree["Parameters"][ZONE] = {"Type": "String", "Description": description}
        hosts = [(host, cfn.ref(ZONE)) for host in balancer.hosts]
    return {
        "Type": "AWS::CertificateManager::Certificate",
        "Properties": request_properties(hosts),
    }


def _unused(spec: ClusterSpec, balancer: SharedBalancer) -> list[str]:
    """The resources that this balancer does not have."""
    unused = []
    if not balancer.has_tls:
        unused.append(SECURE)
    elif balancer.http == NONE:
        unused.append(PLAIN)
    if spec.capacity is None:
        unused.append(INSTANCES)
    return unused


def _drop(fragment: Draft, names: Sequence[str]) -> None:
    for name in names:
        del fragment["Resources"][name]
        fragment["Outputs"].pop(name, None)


def _edit_listeners(
    fragment: Draft, balancer: SharedBalancer, certificates: Sequence[object]
) -> None:
    """What port 80 does, the ports that the group opens, and further certificates."""
    made = fragment["Resources"]
    ports = [made[name]["Properties"]["Port"] for name in LISTENERS if name in made]
    group = made["LoadBalancerSecurityGroup"]["Properties"]
    rules = group["SecurityGroupIngress"]
    group["SecurityGroupIngress"] = [rule for rule in rules if rule["FromPort"] in ports]
    if PLAIN in made and SECURE in made and balancer.http == REDIRECT:
        made[PLAIN]["Properties"]["DefaultActions"] = [TO_HTTPS]
    if certificates[1:]:
        further = [{"CertificateArn": one} for one in certificates[1:]]
        made[FURTHER] = {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerCertificate",
            "Properties": {"ListenerArn": cfn.ref(SECURE), "Certificates": further},
        }


def _edit_conditions(fragment: Draft, spec: ClusterSpec, balancer: SharedBalancer) -> None:
    """On which conditions of the cluster's template the resources depend."""
    made = fragment["Resources"]
    if INSTANCES in made and not spec.network.groups:
        made[INSTANCES]["Condition"] = "OpenBetweenInstances"
    if spec.network.vpc:
        return
    name = "CreatePrivateSubnets" if _is_private(spec, balancer) else "CreateVpcResources"
    outputs = [one for id_, one in fragment["Outputs"].items() if id_ != "LoadBalancerGroup"]
    for one in (*(made[id_] for id_ in (BALANCER, *LISTENERS, FURTHER) if id_ in made), *outputs):
        one["Condition"] = name
    made[BALANCER]["DependsOn"] = "AttachGateway"  # without it EC2 takes no public balancer


def _values(
    spec: ClusterSpec, balancer: SharedBalancer, found: Existing, certificates: Sequence[object]
) -> Mapping[str, object]:
    """What stands in the cluster's template for the parameters of the fragment."""
    own = Tagged("!GetAtt", "EcsSecurityGroup.GroupId")
    vpc = Tagged("!If", ["CreateVpcResources", cfn.ref("Vpc"), cfn.ref("VpcId")])
    return {
        "BalancerVpc": vpc,
        "BalancerSubnets": list(found.subnets) or _new_subnets(spec, balancer),
        "BalancerScheme": balancer.scheme,
        "BalancerCertificate": next(iter(certificates), ""),
        "InstancesGroup": next(iter(found.groups), own),
    }


def _new_subnets(spec: ClusterSpec, balancer: SharedBalancer) -> list[Tagged]:
    """The first two subnets of a new VPC; further ones take their places with those of the
    instances."""
    kind = "PrivSubnetAz" if _is_private(spec, balancer) else "PubSubnetAz"
    return [cfn.ref(f"{kind}{number}") for number in (1, 2)]


def _is_private(spec: ClusterSpec, balancer: SharedBalancer) -> bool:
    return balancer.scheme == INTERNAL and spec.network.private_subnets


def _filled(tree: object, values: Mapping[str, object]) -> object:
    """The tree with these values in place of the parameters."""
    if isinstance(tree, Tagged):
        if tree.tag == "!Ref" and tree.value in values:
            return values[str(tree.value)]
        return Tagged(tree.tag, _filled(tree.value, values))
    if isinstance(tree, dict):
        return {key: _filled(value, values) for key, value in tree.items()}
    return [_filled(value, values) for value in tree] if isinstance(tree, list) else tree
