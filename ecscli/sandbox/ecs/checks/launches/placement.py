"""What is refused about placement constraints and strategies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.sandbox.ecs.checks.launches.launching import Launching
from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.ecs.instances.expressions import compile_expression
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

MOST_CONSTRAINTS = 10


def check_expressions(constraints: Iterable[Json]) -> Iterator[str]:
    """The constraints of a list that are in no cluster query language."""
    for one in constraints:
        if one.get("type") == "distinctInstance":
            if one.get("expression"):
                yield "An expression can't be specified for a distinctInstance constraint."
            continue
        try:
            compile_expression(one.get("expression") or "")
        except ApiError as error:
            yield error.message


def bad_constraints(launching: Launching) -> Iterator[str]:
    return check_expressions(launching.request.get("placementConstraints") or [])


def many_constraints(launching: Launching) -> Iterator[str]:
    own = launching.request.get("placementConstraints") or []
    inherited = launching.definition.document["placementConstraints"]
    if len(own) + len(inherited) > MOST_CONSTRAINTS:
        yield f"Placement constraints can have at most {MOST_CONSTRAINTS} items."


def bad_strategy_field(launching: Launching) -> Iterator[str]:
    for one in launching.request.get("placementStrategy") or []:
        field = str(one.get("field") or "")
        if one.get("type") == "binpack" and field.lower() not in ("cpu", "memory"):
            yield "Binpack placement strategy requires field cpu or memory."
        known = field.lower() in ("instanceid", "host") or field.startswith("attribute:")
        if one.get("type") == "spread" and not known:
            yield f"Invalid field '{field}' of the spread placement strategy."


def placed_on_fargate(launching: Launching) -> Iterator[str]:
    for member, words in (
        ("placementConstraints", "Placement constraints"),
        ("placementStrategy", "Placement strategies"),
    ):
        if launching.on_fargate and launching.request.get(member):
            yield f"{words} are not supported with FARGATE launch type."


PLACEMENT_RULES: tuple[Rule[Launching], ...] = (
    Rule(
        placed_on_fargate,
        ("RunTaskRequest.placementConstraints", "RunTaskRequest.placementStrategy"),
        "Developer Guide, Task placement: not supported for tasks on Fargate",
    ),
    Rule(
        bad_constraints,
        ("PlacementConstraint.type", "PlacementConstraint.expression"),
        "You can't specify an expression if the constraint type is distinctInstance .",
    ),
    Rule(
        many_constraints,
        (
            "RunTaskRequest.placementConstraints",
            "CreateServiceRequest.placementConstraints",
            "UpdateServiceRequest.placementConstraints",
        ),
        "This limit includes constraints in the task definition and those specified at runtime.",
    ),
    Rule(
        bad_strategy_field,
        ("PlacementStrategy.type", "PlacementStrategy.field"),
        "For the binpack placement strategy, valid values are cpu and memory .",
    ),
)
