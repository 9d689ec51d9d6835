"""The images of tasks, brought into the engine: from the sandbox's own registry in the place of
ECR's, else from wherever they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.registry.tokens import USER, password

if TYPE_CHECKING:
    from docker import DockerClient

#: An image in ECR: the account, the region, and what follows the host.
IN_ECR = re.compile(r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(.+)")


class Images:
    """The images of an engine; `registry` is HOST:PORT of the sandbox's."""

    def __init__(self, engine: DockerClient, registry: str) -> None:
        self.engine, self.registry = engine, registry

    def bring(self, image: str, ecs: Ecs) -> str:
        """The name under which the engine has an image of a task, after it was pulled if need be.
        What is in the sandbox's registry is always asked for: a tag may have moved."""
        if image.startswith(f"{self.registry}/"):
            return self._pull_own(image, ecs.account, ecs.region)
        if self._has(image):
            return image
        found = IN_ECR.fullmatch(image)
        if found is not None:
            account, region, path = found.groups()
            return self._pull_own(f"{self.registry}/{path}", account, region)
        self.engine.images.pull(tagged(image))
        return image

    def _has(self, image: str) -> bool:
        from docker.errors import ImageNotFound

        try:
            self.engine.images.get(image)
        except ImageNotFound:
            return False
        return True

    def _pull_own(self, image: str, account: str, region: str) -> str:
        login = {"username": USER, "password": password(account, region)}
        self.engine.images.pull(tagged(image), auth_config=login)
        return image


def tagged(image: str) -> str:
    """An image with its tag, which is `latest` without one; all tags would be pulled else."""
    is_complete = ":" in image.rpartition("/")[2] or "@" in image
    return image if is_complete else f"{image}:latest"
