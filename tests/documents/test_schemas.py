"""Every command that answers has a schema, and every schema is one."""

import json
from collections.abc import Iterator

import click
import pytest
from jsonschema import Draft202012Validator

from ecscli.cli import group
from ecscli.documents.schemas.parts import KINDS
from ecscli.documents.schemas.whole import ANSWERS, PARTS, schema_of
from tests.conftest import Cli

# They hand the terminal over to a program; of the last two --output names the file that they write.
WITHOUT_DOCUMENT = {
    "compose exec",
    "compose port-forward",
    "local exec",
    "local create",
    "local up",
}
# Their keys are names of the user's or of others.
OPEN = {
    *("console", "permissions", "schema"),
    *("compose config", "compose render", "compose build", "compose push"),
}


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command that does something."""
    if not isinstance(command, click.Group):
        yield words
        return
    if command.invoke_without_command:
        yield words
    ctx = click.Context(command)
    for name in command.list_commands(ctx):
        child = command.get_command(ctx, name)
        assert child is not None
        yield from commands(child, (*words, name))


def found(words: tuple[str, ...]) -> click.Command:
    command: click.Command = group
    for word in words:
        assert isinstance(command, click.Group)
        child = command.get_command(click.Context(command), word)
        assert child is not None
        command = child
    return command


NAMES = [" ".join(words) for words in commands(group)]


def test_every_command_that_answers_has_a_schema() -> None:
    assert set(ANSWERS) - {""} == set(NAMES) - WITHOUT_DOCUMENT


@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_DOCUMENT))
def test_every_command_that_answers_has_the_options(name: str) -> None:
    options = {param.name for param in found(tuple(name.split())).params}
    assert {"output", "query"} <= options


@pytest.mark.parametrize("name", ANSWERS)
def test_every_schema_is_one_and_takes_errors(name: str) -> None:
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for kind in KINDS:
        assert validator.is_valid({"error": {"kind": kind, "message": "no"}})
    assert validator.is_valid({"error": "no"}) == (name in OPEN)
    assert "error" in schema["$defs"]


# What starts a process that stays.
STAYING = {"console", "sandbox start"}


@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_DOCUMENT - STAYING))
def test_every_command_has_a_document_on_a_machine_without_anything(cli: Cli, name: str) -> None:
    """`Cli` compares it with the schema: that of an answer, or of an error."""
    done = cli(*name.split(), "--output", "json", AWS_REGION="us-east-1")
    assert done.out
    assert (done.code == 0) != ("error" in done.json or "findings" in done.json)


def test_parts_are_used() -> None:
    used = {name for answer in ANSWERS for name in schema_of(answer)["$defs"]}
    assert used == set(PARTS)


def test_a_schema_is_printed_by_the_name_or_alias_of_its_command(cli: Cli) -> None:
    by_name, by_alias = (
        cli("schema", "output", "compose", "service", word) for word in ("rm", "delete")
    )
    assert by_name.json == by_alias.json == schema_of("compose service rm")
    listed = cli("schema", "output", "--output", "json")
    assert listed.json == [name for name in ANSWERS if name]
    assert cli("schema", "output").out.splitlines() == listed.json


@pytest.mark.parametrize(
    "words", [("output", "compose", "exec"), ("output", "nope"), ("cluster", "up")]
)
def test_what_has_no_schema_is_a_usage_error(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("schema", *words, "--output", "json")
    assert done.code == 2
    assert done.json["error"]["kind"] == "usage"


def test_keys_are_written_as_aws_writes_them() -> None:
    def keys(schema: object) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for value in schema.values():
                yield from keys(value)
        elif isinstance(schema, list):
            for value in schema:
                yield from keys(value)

    for name in ANSWERS:
        for key in keys(json.loads(json.dumps(schema_of(name)))):
            assert key.isalnum(), key
            assert key[0].islower(), key
