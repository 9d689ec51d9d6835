"""The documentation cannot drift: generated pages are current, and what it shows exists."""

import re
from pathlib import Path

import click
import pytest

from docs import make
from docs.pages import architecture, commands
from ecscli.cli import group
from ecscli.commands.habits import HABITS, OPTIONS
from tests.conftest import Cli

ROOT = Path(__file__).parent.parent
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])

GENERATED = re.compile(
    r"\b(made|generated|generates)\b.*`make docs`|`make docs`.*\b(made|generates)\b"
)


@pytest.mark.parametrize("name", sorted(make.PAGES))
def test_a_generated_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == make.PAGES[name](), "run `make docs`"


def test_the_architecture_has_a_line_for_each_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    for package in sorted((ROOT / "ecscli").rglob("__init__.py")):
        name = package.parent.relative_to(ROOT / "ecscli").as_posix()
        if name != ".":
            assert f"| `{name}/` | " in page, f"run `make docs`: it adds a row for {name}/"
            assert architecture.summary(package), f"{package} needs a docstring: its row has it"
    for folder in {path.parent for path in (ROOT / "ecscli").rglob("*.py")}:
        assert (folder / "__init__.py").exists(), f"add {folder}/__init__.py with a docstring"


def test_make_docs_makes_every_page_that_says_so() -> None:
    pages = {page.name for page in DOCS if GENERATED.search(page.read_text())}
    assert pages == {name for name in make.PAGES if name.endswith(".md")}


@pytest.mark.parametrize("ctx", list(commands.commands()), ids=lambda ctx: ctx.command_path)
def test_every_command_and_option_says_what_it_does(ctx: click.Context) -> None:
    assert ctx.command.help, ctx.command_path
    for param in ctx.command.get_params(ctx):
        if isinstance(param, click.Option) and not param.hidden:
            assert param.help, f"{ctx.command_path} {param.opts}"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_commands_in_the_docs_exist(page: Path) -> None:
    for line in re.findall(
        r"^\$? ?(ecscli [^\n]*)", "\n".join(code_blocks(page.read_text())), re.M
    ):
        find_command(line.split("#")[0].split()[1:])


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def code_blocks(text: str) -> list[str]:
    return re.findall(r"```(?:sh|console)\n(.*?)```", text, re.S)


def find_command(words: list[str]) -> None:
    """Walk the words of a command line down the tree; options with values are skipped by what the
    tree knows."""
    command: click.Command = group
    ctx = click.Context(command)
    rest = iter(words)
    for word in rest:
        if not isinstance(command, click.Group):
            return
        options = {
            name: p
            for p in command.get_params(ctx)
            if isinstance(p, click.Option)
            for name in p.opts
        }
        name, _, value = word.partition("=")
        if name.startswith("-"):
            assert name in options, f"{' '.join(words)}: no option {name}"
            if not options[name].is_flag and not value:
                next(rest)
            continue
        found = command.get_command(ctx, word)
        assert found is not None, f"{' '.join(words)}: no command {word}"
        command = found
        ctx = click.Context(command, parent=ctx)


def test_commands_that_answer_a_habit_exist() -> None:
    for answers in (*HABITS.values(), *OPTIONS.values()):
        for answer in answers.values():
            for line in re.findall(r"`ecscli ([^`]*)`", answer):
                find_command(line.split())


PROJECTS = sorted({path.parent for path in (ROOT / "examples").rglob("*compose.y*ml")})


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_every_example_passes_check(cli: Cli, project: Path) -> None:
    cli.directory = project
    done = cli("compose", "check")
    assert done.code == 0, done.out + done.err
