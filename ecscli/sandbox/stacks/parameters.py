"""Stack parameters: defaults, previous values, the checks of their declarations, SSM values,
dynamic references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.template import validation

SSM_TYPE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
#: The most characters of any parameter.
LONGEST = 4096
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
    def value(self) -> str | list[str]:
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
    refuse([key for key in by_key if key not in declared], "do not exist in the template")
    texts = {key: text_of(key, declared[key], by_key.get(key), previous) for key in declared}
    refuse([key for key, text in texts.items() if text is None], "must have values")
    return {key: checked(key, declared[key], str(text), ssm) for key, text in texts.items()}


def refuse(names: list[str], why: str) -> None:
    if names:
        raise validation(f"Parameters: [{', '.join(names)}] {why}")


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


def scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked(key: str, declaration: Json, text: str, ssm: Callable[[str], str]) -> Value:
    kind = str(declaration.get("Type", "String"))
    inner = SSM_TYPE.fullmatch(kind)
    resolved = ssm(text) if inner else None
    many = "List" in (inner[1] if inner else kind)
    described = declaration.get("ConstraintDescription")
    for complaint in complaints(key, declaration, text, many):
        if described:
            raise validation(f"Parameter {key} failed to satisfy constraint: {described}")
        raise validation(complaint)
    secret = scalar(declaration.get("NoEcho", "false")) == "true"
    return Value(key, text, resolved, secret, many)


def complaints(key: str, declaration: Json, text: str, many: bool) -> Iterator[str]:
    """What the declaration of a parameter refuses about a value, in CloudFormation's words."""
    values = [part.strip() for part in text.split(",")] if many else [text]
    prefix = f"Parameter '{key}' must"
    yield from (f"{prefix} {words}" for words in outside_values(declaration, values))
    if declaration.get("Type") == "Number":
        yield from (f"{prefix} be a number{words}" for words in outside_range(declaration, text))
    yield from (f"{prefix} contain at {words}" for words in outside_length(declaration, text))


def outside_values(declaration: Json, values: list[str]) -> Iterator[str]:
    allowed = [scalar(one) for one in declaration.get("AllowedValues") or []]
    if allowed and any(value not in allowed for value in values):
        yield "be one of AllowedValues"
    pattern = declaration.get("AllowedPattern")
    if pattern and not all(re.fullmatch(pattern, value) for value in values):
        yield f"match pattern {pattern}"


def outside_range(declaration: Json, text: str) -> Iterator[str]:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        yield "."
        return
    least, most = declaration.get("MinValue"), declaration.get("MaxValue")
    if least is not None and float(text) < float(least):
        yield f" not less than {least}"
    if most is not None and float(text) > float(most):
        yield f" not greater than {most}"


def outside_length(declaration: Json, text: str) -> Iterator[str]:
    least = int(declaration.get("MinLength", 0))
    most = min(int(declaration.get("MaxLength", LONGEST)), LONGEST)
    if len(text) < least:
        yield f"least {least} characters"
    if len(text) > most:
        yield f"most {most} characters"


def resolve_dynamic(value: object, fetch: Callable[[str, str], str]) -> object:
    """Replace `{{resolve:ssm:NAME}}` and its kind everywhere in a value; `fetch(service,
    reference)` looks them up."""
    if isinstance(value, str):
        return DYNAMIC.sub(lambda match: fetch(match[1], match[2]), value)
    if isinstance(value, dict):
        return {key: resolve_dynamic(one, fetch) for key, one in value.items()}
    return [resolve_dynamic(one, fetch) for one in value] if isinstance(value, list) else value
