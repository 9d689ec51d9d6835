"""What tasks write to and are made of: log groups and image repositories."""

from __future__ import annotations

import json

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site


def create_log_group(site: Site, properties: Json) -> Made:
    name = site.name(properties, "LogGroupName", 512)
    tags = {one["Key"]: one["Value"] for one in site.all_tags(properties)}
    logs = site.client("logs")
    logs.create_log_group(logGroupName=name, **({"tags": tags} if tags else {}))
    set_retention(site, name, properties)
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    return Made(name, {"Arn": group["arn"]})


def set_retention(site: Site, name: str, properties: Json) -> None:
    days = properties.get("RetentionInDays")
    if days:
        site.client("logs").put_retention_policy(logGroupName=name, retentionInDays=int(days))
    else:
        site.client("logs").delete_retention_policy(logGroupName=name)


def update_log_group(site: Site, made: Made, old: Json, new: Json) -> Made:
    set_retention(site, made.id, new)
    return made


def delete_log_group(site: Site, made: Made, properties: Json) -> None:
    site.client("logs").delete_log_group(logGroupName=made.id)


def create_repository(site: Site, properties: Json) -> Made:
    name = site.name(properties, "RepositoryName", 256).lower()
    mutability = properties.get("ImageTagMutability", "MUTABLE")
    found = site.client("ecr").create_repository(
        repositoryName=name, imageTagMutability=mutability, tags=site.all_tags(properties)
    )["repository"]
    set_lifecycle(site, name, properties)
    return Made(name, {"Arn": found["repositoryArn"], "RepositoryUri": found["repositoryUri"]})


def set_lifecycle(site: Site, name: str, properties: Json) -> None:
    policy = (properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText")
    if policy:
        text = policy if isinstance(policy, str) else json.dumps(policy)
        site.client("ecr").put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=text)


def update_repository(site: Site, made: Made, old: Json, new: Json) -> Made:
    mutability = new.get("ImageTagMutability", "MUTABLE")
    site.client("ecr").put_image_tag_mutability(
        repositoryName=made.id, imageTagMutability=mutability
    )
    set_lifecycle(site, made.id, new)
    return made


def delete_repository(site: Site, made: Made, properties: Json) -> None:
    """AWS refuses a repository with images, unless EmptyOnDelete is true."""
    force = str(properties.get("EmptyOnDelete", "")).lower() == "true"
    site.client("ecr").delete_repository(repositoryName=made.id, force=force)


KINDS = (
    Kind(
        "AWS::Logs::LogGroup",
        create_log_group,
        delete_log_group,
        update_log_group,
        frozenset({"LogGroupName"}),
    ),
    Kind(
        "AWS::ECR::Repository",
        create_repository,
        delete_repository,
        update_repository,
        frozenset({"RepositoryName", "EncryptionConfiguration"}),
    ),
)
