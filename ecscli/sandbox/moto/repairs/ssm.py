"""SSM: the parameters of ECS-optimised images are JSON, and every one has its parts.

moto keeps Python dictionaries and knows the parts (image_id, ...) of some paths only.
"""

from __future__ import annotations

import copy
import functools
import json

from moto.ssm.models import Parameter, ParameterDict

ROOT = "/aws/service/ecs/optimized-ami"
#: The region whose images stand in for those of regions that moto has none of.
MODEL = "us-east-1"


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
