"""Schemas explained: what is wrong, where, and what was probably meant."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecscli.base.marks import Map, Mark, Seq
from ecscli.base.schema import validate
from ecscli.base.schema_check import surely_valid

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "required": ["version"],
    "properties": {
        "version": {"type": ["string", "integer"]},
        "mode": {"enum": ["bridge", "host", "awsvpc"]},
        "size": {"type": "integer", "minimum": 1, "maximum": 10},
        "name": {"type": "string", "pattern": "^[a-z]+$", "description": "lower case letters"},
        "test": {
            "oneOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        },
        "inner": {"$ref": "#/definitions/inner"},
    },
    "definitions": {"inner": {"type": "object", "properties": {"deep": {"type": "boolean"}}}},
}


def marked(value: Any, line: int = 1, column: int = 1) -> Any:
    """A tree with marks: each key or item on a line of its own, two columns deeper than its
    parent."""
    here = Mark("f.yml", line, column)
    if isinstance(value, dict):
        tree = Map(mark=here)
        for offset, (key, child) in enumerate(value.items()):
            tree.keys_at[key] = Mark("f.yml", line + offset, column)
            tree[key] = marked(child, line + offset, column + 2)
        return tree
    if isinstance(value, list):
        items = Seq((marked(child, line + i, column + 2) for i, child in enumerate(value)), here)
        items.values_at = [Mark("f.yml", line + i, column) for i in range(len(value))]
        return items
    return value


@pytest.mark.parametrize(
    ("document", "lines"),
    [
        ({"version": 1, "mode": "host", "test": ["a"], "x-any": [1]}, []),
        (
            {"version": 1, "mod": "host"},
            ['f.yml:2:1: unknown key "mod"', '  hint: did you mean "mode"?'],
        ),
        (
            {"version": 1, "zzz": 1},
            [
                'f.yml:2:1: unknown key "zzz"',
                "  hint: known here: inner, mode, name, size, test, version",
            ],
        ),
        ({}, ['f.yml:1:1: "version" is missing']),
        (
            {"version": 1, "size": True},
            ["f.yml:2:1: size: must be a whole number; it is true or false"],
        ),
        ({"version": 1, "size": 11}, ["f.yml:2:1: size: must be at most 10; it is 11"]),
        (
            {"version": 1, "mode": "hosts"},
            [
                'f.yml:2:1: mode: must be one of bridge, host, awsvpc; it is "hosts"',
                '  hint: did you mean "host"?',
            ],
        ),
        (
            {"version": 1, "name": "A1"},
            ['f.yml:2:1: name: "A1" does not have the form ^[a-z]+$', "  hint: lower case letters"],
        ),
        (
            {"version": 1, "test": 3},
            ["f.yml:2:1: test: must be text or a list; it is a whole number"],
        ),
        (
            {"version": 1, "test": ["a", 3]},
            ["f.yml:3:3: test[1]: must be text; it is a whole number"],
        ),
        (
            {"version": 1, "inner": {"deep": "no"}},
            ["f.yml:2:3: inner.deep: must be true or false; it is text"],
        ),
        ([], ["f.yml:1:1: must be a mapping; it is a list"]),
    ],
)
def test_each_failure_says_what_is_wrong_and_where(document: Any, lines: list[str]) -> None:
    assert [
        line for finding in validate(marked(document), SCHEMA, "f.yml") for line in finding.lines()
    ] == lines


def test_all_failures_are_shown_in_the_order_of_the_file() -> None:
    found = validate(marked({"size": 0, "bad": 1, "version": None}), SCHEMA, "f.yml")
    assert [finding.where.line for finding in found if isinstance(finding.where, Mark)] == [1, 2, 3]


def test_a_valid_file_never_loads_jsonschema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema.validators", None)
    assert validate({"version": "1", "inner": {"deep": True}}, SCHEMA, "f.yml") == []
    with pytest.raises(ImportError):
        validate({"version": None}, SCHEMA, "f.yml")


def test_a_keyword_beyond_the_quick_rules_is_left_to_jsonschema() -> None:
    either = {"oneOf": [{"type": "string"}, {"type": "string", "not": {"const": "a"}}]}
    assert not surely_valid("a", either)
    assert validate("a", either, "f.yml") == []
    assert [finding.where for finding in validate("b", either, "f.yml")] == ["f.yml"]


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.sampled_from(["", "host", "a", "B"])
    | st.just(1.0)
)
documents = st.dictionaries(
    st.sampled_from([*SCHEMA["properties"], "x-a", "other"]),
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("deep"), inner),
        max_leaves=4,
    ),
)


@given(documents)
def test_the_quick_answer_is_never_more_generous_than_jsonschema(document: dict[str, Any]) -> None:
    assert surely_valid(document, SCHEMA) == Draft202012Validator(SCHEMA).is_valid(document)
