"""Functions of templates whose arguments have another shape than they take: a template error, as
CloudFormation's, and never a failure of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.stacks.functions import Scope, resolve
from ecscli.sandbox.stacks.order import references, sub_variables
from ecscli.sandbox.stacks.template import parse


def scope() -> Scope:
    def nothing(*names: str) -> str:
        return "value"

    zones = ["us-east-1a", "us-east-1b"]
    return Scope({}, {"AWS::Region": "us-east-1"}, nothing, lambda region: zones, nothing)


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Join": "text"},
        {"Fn::Join": ["-"]},
        {"Fn::Join": ["-", 5]},
        {"Fn::Select": ["first", ["a"]]},
        {"Fn::Select": []},
        {"Fn::Split": 5},
        {"Fn::Sub": ["${A}"]},
        {"Fn::Sub": 5},
        {"Fn::GetAtt": 5},
        {"Fn::GetAtt": ["Role"]},
        {"Fn::FindInMap": 5},
        {"Fn::If": ["Never"]},
        {"Fn::Cidr": ["10.0.0.0/99", 2, 8]},
        {"Fn::Cidr": []},
        {"Fn::Length": 5},
    ],
)
def test_an_argument_of_another_shape_is_a_template_error(value: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="Template error: Fn::") as caught:
        resolve({"Property": [value]}, scope())
    assert caught.value.code == "ValidationError"


def test_arguments_of_the_right_shape() -> None:
    value = {"Fn::Join": ["-", [{"Fn::Select": [1, {"Fn::GetAZs": ""}]}, {"Ref": "AWS::Region"}]]}
    assert resolve(value, scope()) == "us-east-1b-us-east-1"


@pytest.mark.parametrize(
    "value", [{"Fn::GetAtt": 5}, {"Fn::GetAtt": []}, {"Fn::Sub": 5}, {"Fn::Sub": []}, {"Ref": 5}]
)
def test_an_argument_of_another_shape_mentions_no_name(value: dict[str, Any]) -> None:
    assert list(references({"Property": value})) == []
    assert sub_variables({"Property": value}) == set()


@pytest.mark.parametrize("text", ["1: a\nb: c", "[" * 5000, "&a [*a, *a]", "5", ""])
def test_a_text_that_is_no_template(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(text)
    assert caught.value.code == "ValidationError"
