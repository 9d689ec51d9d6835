"""Each member of the four requests has a row: the tables against botocore's model of ECS."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import botocore.session
import pytest

from ecscli.compose.ecs.requests.rows import Kind, Shape, members
from ecscli.compose.ecs.requests.table import REQUESTS
from ecscli.compose.rules import (
    container,
    health,
    network,
    ports,
    running,
    service,
    size,
    storage,
    task,
)

ECS: Any = botocore.session.get_session().get_service_model("ecs")


def inner(shape: Any) -> Any:
    """The structure that a member holds, or that the items of its list are; None of a scalar."""
    if shape.type_name == "list":
        return inner(shape.member)
    return shape if shape.type_name == "structure" else None


def in_model(shape: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The dotted path of every member at any depth, and the name of its structure."""
    for name, member in shape.members.items():
        here, part = f"{path}{name}", inner(member)
        yield here, part.name if part is not None else ""
        if part is not None:
            yield from in_model(part, f"{here}.")


def in_table(shape: Shape) -> Iterator[tuple[str, str]]:
    for path, _, row in members(shape):
        yield path, row.of.name if row.of is not None else ""


@pytest.mark.parametrize("operation", REQUESTS)
def test_each_member_of_the_model_has_a_row(operation: str) -> None:
    model = ECS.operation_model(operation).input_shape
    assert REQUESTS[operation].name == model.name
    assert sorted(in_table(REQUESTS[operation])) == sorted(in_model(model))


def model_shapes(shape: Shape, model: Any) -> Iterator[tuple[Shape, Any]]:
    yield shape, model
    for row in shape.rows:
        if row.of is not None:
            yield from model_shapes(row.of, inner(model.members[row.name]))


FILLED = {"AwsVpcConfiguration.subnets"}  # from the cluster's stack, where the files have none


@pytest.mark.parametrize("operation", REQUESTS)
def test_what_the_model_requires_is_required_of_what_is_set(operation: str) -> None:
    for shape, model in model_shapes(
        REQUESTS[operation], ECS.operation_model(operation).input_shape
    ):
        for row in shape.rows:
            if row.kind is not Kind.NEVER and row.name in model.required_members:
                name = f"{shape.name}.{row.name}"
                assert row.required or row.rules or name in FILLED, name


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_row_is_of_the_kind_that_it_says(operation: str) -> None:
    for path, shape, row in members(REQUESTS[operation]):
        constraints = row.checks or row.required or row.most or row.rules
        assert bool(constraints) == (row.kind is Kind.CHECKED), path
        assert bool(row.reason) == (row.kind is Kind.NEVER), path
        assert shape.source.startswith("API reference, "), path


def rules_of(room: ModuleType) -> set[str]:
    """The rules of a file by their names, as rows write them."""
    tables = ("RULES", "CONTAINER_RULES", "TASK_RULES", "RUN_RULES")
    rules = [rule for table in tables for rule in getattr(room, table, ())]
    return {f"{room.__name__.rpartition('.')[2]}.{rule.__name__}" for rule in rules}


def test_rows_and_rules_name_each_other() -> None:
    rooms = (container, health, network, ports, running, service, size, storage, task)
    named = {
        rule
        for request in REQUESTS.values()
        for _, _, row in members(request)
        for rule in row.rules
    }
    assert named == {rule for room in rooms for rule in rules_of(room)}


def test_each_rule_says_in_a_sentence_what_holds() -> None:
    for room in (container, health, network, ports, running, service, size, storage, task):
        for name in rules_of(room):
            rule = getattr(room, name.rpartition(".")[2])
            assert (rule.__doc__ or "").rstrip().endswith("."), name
