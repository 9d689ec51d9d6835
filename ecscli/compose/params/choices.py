"""The rows of requests that keys of ecs-params.yml set -> what a JSON Schema says of their values.

A value may hold a variable, `${VAR}`, until the file is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.documents import Draft
from ecscli.base.limits import LAUNCH_TYPES
from ecscli.compose.ecs.requests.checks import AtLeast, Between, OneOf
from ecscli.compose.ecs.requests.container import CONTAINER_DEFINITION
from ecscli.compose.ecs.requests.create_service import CREATE_SERVICE
from ecscli.compose.ecs.requests.rows import Kind, Row, Shape
from ecscli.compose.ecs.requests.task_definition import REGISTER_TASK_DEFINITION
from ecscli.compose.ecs.requests.volumes import DOCKER, EFS, FSX, SERVICE_EBS

Path = tuple[str, ...]
SHAPES: Mapping[Path, Shape] = {
    ("task_definition",): REGISTER_TASK_DEFINITION,
    ("task_definition", "services", "*"): CONTAINER_DEFINITION,
    ("task_definition", "docker_volumes"): DOCKER,
    ("task_definition", "efs_volumes"): EFS,
    ("task_definition", "fsx_volumes"): FSX,
    ("task_definition", "ebs_volumes"): SERVICE_EBS,
    ("run_params",): CREATE_SERVICE,
    ("service_params", "*", "run_params"): CREATE_SERVICE,
}
#: ecs-cli sent distinctInstance in a task definition too, and its files stay good for editors
WIDER = (("task_definition", "placement_constraints", "type"),)


def with_choices(schema: Draft) -> Draft:
    """The JSON Schema of ecs-params.yml with the choices and bounds of its values."""
    return _annotated(schema, schema_parts(), ())


def _annotated(schema: Draft, parts: Mapping[Path, Draft], path: Path) -> Draft:
    """A schema with the parts for its path and below; the items of a list are at its own path."""
    done = dict(schema)
    if isinstance(schema.get("properties"), dict):
        done["properties"] = {
            name: _annotated(inner, parts, (*path, name))
            for name, inner in schema["properties"].items()
        }
    elif isinstance(schema.get("items"), dict):
        done["items"] = _annotated(schema["items"], parts, path)
    elif isinstance(schema.get("additionalProperties"), dict):
        done["additionalProperties"] = _annotated(
            schema["additionalProperties"], parts, (*path, "*")
        )
    else:
        done |= parts.get(path, {})
    return done


def schema_parts() -> dict[Path, Draft]:
    """What the rows allow in ecs-params.yml, by the path of the key; `*` is any name."""
    found: dict[Path, Draft] = {}
    for path, shape in SHAPES.items():
        for key, row in _rows(shape, path):
            part = _part(row)
            if part and key not in WIDER:
                found.setdefault(key, part)
    return found


def _rows(shape: Shape, path: Path) -> Iterator[tuple[Path, Row]]:
    for row in shape.rows:
        here = (*path, *(row.own.split(".") if row.own else ()))
        if row.kind is Kind.CHECKED and row.own:
            yield here, row
        if row.of is not None and row.kind is not Kind.NEVER:
            yield from _rows(row.of, here)


def _part(row: Row) -> Draft:
    """Choices of all launch types together, or the bounds that hold on each."""
    choices = [check.values for check in row.checks if isinstance(check, OneOf)]
    if choices:
        values = list(dict.fromkeys(value for each in choices for value in each))
        return {"anyOf": [{"enum": values}, {"type": "string", "pattern": "\\$"}]}
    for check in row.checks:
        if isinstance(check, Between) and check.on == LAUNCH_TYPES:
            return {"minimum": check.low, "maximum": check.high}
        if isinstance(check, AtLeast):
            return {"minimum": check.low}
    return {}
