"""`ecscli compose check` through the real command line, a folder a story.

`python -m tests.compose.test_check` writes what is printed today into the folders; read the
difference before it stays.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import Cli

CASES = Path(__file__).parent / "check"
NAMES = sorted(path.name for path in CASES.iterdir())


def run(cli: Cli, name: str, *more: str) -> str:
    """What the case's command prints: data, talk and exit code as one text."""
    shutil.copytree(CASES / name, cli.directory, dirs_exist_ok=True)
    result = cli(*(CASES / name / "cmd").read_text().split(), *more)
    return f"{result.out}--- {result.err}--- exit code {result.code}\n"


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_that_of_the_folder(cli: Cli, name: str) -> None:
    assert run(cli, name) == (CASES / name / "expected.txt").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_json_holds_the_same_findings(cli: Cli, name: str) -> None:
    expected = (CASES / name / "expected.txt").read_text()
    shutil.copytree(CASES / name, cli.directory, dirs_exist_ok=True)
    result = cli(*(CASES / name / "cmd").read_text().split(), "--output", "json")
    report = result.json
    assert report["ok"] == (result.code == 0) == expected.endswith("exit code 0\n")
    assert len(report["findings"]) == len(expected.split("--- ")[0].splitlines())
    for finding in report["findings"]:
        assert finding["severity"] in ("error", "warning", "info")
        if finding["line"]:
            assert f"{finding['file']}:{finding['line']}:{finding['column']}  " in expected


def test_json_has_one_shape(cli: Cli) -> None:
    cli.write(
        "compose.yml", "name: shop\nservices:\n  web:\n    image: nginx\n    privileged: true\n"
    )
    awsvpc = "network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}"
    cli.write("ecs-params.yml", f"version: 1\nrun_params:\n  {awsvpc}\n")
    result = cli("compose", "check", "--launch-type", "fargate", "--output", "json")
    assert result.code == 2
    assert {key: value for key, value in result.json.items() if key != "findings"} == {
        "launchType": "FARGATE",
        "launchTypeAssumed": False,
        "ok": False,
        "errors": 1,
        "warnings": 0,
    }
    assert result.json["findings"][-1] == {
        "file": "compose.yml",
        "line": 5,
        "column": 5,
        "key": "services.web.privileged",
        "outcome": "refused",
        "severity": "error",
        "field": None,
        "message": "not possible on Fargate",
        "hint": "Fargate has no privileged containers; use launch type EC2",
    }


def test_a_task_definition_of_more_than_64_kib_is_found_at_rest(cli: Cli) -> None:
    cli.write(
        "compose.yml",
        f"services:\n  web:\n    image: nginx\n    environment: {{A: {'x' * 70000}}}\n",
    )
    result = cli("compose", "check")
    assert result.code == 2
    assert "65536 at most" in result.out


def test_checking_loads_nothing_heavy(cli: Cli) -> None:
    """No AWS library, no terminal library, and jsonschema not either where the files are right."""
    cli.write("compose.yml", "services:\n  web:\n    image: nginx\n")
    cli.write("ecs-params.yml", "version: 1\ntask_definition:\n  ecs_network_mode: bridge\n")
    program = (
        "import sys; from ecscli.cli import run; code = run(['compose', 'check']);"
        "heavy = {'boto3', 'botocore', 'moto', 'rich', 'jsonschema', 'docker'} & set(sys.modules);"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    environment = {**cli.environment, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cli.directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "EC2: no errors, no warnings; keys: 1 mapped\n")


def test_two_mistakes_of_one_key_are_two_findings(cli: Cli) -> None:
    cli.write(
        "compose.yml",
        'services:\n  web:\n    image: nginx\n    ports: ["80:80/sctp", "81:81", "81:82"]\n',
    )
    result = cli("compose", "check")
    assert [line.split("  ")[0] for line in result.out.splitlines() if "  error  " in line] == [
        "compose.yml:4:13",
        "compose.yml:4:36",
    ]


def test_broken_side_files_are_findings_too(cli: Cli) -> None:
    cli.write("compose.yml", "services:\n  web:\n    image: nginx\n")
    cli.write("creds.yml", "version: 1\nregistry_credential_outputs: 5\n")
    result = cli("compose", "--registry-creds", "creds.yml", "check", "--output", "json")
    assert result.code == 2
    assert [finding["file"] for finding in result.json["findings"]] == ["creds.yml"]


@pytest.mark.parametrize("verb", ["check", "render"])
def test_mistakes_of_all_files_are_shown_in_one_run(cli: Cli, verb: str) -> None:
    cli.write("compose.yml", "services:\n  web:\n    imagee: nginx\n")
    cli.write(".env", "SIZE=lots\n")
    cli.write(
        "ecs-params.yml",
        "task_definition:\n  services:\n    web:\n      depends_on: 5\n      mem_limit:"
        " ${SIZE:?}\n",
    )
    cli.write("creds.yml", "version: 1\nregistry_credential_outputs: 5\n")
    result = cli("compose", "--registry-creds", "creds.yml", verb)
    told = result.out + result.err
    assert result.code == 2
    for place in ("compose.yml:3:5", "ecs-params.yml:4:7", "ecs-params.yml:5:7", "creds.yml:2:1"):
        assert place in told


def test_nothing_is_said_of_a_service_that_is_off(cli: Cli) -> None:
    cli.write(
        "compose.yml",
        "services:\n  web:\n    image: nginx\n  shell:\n    image: bash\n    profiles: [dev]\n   "
        " privileged: true\n",
    )
    awsvpc = "network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}"
    cli.write("ecs-params.yml", f"version: 1\nrun_params:\n  {awsvpc}\n")
    result = cli("compose", "check", "--all", "--launch-type", "FARGATE")
    assert [line.split("  ")[2].split(" ")[0] for line in result.out.splitlines()] == [
        "services.web.image",
        "services.shell.profiles",
    ]
    assert cli("compose", "render", "--launch-type", "FARGATE").code == 0
    assert (
        cli("compose", "--compose-profile", "dev", "render", "--launch-type", "FARGATE").code == 2
    )


def test_a_misspelt_image_is_one_mistake(cli: Cli) -> None:
    cli.write("compose.yml", "services:\n  web:\n    imagee: nginx\n")
    assert [
        finding["key"]
        for finding in cli("compose", "check", "--output", "json").json["findings"]
        if finding["severity"] == "error"
    ] == ["services.web"]


@pytest.mark.parametrize("verb", ["check", "render"])
def test_what_needs_no_aws_starts_no_sandbox(cli: Cli, verb: str) -> None:
    cli.write("compose.yml", "services:\n  web:\n    image: nginx\n")
    assert cli("--sandbox", "compose", verb).code == 0
    assert not list(cli.directory.parent.rglob("server.json"))


def test_a_key_is_never_said_twice_for_one_place(cli: Cli) -> None:
    for name in NAMES:
        text = run(cli, name).split("--- ")[0]
        places = [line.split("  ")[0] + line.split("  ")[2] for line in text.splitlines()]
        assert len(places) == len(set(places)), json.dumps(places, indent=1)
        shutil.rmtree(cli.directory)


def record() -> None:
    """Write what each case prints now into its folder."""
    for name in NAMES:
        with tempfile.TemporaryDirectory() as home:
            directory = Path(shutil.copytree(CASES / name, Path(home) / "project"))
            environment = {
                "PATH": "/bin",
                "HOME": home,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "LANG": "C.UTF-8",
            }
            arguments = [
                sys.executable,
                "-m",
                "ecscli",
                *(CASES / name / "cmd").read_text().split(),
            ]
            done = subprocess.run(
                arguments,
                cwd=directory,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
        (CASES / name / "expected.txt").write_text(
            f"{done.stdout}--- {done.stderr}--- exit code {done.returncode}\n"
        )


if __name__ == "__main__":
    record()
