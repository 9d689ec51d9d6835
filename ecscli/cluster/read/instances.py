"""What the name of an instance type implies, its processor and whether it has GPUs; and the images
made for them."""

from __future__ import annotations

import re

ARM = re.compile(r"^(?:a1|[a-z]+\d+g[a-z]*)(?:-[a-z0-9]+)?\.")
GPU = re.compile(r"^(?:p|g|gr)\d")
ACCELERATOR = re.compile(r"^(?:inf|trn)\d")
SHAPE = re.compile(r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$")

ARCHITECTURES = ("x86_64", "arm64")
FAMILIES = ("amazon-linux-2023", "amazon-linux-2")
IMAGE = "/aws/service/ecs/optimized-ami/{family}{variant}/recommended/image_id"
VARIANTS = {
    ("x86_64", False): "",
    ("arm64", False): "/arm64",
    ("x86_64", True): "/gpu",
}


def architecture(instance_type: str) -> str:
    """arm64 for Graviton: the letter g behind the generation's digit, as in t4g, c6gn, x2gd, r8gb;
    else x86_64."""
    return "arm64" if ARM.match(instance_type) else "x86_64"


def has_gpu(instance_type: str) -> bool:
    """True for the families p, g and gr."""
    return bool(GPU.match(instance_type))


def has_accelerator(instance_type: str) -> bool:
    """True for Inferentia and Trainium, which need an image of their own."""
    return bool(ACCELERATOR.match(instance_type))


def image_parameter(family: str, arch: str, gpu: bool, accelerator: bool = False) -> str | None:
    """The public SSM parameter that holds the newest image id; None where ECS publishes no such
    image."""
    variant = "/neuron" if accelerator and arch == "x86_64" else VARIANTS.get((arch, gpu))
    return None if variant is None else IMAGE.format(family=family, variant=variant)
