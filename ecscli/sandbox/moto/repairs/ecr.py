"""ECR: DescribeImages filters by tag status as ListImages does, and an image's size is that of its
layers.

moto ignores the filter, and gives the size of the image's configuration.
"""

from __future__ import annotations

import copy
import json

from moto.core.responses import ActionResult
from moto.ecr.models import Image
from moto.ecr.responses import ECRResponse


def repair() -> None:
    Image.get_image_size_in_bytes = size_of
    ECRResponse.describe_images = describe_images


def size_of(self: Image) -> int | None:
    """The bytes of the layers; nothing for a manifest without any, as an index of images."""
    layers = json.loads(self.image_manifest).get("layers")
    return None if layers is None else sum(layer.get("size", 0) for layer in layers)


def describe_images(self: ECRResponse) -> ActionResult:
    name, registry = self._get_param("repositoryName"), self._get_param("registryId")
    found = self.ecr_backend.describe_images(name, registry, self._get_param("imageIds"))
    status = self._get_param("filter", {}).get("tagStatus", "ANY")
    return ActionResult({"imageDetails": [shown(one) for one in found if is_listed(one, status)]})


def is_listed(image: Image, status: str) -> bool:
    """Whether an image has the tag status TAGGED, UNTAGGED or ANY."""
    return status == "ANY" or bool(image.image_tags) == (status == "TAGGED")


def shown(image: Image) -> Image:
    """An image as it is described: without `imageTags` where it has none."""
    shown_image = copy.copy(image)
    if not image.image_tags:
        del shown_image.image_tags
    return shown_image
