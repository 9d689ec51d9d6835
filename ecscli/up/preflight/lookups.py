"""READS: one kind of named things each -> a finding for every one that does not exist or fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.aws.image_reference import REGISTRY, Reference, parse_reference
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, Finding, InputError
from ecscli.up.preflight.named import Named

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Findings = Iterator[Finding]
# Protocols of target groups whose targets take UDP packets, and those that take either
UDP, EITHER = ("UDP", "QUIC"), ("TCP_UDP", "TCP_QUIC", "GENEVE")


def _refused(error: AwsError) -> bool:
    """Whether AWS does not have it, or does not take the name for one."""
    is_malformed = error.code == "ValidationError" or error.code.endswith(".Malformed")
    return missing(error) or is_malformed or error.code.endswith("NotFound")


def _found(aws: Aws, service: str, operation: str, **query: object) -> Draft | None:
    """The answer; None for what does not exist."""
    try:
        return aws.call(service, operation, **query)
    except AwsError as error:
        if not _refused(error):
            raise
        return None


# -------------------------------------------------------------------------- load balancers


def target_groups(aws: Aws, named: Named) -> Findings:
    """Each target group exists, belongs to a load balancer, and takes the tasks and the port."""
    rows = [row for row in named.balancers if row.get("targetGroupArn")]
    for findings in aws.together(*(partial(_target_group, aws, named, row) for row in rows)):
        yield from findings


def _target_group(aws: Aws, named: Named, row: Document) -> list[Finding]:
    arn = str(row["targetGroupArn"])
    answer = _found(aws, "elbv2", "describe_target_groups", TargetGroupArns=[arn])
    groups = (answer or {}).get("TargetGroups") or ()
    if not groups:
        hint = "`aws elbv2 describe-target-groups` lists those of the region"
        return [Finding(f"there is no target group {arn} in {aws.region}", None, hint)]
    return [*_unfit_group(groups[0], row, named)]


def _unfit_group(group: Document, row: Document, named: Named) -> Findings:
    name = f"target group {group.get('TargetGroupName')}"
    if not group.get("LoadBalancerArns"):
        hint = "add a listener that forwards to it"
        yield Finding(f"{name} belongs to no load balancer", None, hint)
    kind, mode = group.get("TargetType", "instance"), named.network_mode or "bridge"
    needed = "ip" if mode == "awsvpc" else "instance"
    if kind != needed:
        message = f"{name} has target type {kind}, and network mode {mode} needs {needed}"
        yield Finding(message, None, f"use a target group of target type {needed}")
    port = named.ports.get((row["containerName"], row["containerPort"]))
    protocol = str(group.get("Protocol"))
    takes = "udp" if protocol in UDP else "tcp"
    if port and protocol not in EITHER and port != takes:
        subject = f"port {row['containerPort']} of container {row['containerName']} is {port}"
        yield Finding(f"{name} has protocol {protocol}, and {subject}")


def classic_balancers(aws: Aws, named: Named) -> Findings:
    """Each Classic Load Balancer exists."""
    for row in named.balancers:
        name = row.get("loadBalancerName")
        query = {"LoadBalancerNames": [name]}
        if name and _found(aws, "elb", "describe_load_balancers", **query) is None:
            yield Finding(f"there is no Classic Load Balancer {name} in {aws.region}")


# ------------------------------------------------------------------------ roles and images


def roles(aws: Aws, named: Named) -> Findings:
    """Each role exists; ECS takes only those of the account itself."""
    answers = aws.together(*(partial(_role, aws, role) for role in named.roles))
    for role, answer in zip(named.roles, answers, strict=True):
        if answer is None:
            hint = "`aws iam list-roles` lists those of the account"
            yield Finding(f"there is no role {role}", None, hint)


def _role(aws: Aws, role: str) -> Draft | None:
    return _found(aws, "iam", "get_role", RoleName=role.rsplit("/", 1)[-1])


def images(aws: Aws, named: Named) -> Findings:
    """Each image in a private ECR registry exists."""
    private = [name for name in named.images if REGISTRY.fullmatch(name.partition("/")[0])]
    for findings in aws.together(*(partial(_image, aws, name) for name in private)):
        yield from findings


def _image(aws: Aws, name: str) -> list[Finding]:
    try:
        image = parse_reference(name, digest_allowed=True)
    except InputError as error:
        return list(error.findings)
    there = aws.elsewhere(str(image.region))
    query = {"registryId": image.account, "repositoryName": image.repository}
    if _found(there, "ecr", "describe_images", **query, imageIds=[_image_id(image)]) is None:
        hint = "`ecscli push` or --build puts it there"
        return [Finding(f"there is no image {name} in ECR", None, hint)]
    return []


def _image_id(image: Reference) -> dict[str, str]:
    if image.digest:
        return {"imageDigest": image.digest}
    return {"imageTag": image.tag or "latest"}


def log_groups(aws: Aws, named: Named) -> Findings:
    """Each log group exists: a container whose log driver lacks its group does not start."""
    for name, region in named.log_groups:
        there = aws.elsewhere(region or aws.region)
        query = {"logGroupNamePrefix": name}
        rows = there.pages("logs", "describe_log_groups", "logGroups", **query)
        if all(row["logGroupName"] != name for row in rows):
            hint = "make it with --create-log-groups"
            yield Finding(f"there is no log group {name} in {region or aws.region}", None, hint)


# ------------------------------------------------------------------------ network and cluster


def network(aws: Aws, named: Named) -> Findings:
    """The subnets and security groups exist, and are of one VPC."""
    subnets, groups = aws.together(
        partial(_rows, aws, "subnets", "Subnets", "SubnetIds", named.subnets),
        partial(_rows, aws, "security_groups", "SecurityGroups", "GroupIds", named.security_groups),
    )
    vpcs: dict[str, str] = {}
    for rows, key in ((subnets, "SubnetId"), (groups, "GroupId")):
        for row in rows:
            if isinstance(row, Finding):
                yield row
            else:
                vpcs.setdefault(str(row.get("VpcId")), str(row[key]))
    if len(vpcs) > 1:
        places = ", ".join(f"{id_} is in {vpc}" for vpc, id_ in vpcs.items())
        yield Finding(f"subnets and security groups must be of one VPC: {places}")


def _rows(
    aws: Aws, kind: str, key: str, parameter: str, ids: tuple[str, ...]
) -> list[Document | Finding]:
    if not ids:
        return []
    try:
        answer = aws.call("ec2", f"describe_{kind}", **{parameter: list(ids)})
    except AwsError as error:
        if not _refused(error):
            raise
        return [Finding(error.message, None, f"`aws ec2 describe-{kind.replace('_', '-')}`")]
    return list(answer.get(key, ()))


def capacity_providers(aws: Aws, named: Named) -> Findings:
    """Each capacity provider is one of the cluster's."""
    if not named.providers:
        return
    answer = aws.call("ecs", "describe_clusters", clusters=[named.cluster])
    known = [name for one in answer.get("clusters", ()) for name in one["capacityProviders"]]
    for name in named.providers:
        if name not in known:
            hint = (
                f"it has {', '.join(known)}"
                if known
                else "`aws ecs put-cluster-capacity-providers`"
            )
            yield Finding(f"cluster {named.cluster} has no capacity provider {name}", None, hint)


def namespace(aws: Aws, named: Named) -> Findings:
    """The namespace that is named by its id exists, and is of its kind."""
    wanted = named.namespace
    if wanted is None or not wanted.id:
        return
    kind = "private" if wanted.private else "public"
    answer = _found(aws, "servicediscovery", "get_namespace", Id=wanted.id)
    if answer is None:
        yield Finding(f"there is no namespace {wanted.id} in {aws.region}")
    elif answer["Namespace"].get("Type") != f"DNS_{kind.upper()}":
        found = answer["Namespace"].get("Type")
        yield Finding(f"namespace {wanted.id} has type {found}, not DNS_{kind.upper()}")
