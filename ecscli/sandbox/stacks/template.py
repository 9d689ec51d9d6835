"""A template's text in, its parsed document out: JSON, YAML, short forms of functions, and the
checks of its shape."""

from __future__ import annotations

from typing import Any

import yaml

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

LARGEST = 51_200
SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Transform",
    "Resources",
    "Outputs",
}
WITHOUT_FN = {"Ref", "Condition"}


def validation(message: str) -> ApiError:
    return ApiError("ValidationError", message)


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML as CloudFormation reads it: dates stay text, !Ref and the others become functions."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def short_form(loader: Any, name: str, node: yaml.Node) -> Json:
    """`!Sub text` -> {"Fn::Sub": text}; `!GetAtt A.B` -> {"Fn::GetAtt": ["A", "B"]}."""
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in WITHOUT_FN else f"Fn::{name}": value}


Loader.add_multi_constructor("!", short_form)


def parse(text: str) -> Json:
    """The document of a template; ValidationError in CloudFormation's words when it is none."""
    if len(text.encode()) > LARGEST:
        raise validation(
            "1 validation error detected: Value at 'templateBody' failed to satisfy "
            f"constraint: Member must have length less than or equal to {LARGEST}"
        )
    document = loaded(text)
    if not isinstance(document, dict):
        raise validation("Template format error: unsupported structure.")
    check_sections(document)
    return document


def loaded(text: str) -> object:
    """What a text in YAML, and so in JSON, holds."""
    try:
        return yaml.load(text, Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise validation(f"Template format error: YAML not well-formed.{where}") from None


def check_sections(document: Json) -> None:
    """Only known sections, and resources that have a type."""
    unknown = sorted(str(name) for name in document.keys() - SECTIONS)
    if unknown:
        raise validation(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not isinstance(document.get("Resources"), dict) or not document["Resources"]:
        raise validation("Template format error: At least one Resources member must be defined.")
    for name, resource in document["Resources"].items():
        if not isinstance(resource, dict) or "Type" not in resource:
            raise validation(
                f"Template format error: [/Resources/{name}] Every Resources object must contain a"
                " Type member."
            )
