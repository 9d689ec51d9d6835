"""A request along the API model: JSON types, required members, enumerations and the limits of
single members."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.fields import FIELDS
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json, ModelShape
from ecscli.sandbox.wire import operation_model

#: JSON types by the model's; a member of another type is none that a limit could be applied to.
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
#: Operations whose refusals are a ClientException; those of the others InvalidParameterException.
CLIENT_OPERATIONS = ("RegisterTaskDefinition",)
#: "Amazon ECS treats any other specified value as tcp."
LENIENT = ("PortMapping.protocol",)


def check(operation: str, request: Json) -> None:
    """Refuse a request that the model of its operation does not allow (ApiError)."""
    shape = operation_model("ecs", operation).input_shape
    for complaint in walk(shape, request, "") if shape else ():
        raise refusal(operation, complaint)


def refusal(operation: str, message: str) -> ApiError:
    """The error with which an operation refuses what it was asked for."""
    if operation in CLIENT_OPERATIONS:
        return ApiError("ClientException", message)
    return ApiError("InvalidParameterException", message)


def walk(shape: ModelShape, value: object, where: str) -> Iterator[str]:
    """What is refused about a value and everything in it."""
    check_type(shape, value, where)
    if isinstance(value, dict) and shape.type_name == "structure":
        yield from walk_structure(shape, value, where)
    elif isinstance(value, dict) and shape.type_name == "map":
        for key, one in value.items():
            yield from walk(shape.value, one, f"{where}.{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from walk(shape.member, one, f"{where}[{number}]")


def check_type(shape: ModelShape, value: object, where: str) -> None:
    expected = TYPES.get(shape.type_name)
    is_wrong_boolean = isinstance(value, bool) and shape.type_name != "boolean"
    if expected and (is_wrong_boolean or not isinstance(value, expected)):
        found = type(value).__name__
        raise ApiError(
            "SerializationException",
            f"{where or 'the request'} can not be converted from {found} to {shape.type_name}",
        )


def walk_structure(shape: ModelShape, value: Json, where: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"{shape.name.removesuffix('Request')}.{name} should not be null or empty."
    for name, member in shape.members.items():
        given = value.get(name)
        if given is None:
            continue
        place = f"{where}.{name}".lstrip(".")
        yield from walk(member, given, place)
        yield from of_member(f"{shape.name}.{name}", member, given, place)


def outside(shape: ModelShape, value: object, where: str) -> Iterator[str]:
    """The values, alone or in a list, that an enumeration of the model does not have."""
    is_list = isinstance(value, list)
    accepted = (shape.member if is_list else shape).metadata.get("enum")
    if not accepted:
        return
    values = value if isinstance(value, list) else [value]
    if any(one not in accepted for one in values):
        yield f"{where} should be one of [{','.join(accepted)}]."


def of_member(name: str, shape: ModelShape, value: object, where: str) -> Iterator[str]:
    """What the model and the table of fields refuse about one member."""
    if name not in LENIENT:
        yield from outside(shape, value, where)
    if shape.type_name in ("integer", "long") and isinstance(value, int):
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if (least is not None and value < least) or (most is not None and value > most):
            yield f"{where} must be between {least} and {most}."
    for field in FIELDS.get(name, ()):
        complaint = field.limit.complaint(value)
        if complaint:
            yield f"{where} {complaint}."
