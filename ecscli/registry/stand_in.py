"""The registry on this machine in place of ECR's: what is pushed there is registered in the
sandbox's ECR.

ECR notices a push by itself. Here the image goes one way and the API another, so the manifest is
carried over.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.registry.login import RegistryLogin

MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)
PATIENCE = 10  # seconds for a registry on this machine


def register_image(aws: Aws, login: RegistryLogin, repository: str, tag: str) -> str | None:
    """Put the image that the registry has under this tag into the sandbox's ECR; why it cannot be,
    or None."""
    try:
        manifest, kind = _manifest(login, repository, tag)
    except (OSError, ValueError) as error:
        return (
            f"`ecscli images` will not list it: the registry does not show its manifest ({error})"
        )
    image = {"repositoryName": repository, "imageTag": tag, "imageDigest": _digest(manifest)}
    try:
        aws.call("ecr", "put_image", **image, imageManifest=manifest, imageManifestMediaType=kind)
    except AwsError as error:
        if error.code != "ImageAlreadyExistsException":
            raise
    return None


def _digest(manifest: str) -> str:
    return f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"


def _manifest(login: RegistryLogin, repository: str, tag: str) -> tuple[str, str]:
    """The manifest as the registry has it, byte by byte since its digest depends on that, and its
    media type."""
    granted = base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
    request = urllib.request.Request(
        f"http://{login.host}/v2/{repository}/manifests/{tag}",
        headers={"Authorization": f"Basic {granted}", "Accept": ", ".join(MANIFESTS)},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=PATIENCE) as answer:
        return answer.read().decode(), str(answer.headers.get_content_type())
