"""--quiet, --verbose, --wide, --classic and --debug: taken by every command, before and behind its
name."""

import click
import pytest

from docs.pages import commands
from ecscli.commands.general import WORDS
from tests.conftest import Cli

FILE = "services: {web: {image: nginx, mem_limit: 64m, stop_signal: SIGINT}}\n"


@pytest.mark.parametrize("ctx", list(commands.commands()), ids=lambda ctx: ctx.command_path)
def test_every_command_takes_the_general_options(ctx: click.Context) -> None:
    spelt = [name for param in ctx.command.get_params(ctx) for name in param.opts]
    for name in WORDS:
        assert spelt.count(f"--{name}") == 1, f"{ctx.command_path} --{name}"


@pytest.mark.parametrize("words", ["compose check --quiet", "--quiet compose check"])
def test_quiet_leaves_data_and_errors(cli: Cli, words: str) -> None:
    cli.write("compose.yml", FILE)
    loud, quiet = cli("compose", "check"), cli(*words.split())
    assert (quiet.code, quiet.out) == (loud.code, loud.out)
    assert "1 warning" in loud.err
    assert quiet.err == ""


def test_quiet_keeps_an_error_with_its_hint(cli: Cli) -> None:
    loud, quiet = cli("compose", "render"), cli("compose", "-quiet=true", "render")
    assert loud.code == quiet.code == 2
    assert "hint:" in loud.err
    assert quiet.err == loud.err


def test_quiet_and_verbose_exclude_each_other(cli: Cli) -> None:
    done = cli("--quiet", "ps", "--verbose")
    assert done.code == 2
    assert "exclude each other" in done.err


def test_verbose_shows_calls_and_none_of_what_they_hold(sandbox: Cli) -> None:
    region = ("--region", "us-east-1", "--cluster", "demo")
    assert sandbox("up", "--empty", *region).code == 0
    plain = sandbox("ps", *region)
    for words in (("--verbose", "ps", *region), ("ps", *region, "--verbose")):
        done = sandbox(*words)
        assert (done.code, done.out) == (plain.code, plain.out)
        lines = [line for line in done.err.splitlines() if line not in plain.err.splitlines()]
        assert lines
        assert all(line.startswith("aws ecs ") and line.endswith(" ms") for line in lines), lines
