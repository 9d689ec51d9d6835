"""`--query`: a JMESPath expression -> the part of a document that it picks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ecscli.base.errors import InputError

Query = Callable[[object], object]


def compiled(expression: str) -> Query:
    """What picks a part of a document. Raises ValueError for text that is not JMESPath, or that
    calls a function that there is not or with too few or many arguments; the result raises
    InputError for a document that the expression cannot work on."""
    # half of the commands never need it
    import jmespath  # type: ignore[import-untyped]
    from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]

    parsed = jmespath.compile(expression)
    for call in _calls(parsed.parsed):
        _check(call)

    def pick(document: object) -> object:
        try:
            return parsed.search(document)
        except JMESPathError as error:
            raise InputError(f"--query does not fit the answer: {error}") from error

    return pick


def _calls(node: Any) -> Iterator[Any]:
    """The calls of functions below a node of a parsed expression, itself included."""
    if isinstance(node, dict):
        if node["type"] == "function_expression":
            yield node
        for child in node["children"]:
            yield from _calls(child)


def _check(call: Any) -> None:
    from jmespath.functions import Functions  # type: ignore[import-untyped]

    name, given = call["value"], len(call["children"])
    known = Functions.FUNCTION_TABLE.get(name)
    if known is None:
        raise ValueError(f"there is no function {name}()")
    least = len(known["signature"])
    variadic = known["signature"][-1].get("variadic", False)
    if given < least or (given > least and not variadic):
        more = " or more" if variadic else ""
        raise ValueError(f"{name}() takes {least}{more} arguments, not {given}")


def problem(error: ValueError) -> str:
    """What is wrong with an expression, on one line."""
    first, *_ = str(error).splitlines() or [""]
    return first.rstrip(":") or "it is empty"
