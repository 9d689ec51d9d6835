"""Which images ECR has: names with a tag -> their digests; and the host of the registry that they
are in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.errors import missing
from ecscli.aws.image_reference import Reference
from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import record
from ecscli.registry.login import login

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)
ACCOUNT, REGION = "<account>", "<region>"  # where they are not known


def future_host(reference: Reference, account: str | None, region: str | None) -> str:
    """The host of a reference's registry in ECR; what is not known has a place."""
    account = reference.account or account or ACCOUNT
    region = reference.region or region or REGION
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{account}.dkr.ecr.{region}.{suffix}"


def registry_hosts(aws: Aws) -> Callable[[Reference], str]:
    """The hosts of references, once the account is known; in the sandbox that of the registry that
    stands in for ECR's, where there is one."""
    local = _sandbox_host(aws)
    account = "" if local else aws.account()
    return lambda reference: local or future_host(reference, account, aws.region)


def _sandbox_host(aws: Aws) -> str:
    if not aws.settings.sandbox_url:
        return ""
    try:
        return login(aws).host
    except InputError:  # nothing can be pushed there, and plans need no registry
        return ""


@record
class Stock:
    """The digests of images by their names, and the names whose repositories do not exist."""

    digests: Mapping[Reference, str]
    homeless: frozenset[Reference] = frozenset()


def look_up(aws: Aws, references: Iterable[Reference]) -> Stock:
    """What ECR has of these."""
    asked = list(references)
    digests = aws.together(*(partial(_digest, aws, reference) for reference in asked))
    found = dict(zip(asked, digests, strict=True))
    return Stock(
        {reference: digest for reference, digest in found.items() if digest},
        frozenset(reference for reference, digest in found.items() if digest is None),
    )


def _digest(aws: Aws, reference: Reference) -> str | None:
    """The digest of an image, empty where there is no such tag; None without its repository."""
    query: Draft = {
        "repositoryName": reference.repository,
        "imageIds": [{"imageTag": reference.tag}],
        "acceptedMediaTypes": [*MANIFESTS],
    }
    if reference.account:
        query["registryId"] = reference.account
    try:
        answer = aws.elsewhere(reference.region).call("ecr", "batch_get_image", **query)
    except AwsError as error:
        if not missing(error):
            raise
        return None
    images = answer.get("images") or ()
    return str(images[0]["imageId"]["imageDigest"]) if images else ""
