"""What the help of a command has beside its options: examples, which are command lines, and its
commands under headings."""

import shlex

import click
import pytest

from ecscli import cli as ecscli_cli
from ecscli.commands import compose, examples
from ecscli.commands.options import EcsGroup
from tests.commands.test_programs import TABLE

#: Groups that do something themselves.
GROUPS = {"configure", "configure profile"}
LINES = [line for path in examples.EXAMPLES for line, _ in examples.lines(f"ecscli {path}")]


def test_every_command_has_an_example_and_no_other_has() -> None:
    assert set(examples.EXAMPLES) == set(TABLE) | GROUPS


def parse_line(line: str) -> None:
    """Parse a command line as click does; click.UsageError for a word that is none of its own."""
    _, *words = shlex.split(line.partition(" >")[0])
    command: click.Command = ecscli_cli.group
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            break
        command, words = found, words[1:]
    command.make_context(line, words)


@pytest.mark.parametrize("line", LINES)
def test_every_example_is_a_command_line(line: str) -> None:
    parse_line(line)


def test_examples_stand_in_the_help_at_any_width() -> None:
    for width in (60, 80, 120):
        command = TABLE["compose logs"]
        ctx = click.Context(command, info_name="ecscli compose logs", terminal_width=width)
        text = command.get_help(ctx)
        assert "Examples:\n  ecscli compose logs -f web\n    The log of web" in text


@pytest.mark.parametrize("group", [ecscli_cli.group, compose.command], ids=["ecscli", "compose"])
def test_every_command_stands_under_one_heading(group: EcsGroup) -> None:
    shown = [name for name, (_, line) in group.rows.items() if line]
    assert sorted(name for names in group.sections.values() for name in names) == sorted(shown)
