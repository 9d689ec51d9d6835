"""YAML to trees with marks: scalars of YAML 1.2, anchors, tags, and where things stand."""

from typing import Any

import pytest

from ecscli.base import marks
from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Map, Mark, where
from ecscli.base.yaml import scalars, yamlio


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("N", "N"),
        ("on", "on"),
        ("22:22", "22:22"),
        ("2001-01-01", "2001-01-01"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("0777", 511),
        ("0o777", 511),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("-5", -5),
        ("089", 89),
        ("+5", 5),
        ("1.2.3", "1.2.3"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("!!str 1", "1"),
        ("!!int '5'", 5),
    ],
)
def test_a_scalar_is_what_its_writer_meant(text: str, value: Any) -> None:
    found = yamlio.parse(f"key: {text}", "f.yml")["key"]
    assert found == value
    assert isinstance(found, type(value))


@pytest.mark.parametrize(
    "text", ["0777", "1.50", "1e3", "0x1F", "1_000", "12", "1.5", "12345678901234567890"]
)
def test_a_number_knows_how_it_was_written(text: str) -> None:
    assert scalars.source_text(yamlio.parse(text, "f.yml")) == text


def test_the_booleans_of_yaml_1_1_can_be_asked_for() -> None:
    assert yamlio.parse("[yes, Off, n, 'yes']", "f.yml", yes_no=True) == [True, False, False, "yes"]


def test_every_key_and_value_has_its_place() -> None:
    tree = yamlio.parse("a:\n  b: [1, {c: d}]\n", "f.yml")
    assert where(tree, "a") == Mark("f.yml", 1, 1)
    assert where(tree, "a", "b", 1) == Mark("f.yml", 2, 10)
    assert where(tree, "a", "b", 1, "c") == Mark("f.yml", 2, 11)
    assert tree["a"].values_at["b"] == Mark("f.yml", 2, 6)


def test_what_is_merged_in_keeps_the_place_where_it_was_written() -> None:
    tree = yamlio.parse("x: &x {a: 1, b: 1}\ny:\n  <<: *x\n  b: 2\n", "f.yml")
    assert tree["y"] == {"a": 1, "b": 2}
    assert where(tree, "y", "a") == Mark("f.yml", 1, 8)
    assert where(tree, "y", "b") == Mark("f.yml", 4, 3)


def test_of_several_merged_mappings_the_first_wins() -> None:
    tree = yamlio.parse("a: {<<: [{x: 1}, {x: 2, y: 2}], z: 3}", "f.yml")
    assert tree["a"] == {"x": 1, "y": 2, "z": 3}


def test_a_tag_that_was_asked_for_comes_with_its_value() -> None:
    tree = yamlio.parse("a: !reset null\nb: !override [1]\n", "f.yml", tags=("!reset", "!override"))
    assert tree["a"] == marks.Tagged("!reset", None)
    assert tree["b"].value == [1]


def test_duplicate_keys_are_refused_or_collected() -> None:
    with pytest.raises(InputError, match="written twice"):
        yamlio.parse("a: 1\na: 2\n", "f.yml")
    collected: list[Finding] = []
    assert yamlio.parse("a: 1\na: 2\n", "f.yml", duplicates=collected) == {"a": 2}
    assert [finding.where for finding in collected] == [Mark("f.yml", 2, 1)]


def test_several_documents_only_where_they_are_asked_for() -> None:
    assert yamlio.parse_all("a\n---\nb\n", "f.yml") == ["a", "b"]
    with pytest.raises(InputError, match="more than one YAML document"):
        yamlio.parse("a\n---\nb\n", "f.yml")


def test_every_tag_and_key_that_cannot_be_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        yamlio.parse("a: !one 1\n[b]: 2\nc: !!binary x\n", "f.yml")
    assert [str(finding.where) for finding in caught.value.findings] == [
        "f.yml:1:4",
        "f.yml:2:1",
        "f.yml:3:4",
    ]


def test_a_dump_is_read_the_same_by_readers_of_either_yaml() -> None:
    text = yamlio.dump(
        Map({"version": "3", "answer": "no", "time": "22:22", "mode": "0777", "text": "a\nb\n"})
    )
    assert text == 'version: "3"\nanswer: "no"\ntime: \'22:22\'\nmode: "0777"\ntext: |\n  a\n  b\n'
