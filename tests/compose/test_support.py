"""The table of Compose keys: whole, true to the ECS API, and the source of the reference page."""

from pathlib import Path
from typing import Any

import pytest

from ecscli.compose.dialect import DIALECTS, TODAY, VERSION_1, VERSION_2, VERSION_3
from ecscli.compose.ecs import support
from ecscli.compose.ecs.support import Fate, Outcome, Row

PATHS = (Path(__file__).parent / "schema-paths.txt").read_text().split()
ROWS = {row.path: row for row in support.table()}


def test_every_path_of_the_specification_has_one_row() -> None:
    assert len(PATHS) == len(set(PATHS)) == 344
    assert set(ROWS) == set(PATHS)
    assert len(support.table()) == len(PATHS)


def fates() -> list[tuple[str, str, Fate]]:
    return [
        (row.path, launch, row.on(launch))
        for row in support.table()
        for launch in ("EC2", "FARGATE")
    ]


@pytest.fixture(scope="module")
def ecs() -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model("ecs")


def shape_of(model: Any, field: str) -> Any:
    """The botocore shape behind a field of the table; KeyError where the API has no such name."""
    operation, steps = "RegisterTaskDefinition", field.split(".")
    if steps[0][0].isupper():
        operation = steps.pop(0)
    shape = model.operation_model(operation).input_shape
    for step in steps:
        shape = shape.members[step.removesuffix("[]")]
        if step.endswith("[]"):
            shape = shape.member
    return shape


def test_every_field_exists_in_the_api(ecs: Any) -> None:
    for field in sorted({fate.field for _, _, fate in fates() if fate.field}):
        assert shape_of(ecs, field) is not None, field


@pytest.mark.parametrize(("path", "launch", "fate"), fates())
def test_each_row_says_enough(path: str, launch: str, fate: Fate) -> None:
    if fate.outcome is Outcome.MAPPED:
        assert fate.field, "where does it go?"
    if fate.outcome in (Outcome.UNSUPPORTED, Outcome.REFUSED):
        assert fate.hint, "what should one write instead?"
        assert not fate.field, "nothing is sent"
    if fate.outcome is Outcome.LIMITED:
        assert fate.hint, "what is the limit?"


def test_an_old_file_keeps_its_meaning() -> None:
    row = ROWS["services.*.restart"]
    assert support.fate(row, "EC2", TODAY).outcome is Outcome.LIMITED
    for dialect in (VERSION_1, VERSION_2, VERSION_3):
        old = support.fate(row, "EC2", dialect)
        assert old.outcome is Outcome.UNSUPPORTED
        assert "keeps its old meaning" in old.hint


def test_skipped_keys_are_keys() -> None:
    for dialect in DIALECTS:
        names = dialect.skipped_keys
        assert {f"services.*.{name}" for name in names if name != "volume_driver"} <= set(ROWS)


def test_a_document_is_walked_in_its_own_order() -> None:
    tree = {
        "services": {"web": {"x-own": {"image": 1}, "ports": [{"target": 80}], "image": "nginx"}},
        "volumes": {"data": {"driver": "local"}},
    }
    assert [(seen.path, seen.row.path) for seen in support.seen_in(tree)] == [
        (("services",), "services"),
        (("services", "web", "ports"), "services.*.ports"),
        (("services", "web", "ports", 0, "target"), "services.*.ports[].target"),
        (("services", "web", "image"), "services.*.image"),
        (("volumes",), "volumes"),
        (("volumes", "data", "driver"), "volumes.*.driver"),
    ]


@pytest.mark.parametrize("value", [None, False, 0, "", [], {}])
def test_empty_values_neither_warn_nor_are_refused(value: Any) -> None:
    assert not support.is_set(value)


def test_rows_stay_readable() -> None:
    assert all(len(fate.hint) <= 110 for _, _, fate in fates())
    assert isinstance(support.table()[0], Row)
