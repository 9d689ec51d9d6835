"""READS: what a task definition names -> a finding for every role, image, log group, secret and
file of variables that does not exist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches
from ecscli.aws.image_reference import REGISTRY, Reference, parse_reference
from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.reading import Look, found

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

MOST_PARAMETERS = 10  # of one GetParameters
ARN_PARTS = 7  # of a secret's ARN; what follows chooses a key and a version of it


def roles(aws: Aws, named: Named) -> Look:
    """Each role exists; ECS takes only those of the account itself."""
    answers = aws.together(*(partial(_role, aws, role) for role in named.roles))
    for role, answer in zip(named.roles, answers, strict=True):
        if answer is None:
            hint = "`aws iam list-roles` lists those of the account"
            yield Finding(f"there is no role {role}", None, hint)


def _role(aws: Aws, role: str) -> Draft | None:
    return found(aws, "iam", "get_role", RoleName=role.rsplit("/", 1)[-1])


# ---------------------------------------------------------------------------------- images


def images(aws: Aws, named: Named) -> Look:
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
    if found(there, "ecr", "describe_images", **query, imageIds=[_image_id(image)]) is None:
        hint = "`ecscli push` or --build puts it there"
        return [Finding(f"there is no image {name} in ECR", None, hint)]
    return []


def _image_id(image: Reference) -> dict[str, str]:
    if image.digest:
        return {"imageDigest": image.digest}
    return {"imageTag": image.tag or "latest"}


# ------------------------------------------------------- what containers need at their start


def log_groups(aws: Aws, named: Named) -> Look:
    """Each log group exists: a container whose log driver lacks its group does not start."""
    for name, region in named.log_groups:
        there = aws.elsewhere(region or aws.region)
        query = {"logGroupNamePrefix": name}
        rows = there.pages("logs", "describe_log_groups", "logGroups", **query)
        if all(row["logGroupName"] != name for row in rows):
            hint = "make it with --create-log-groups"
            yield Finding(f"there is no log group {name} in {region or aws.region}", None, hint)


def secrets(aws: Aws, named: Named) -> Look:
    """Each secret of Secrets Manager exists and is not about to be deleted; no value is read."""
    for findings in aws.together(*(partial(_secret, aws, secret) for secret in named.secrets)):
        yield from findings


def _secret(aws: Aws, secret: str) -> list[Finding]:
    region, name, id_ = _parts(aws, secret)
    answer = found(aws.elsewhere(region), "secretsmanager", "describe_secret", SecretId=id_)
    if answer is None:
        hint = "`aws secretsmanager list-secrets` lists those of the region"
        return [Finding(f"there is no secret {name} in {region}", None, hint)]
    if answer.get("DeletedDate"):
        hint = f"`aws secretsmanager restore-secret --secret-id {id_}` keeps it"
        return [Finding(f"secret {name} is scheduled for deletion", None, hint)]
    return []


def _parts(aws: Aws, secret: str) -> tuple[str, str, str]:
    """Region, name and id of a secret by its ARN or its name."""
    parts = secret.split(":")
    if len(parts) < ARN_PARTS:
        return aws.region, secret, secret
    return parts[3], parts[6], ":".join(parts[:ARN_PARTS])


def parameters(aws: Aws, named: Named) -> Look:
    """Each SSM parameter exists, by name or ARN; a SecureString is not decrypted."""
    by_region: dict[str, list[str]] = {}
    for name in named.parameters:
        region = name.split(":")[3] if name.startswith("arn:") else aws.region
        by_region.setdefault(region, []).append(name)
    for region, names in by_region.items():
        for lot in batches(names, MOST_PARAMETERS):
            answer = aws.elsewhere(region).call("ssm", "get_parameters", Names=lot)
            for name in answer.get("InvalidParameters", ()):
                hint = "`aws ssm describe-parameters` lists those of the region"
                yield Finding(f"there is no SSM parameter {name} in {region}", None, hint)


def objects(aws: Aws, named: Named) -> Look:
    """Each S3 object that the agent reads exists, by its ARN."""
    for findings in aws.together(*(partial(_object, aws, arn) for arn in named.objects)):
        yield from findings


def _object(aws: Aws, arn: str) -> list[Finding]:
    bucket, _, key = arn.split(":", 5)[-1].partition("/")
    query = {"Bucket": bucket, "Prefix": key, "MaxKeys": 1}
    answer = found(aws, "s3", "list_objects_v2", **query)
    if answer is None:
        return [Finding(f"there is no S3 bucket {bucket}", None, "`aws s3 ls` lists yours")]
    keys = [row["Key"] for row in answer.get("Contents", ())]
    if key not in keys:
        hint = f"`aws s3 ls s3://{bucket}/` lists what there is"
        return [Finding(f"there is no object {key} in S3 bucket {bucket}", None, hint)]
    return []
