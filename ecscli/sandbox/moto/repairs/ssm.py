"""SSM: the parameters of ECS-optimised images are JSON, and every one has its parts; values are as
long as their tier allows.

moto keeps Python dictionaries and knows the parts (image_id, ...) of some paths only.
"""

from __future__ import annotations

import copy
import functools
import json

from moto.ssm.exceptions import ValidationException
from moto.ssm.models import Parameter, ParameterDict, SimpleSystemManagerBackend

ROOT = "/aws/service/ecs/optimized-ami"
#: The region whose images stand in for those of regions that moto has none of.
MODEL = "us-east-1"
STANDARD, ADVANCED = "Standard", "Advanced"
#: Bytes of a value, by tier.
LARGEST = {STANDARD: 4096, ADVANCED: 8192}


def repair() -> None:
    original = ParameterDict._load_tree_parameters
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def load(self: ParameterDict, path: str) -> None:
        original(self, path)
        if path.startswith("ecs/"):
            if not any(name.startswith(ROOT) for name in dict.keys(self)):
                original(self, f"ecs/optimized_amis/{MODEL}.json")
            complete(self)

    ParameterDict._load_tree_parameters = load
    bound_sizes()


def bound_sizes() -> None:
    """Refuse values that are too long, and the way back to the standard tier."""
    original = SimpleSystemManagerBackend.put_parameter

    @functools.wraps(original)
    def put_parameter(
        self: SimpleSystemManagerBackend,
        name: str,
        description: str,
        value: str,
        *args: object,
        **given: object,
    ) -> Parameter:
        check_size(self._parameters[name], value or "", given.get("tier"))
        return original(self, name, description, value, *args, **given)

    SimpleSystemManagerBackend.put_parameter = put_parameter


def check_size(versions: list[Parameter], value: str, tier: object) -> None:
    """Raise what SSM answers to a value that the tier of its parameter does not take."""
    before = versions[-1].tier if versions else STANDARD
    tier = str(tier or before)
    if tier == STANDARD and before == ADVANCED:
        raise ValidationException(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from"
            " the advanced-parameter tier to the standard-parameter tier."
        )
    if tier in LARGEST and len(value.encode()) > LARGEST[tier]:
        raise ValidationException(
            f"Parameter value can't exceed the maximum length of {LARGEST[tier]} bytes."
        )


def complete(parameters: ParameterDict) -> None:
    """Write dictionaries as JSON and add the parts that are missing."""
    for name in [name for name in dict.keys(parameters) if name.startswith(ROOT)]:
        versions = dict.__getitem__(parameters, name)
        for one in versions:
            if isinstance(one.value, dict):
                add_parts(parameters, one)
                one.value = json.dumps(one.value)


def add_parts(parameters: ParameterDict, parameter: Parameter) -> None:
    for key, value in parameter.value.items():
        name = f"{parameter.name}/{key}"
        if name not in dict.keys(parameters):
            part = copy.copy(parameter)
            part.name, part.value = name, str(value)
            dict.__setitem__(parameters, name, [part])
