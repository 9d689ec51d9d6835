"""Every document that a test has a command print is compared with the schema of that command, and
every error with the schema of errors."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from ecscli.base.errors import ChangesPending, EcsCliError
from ecscli.commands.answering import asks_for_json
from ecscli.commands.options import EcsCommand, EcsGroup
from ecscli.documents.failure import failure
from ecscli.documents.schemas.whole import ANSWERS, DIALECT, FAILURE, PARTS, schema_of
from ecscli.terminal.console import Console

SILENT = ("--quiet", "-q", "--help", "-h")


@contextmanager
def watched(arguments: Sequence[str]) -> Iterator[list[str]]:
    """Run a command line: the names of the commands that it is read by, and its errors checked."""
    read: list[str] = []

    def recording(original: Any) -> Any:
        def parse_args(self: click.Command, ctx: click.Context, args: list[str]) -> list[str]:
            read.append(_name(ctx))
            found: list[str] = original(self, ctx, args)
            return found

        return parse_args

    error_of = Console.error

    def error(self: Console, error: EcsCliError) -> None:
        if not isinstance(error, ChangesPending):
            validate({"error": failure(error)}, None)
        error_of(self, error)

    with pytest.MonkeyPatch.context() as patch:
        for kind in (EcsCommand, EcsGroup):
            patch.setattr(kind, "parse_args", recording(kind.parse_args))
        patch.setattr(Console, "error", error)
        yield read


def check(arguments: Sequence[str], read: Sequence[str], out: str) -> None:
    """Raise AssertionError where the output of a command that was asked for JSON is not one
    document of its schema, or one a line."""
    if not asks_for_json(arguments) or set(SILENT) & set(arguments):
        return
    name = read[-1] if read and read[-1] in ANSWERS else None
    if name is not None and ANSWERS[name].is_stream:
        documents = _lines(out)
    elif out or name is not None:
        documents = [json.loads(out)]
    else:
        return  # what has no document, as a program in a container
    for document in documents:
        if "--query" not in arguments or (isinstance(document, dict) and "error" in document):
            validate(document, name)


def _lines(out: str) -> list[Any]:
    """The documents of a stream; or the one that it is."""
    try:
        return [json.loads(out)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in out.splitlines()]


def validate(document: object, name: str | None) -> None:
    problem = best_match(_validator(name).iter_errors(document))
    assert problem is None, f"{name}: {problem}"


@cache
def _validator(name: str | None) -> Draft202012Validator:
    if name is None:
        return Draft202012Validator({"$schema": DIALECT, **FAILURE, "$defs": dict(PARTS)})
    return Draft202012Validator(schema_of(name))


def _name(ctx: click.Context) -> str:
    """The words of a command behind ``ecscli``, without aliases."""
    names = []
    at: click.Context | None = ctx
    while at is not None and at.parent is not None:
        names.append(at.command.name or "")
        at = at.parent
    return " ".join(reversed(names))
