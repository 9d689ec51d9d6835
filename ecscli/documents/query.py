"""`--query`: a JMESPath expression -> the part of a document that it picks."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.base.errors import InputError

Query = Callable[[object], object]


def compiled(expression: str) -> Query:
    """What picks a part of a document. Raises ValueError for text that is not JMESPath; the result
    raises InputError for a document that the expression cannot work on."""
    # half of the commands never need it
    import jmespath  # type: ignore[import-untyped]
    from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]

    parsed = jmespath.compile(expression)

    def pick(document: object) -> object:
        try:
            return parsed.search(document)
        except JMESPathError as error:
            raise InputError(f"--query does not fit the answer: {error}") from error

    return pick


def problem(error: ValueError) -> str:
    """What is wrong with an expression, on one line."""
    first, *_ = str(error).splitlines() or [""]
    return first.rstrip(":") or "it is empty"
