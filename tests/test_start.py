"""The first milliseconds: what a start must not load, `--version`, help, and commands that do not
exist."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecscli.help import FILE, prepared
from tests.conftest import Cli

#: What projects with images to build, or in layout services, need.
OF_OTHERS = (
    "concurrent",
    "ecscli.compose.layout.judge",
    "ecscli.registry.builders",
    "ecscli.workflows.services",
    "subprocess",
    "tempfile",
)
ROOT = Path(__file__).parent.parent
HEAVY = ("boto3", "botocore", "moto", "rich", "jsonschema", "docker")


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a whole process of ``ecscli ARGUMENTS`` has loaded at its end, in
    examples/simple-web."""
    read, write = os.pipe()
    code = (
        "import atexit, os, sys\n"
        f"atexit.register(lambda: os.write({write}, '\\n'.join(sys.modules).encode()))\n"
        "from ecscli.__main__ import main\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    folder = ROOT / "examples" / "simple-web"
    with os.fdopen(read) as names:
        subprocess.run(
            command, cwd=folder, env=environment, pass_fds=[write], capture_output=True, check=True
        )
        os.close(write)
        return set(names.read().split("\n"))


@pytest.mark.process
@pytest.mark.parametrize(
    "arguments",
    [
        ["compose", "service", "-help"],
        ["compose", "check"],
        ["compose", "config"],
        ["compose", "render"],
        ["render", "--cluster", "demo", "--region", "us-east-1", "--capability-iam"],
    ],
    ids=" ".join,
)
def test_what_needs_no_aws_loads_none_of_it(arguments: list[str]) -> None:
    modules = loaded_by(*arguments)
    assert "click" in modules
    assert not {name for name in modules if name.split(".")[0] in HEAVY}


@pytest.mark.process
def test_a_rendered_project_loads_no_rooms_of_others() -> None:
    modules = loaded_by("compose", "render")
    assert not {name for name in modules if name.startswith(OF_OTHERS)}


@pytest.mark.process
def test_version_loads_not_even_click() -> None:
    assert "click" not in loaded_by("--version")


@pytest.mark.process
@pytest.mark.parametrize(
    "arguments", [["--help"], ["up", "-h"], ["compose", "service", "up", "--help"]], ids=" ".join
)
def test_help_loads_not_even_click(arguments: list[str]) -> None:
    assert "click" not in loaded_by(*arguments)


@pytest.mark.parametrize("words", [[], ["up"], ["compose"], ["compose", "service", "up"]])
def test_prepared_help_is_what_click_makes(cli: Cli, words: list[str]) -> None:
    assert prepared([*words, "--help"], {}) == cli(*words, "--help", COLUMNS="80").out


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--sandbox", "up", "--help"], {}),
        (["up", "--help", "--size"], {}),
        (["no-such-command", "--help"], {}),
        (["up", "--help"], {"COLUMNS": "60"}),
        ([], {}),
    ],
)
def test_other_help_is_left_to_click(arguments: list[str], variables: dict[str, str]) -> None:
    assert prepared(arguments, variables) is None


def test_prepared_help_can_be_printed_anywhere() -> None:
    assert Path(FILE).read_text().isascii()


def test_version(cli: Cli) -> None:
    done = cli("--version")
    assert (done.code, done.out.split()[:2]) == (0, ["ecscli", "version"])


def test_without_arguments_the_help_is_data(cli: Cli) -> None:
    done = cli()
    assert (done.code, done.err) == (0, "")
    assert "Clusters:" in done.out


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["compose", "servise"], '"service"'),
        (["compose", "service", "upp"], '"up"'),
        (["scal"], '"scale"'),
    ],
)
def test_an_unknown_command_names_the_nearest_one(cli: Cli, words: list[str], near: str) -> None:
    done = cli(*words)
    assert done.code == 2
    assert f"did you mean {near}?" in done.err
    assert done.out == ""


def test_help_and_version_are_words_too(cli: Cli) -> None:
    for words, option in (
        (["help"], ["--help"]),
        (["help", "compose", "service", "up"], ["compose", "service", "up", "--help"]),
        (["compose", "help", "up"], ["compose", "up", "--help"]),
        (["version"], ["--version"]),
    ):
        assert cli(*words).out == cli(*option).out
        assert cli(*words).code == 0
    assert "`ecscli --version`" in cli("compose", "version").err


def test_an_unknown_flag_is_bad_input(cli: Cli) -> None:
    done = cli("up", "--sise", "2")
    assert done.code == 2
    assert "--size" in done.err


def test_flags_as_go_writes_them(cli: Cli) -> None:
    long = cli(
        "render", "--cluster", "demo", "--region", "us-east-1", "--capability-iam", "--size", "3"
    )
    short = cli(
        "render", "-cluster=demo", "-region", "us-east-1", "-capability-iam=true", "-size=3"
    )
    assert long.code == 0, long.err
    assert short.out == long.out


def test_two_spellings_of_one_flag_are_refused(cli: Cli) -> None:
    done = cli("render", "--cluster", "a", "-c", "b")
    assert done.code == 2
    assert "Cannot use two forms of the same flag" in done.err


def test_a_bug_is_one_line_and_not_a_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecscli.commands.license.command.callback", lambda *_, **__: 1 / 0)
    done = cli("license")
    assert done.code == 1
    assert "this is a bug in ecscli: ZeroDivisionError" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in cli("--debug", "license").err


@pytest.mark.process
def test_python_dash_m_imports_nothing_from_the_current_directory(tmp_path: Path) -> None:
    for name in ("click", "yaml", "rich", "jsonschema", "docker", "botocore"):
        (tmp_path / f"{name}.py").write_text(
            "raise SystemExit('a file of the project was imported')\n"
        )
    (tmp_path / "compose.yml").write_text("services: {web: {image: nginx, mem_limit: 64m}}\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ecscli", "compose", "check"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
