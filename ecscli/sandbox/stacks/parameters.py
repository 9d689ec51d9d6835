"""Stack parameters: defaults, previous values, the checks of their declarations, SSM values,
dynamic references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.template import validation

SSM_TYPE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}")


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter of a stack: what was given, and for SSM types the value behind it."""

    key: str
    text: str
    resolved: str | None
    secret: bool
    many: bool

    @property
    def value(self) -> Any:
        """What Ref gives."""
        text = self.text if self.resolved is None else self.resolved
        return [part.strip() for part in text.split(",")] if self.many else text

    def shown(self) -> Json:
        document = {
            "ParameterKey": self.key,
            "ParameterValue": "****" if self.secret else self.text,
        }
        return document if self.resolved is None else {**document, "ResolvedValue": self.resolved}


def evaluate(
    document: Json, given: list[Json], previous: Mapping[str, Value], ssm: Callable[[str], str]
) -> dict[str, Value]:
    """The values of all declared parameters; ValidationError in CloudFormation's words
    otherwise."""
    declared: Json = document.get("Parameters", {})
    by_key = {one["ParameterKey"]: one for one in given}
    unknown = [key for key in by_key if key not in declared]
    if unknown:
        raise validation(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts = {key: text_of(key, declared[key], by_key.get(key), previous) for key in declared}
    missing = [key for key, text in texts.items() if text is None]
    if missing:
        raise validation(f"Parameters: [{', '.join(missing)}] must have values")
    return {key: checked(key, declared[key], str(text), ssm) for key, text in texts.items()}


def text_of(
    key: str, declaration: Json, given: Json | None, previous: Mapping[str, Value]
) -> str | None:
    if given is not None and given.get("UsePreviousValue"):
        if key not in previous:
            return None if "Default" not in declaration else scalar(declaration["Default"])
        return previous[key].text
    if given is not None and given.get("ParameterValue") is not None:
        return str(given["ParameterValue"])
    return scalar(declaration["Default"]) if "Default" in declaration else None


def scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked(key: str, declaration: Json, text: str, ssm: Callable[[str], str]) -> Value:
    kind = str(declaration.get("Type", "String"))
    inner = SSM_TYPE.fullmatch(kind)
    resolved = ssm(text) if inner else None
    many = "List" in (inner[1] if inner else kind)
    for complaint in complaints(key, declaration, text, many):
        raise validation(
            (
                declaration.get("ConstraintDescription")
                and f"Parameter {key} failed to satisfy constraint: "
                f"{declaration['ConstraintDescription']}"
            )
            or complaint
        )
    secret = scalar(declaration.get("NoEcho", "false")) == "true"
    return Value(key, text, resolved, secret, many)


def complaints(key: str, declaration: Json, text: str, many: bool) -> list[str]:
    found = []
    values = [part.strip() for part in text.split(",")] if many else [text]
    if "AllowedValues" in declaration:
        allowed = [scalar(one) for one in declaration["AllowedValues"]]
        if any(value not in allowed for value in values):
            found.append(f"Parameter '{key}' must be one of AllowedValues")
    pattern = declaration.get("AllowedPattern")
    if pattern and not all(re.fullmatch(pattern, value) for value in values):
        found.append(f"Parameter '{key}' must match pattern {pattern}")
    if declaration.get("Type") == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        found.append(f"Parameter '{key}' must be a number.")
    elif declaration.get("Type") == "Number":
        if float(text) < float(declaration.get("MinValue", "-inf")):
            found.append(
                f"Parameter '{key}' must be a number not less than {declaration['MinValue']}"
            )
        if float(text) > float(declaration.get("MaxValue", "inf")):
            found.append(
                f"Parameter '{key}' must be a number not greater than {declaration['MaxValue']}"
            )
    if len(text) < int(declaration.get("MinLength", 0)):
        found.append(
            f"Parameter '{key}' must contain at least {declaration['MinLength']} characters"
        )
    if len(text) > min(int(declaration.get("MaxLength", 4096)), 4096):
        found.append(
            f"Parameter '{key}' must contain at most {declaration.get('MaxLength', 4096)}"
            " characters"
        )
    return found


def resolve_dynamic(value: Any, fetch: Callable[[str, str], str]) -> Any:
    """Replace `{{resolve:ssm:NAME}}` and its kind everywhere in a value; `fetch(service,
    reference)` looks them up."""
    if isinstance(value, str):
        return DYNAMIC.sub(lambda match: fetch(match[1], match[2]), value)
    if isinstance(value, dict):
        return {key: resolve_dynamic(one, fetch) for key, one in value.items()}
    return [resolve_dynamic(one, fetch) for one in value] if isinstance(value, list) else value
