"""ClusterSpec and what was looked up -> StackSpec: templates/cluster.yaml with its lists filled in,
and parameters.

The template is parsed, edited by small functions, and written out again; short forms such
as !Ref stay.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from ecscli.base.documents import Draft
from ecscli.base.system import resources
from ecscli.base.yaml import cfn
from ecscli.cluster import dynamic
from ecscli.cluster.model import (
    ClusterSpec,
    Existing,
    StackSpec,
)
from ecscli.cluster.template import capacity, network
from ecscli.cluster.template.balancer import add_balancer, named_certificates
from ecscli.cluster.template.parameters import parameters

TEMPLATE = "templates/cluster.yaml"
SIZES = frozenset({"AsgMinSize", "AsgMaxSize", "AsgDesiredSize"})
METADATA = "ecscli"
BASE64 = "content-base64"
TAGGED_TYPES = frozenset(
    {
        "AWS::EC2::VPC",
        "AWS::EC2::Subnet",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "AWS::IAM::Role",
        "AWS::ECS::CapacityProvider",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::Listener",
    }
)


def as_written(spec: ClusterSpec) -> Existing:
    """The spec's own words where nothing may be looked up, as for `render`."""
    wanted = spec.network
    return Existing(
        vpc=str(wanted.vpc) if wanted.vpc else None,
        subnets=tuple(map(str, wanted.subnets)),
        groups=tuple(map(str, wanted.groups)),
        certificates=named_certificates(spec.balancer),
    )


def needs_stack(spec: ClusterSpec) -> bool:
    """False where nothing is left to make: Fargate in an existing VPC with existing groups."""
    wanted = spec.network
    is_bare = bool(wanted.vpc) and not wanted.makes_group
    return bool(spec.capacity or not is_bare or spec.fargate or spec.balancer)


def stack_spec(spec: ClusterSpec, name: str, found: Existing) -> StackSpec:
    """The stack of a cluster, under the given name."""
    tree, declared = document(spec, found), dict(parameters(spec, found))
    keeps_sizes = spec.capacity is not None and not spec.capacity.size.given
    return StackSpec(
        name=name,
        template_body=cfn.dump(tree),
        parameters={key: declared[key] for key in declared if key in tree["Parameters"]},
        capabilities=("CAPABILITY_IAM",),
        tags=spec.tags,
        keep=SIZES if keeps_sizes else frozenset(),
    )


def document(spec: ClusterSpec, found: Existing) -> Draft:
    """The template of this cluster as a tree, the spec's document in its metadata."""
    tree = cfn.parse(resources.read(TEMPLATE))
    add_balancer(tree, spec, found)
    network.edit_cidrs(tree, spec.network)
    network.edit_subnets(tree, spec.network)
    network.edit_ingress(tree, spec.network, found)
    network.drop_group(tree, spec.network)
    capacity.edit_instances(tree, spec, found)
    capacity.edit_providers(tree, spec)
    _tag(tree, spec.tags)
    if spec.document:
        tree["Metadata"] = {METADATA: {"document": _sealed(dict(spec.document))}}
    return tree


def _tag(tree: Draft, tags: tuple[tuple[str, str], ...]) -> None:
    """The user's tags on everything that takes them; those of the group go to its instances."""
    if not tags:
        return
    pairs = [{"Key": key, "Value": value} for key, value in tags]
    for resource in tree["Resources"].values():
        if resource["Type"] in TAGGED_TYPES:
            resource.setdefault("Properties", {})["Tags"] = pairs
    group = tree["Resources"]["EcsInstanceAsg"]["Properties"]
    named = any(key == "Name" for key, _ in tags)
    before = [] if named else group["Tags"]
    group["Tags"] = before + [{**pair, "PropagateAtLaunch": True} for pair in pairs]


def resources_of(text: str) -> frozenset[str]:
    """The logical ids of a template's resources."""
    return frozenset(cfn.parse(text).get("Resources") or ())


def document_of(text: str) -> Draft | None:
    """The infra document in the metadata of a template that `stack_spec` made; None for any other
    template."""
    kept = (cfn.parse(text).get("Metadata") or {}).get(METADATA) or {}
    found: Draft | None = kept.get("document")
    return None if found is None else _each_user_data(found, _open)


def _sealed(document: Draft) -> Draft:
    """The document as it may stand in a template: user data that CloudFormation would change is
    encoded."""
    return _each_user_data(document, _close)


def _each_user_data(document: Draft, change: Callable[[Draft], Draft]) -> Draft:
    capacity = document.get("capacity") or {}
    if not capacity.get("user-data"):
        return document
    entries = [change(entry) for entry in capacity["user-data"]]
    return {**document, "capacity": {**capacity, "user-data": entries}}


def _close(entry: Draft) -> Draft:
    if not dynamic.has_reference(entry["content"]):
        return entry
    rest = {key: value for key, value in entry.items() if key != "content"}
    return {**rest, BASE64: base64.b64encode(entry["content"].encode()).decode()}


def _open(entry: Draft) -> Draft:
    if BASE64 not in entry:
        return entry
    rest = {key: value for key, value in entry.items() if key != BASE64}
    return {**rest, "content": base64.b64decode(entry[BASE64]).decode()}
