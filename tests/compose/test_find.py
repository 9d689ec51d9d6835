"""Where the files of a project are looked for, and what is said of one that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_params
from ecscli.compose.load import load_project
from tests.conftest import Cli

WEB = "services:\n  web:\n    image: nginx\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def refusal(options: LoadOptions) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_project(options)
    return list(caught.value.lines())


def test_the_nearest_directory_above_with_a_compose_file_is_the_project(tmp_path: Path) -> None:
    shop = write(
        tmp_path / "shop",
        {
            "compose.yaml": WEB + "    env_file: web.env\n",
            "compose.override.yaml": "services: {web: {hostname: $NAME}}",
            "web.env": "A=1",
            ".env": "NAME=shop",
            "src/deep/main.py": "",
            "../compose.yaml": "services: {other: {image: other}}",
        },
    )
    project = load_project(LoadOptions(str(shop / "src" / "deep"), {}))
    (web,) = project.services
    assert (project.name, project.directory) == ("shop", str(shop))
    assert project.files == ("../../compose.yaml", "../../compose.override.yaml")
    assert (web.environment, web.hostname) == ((("A", "1"),), "shop")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_above_that_is_another_user_s_is_not_taken_for_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": WEB, "src/main.py": ""})
    os.chown(tmp_path / "compose.yaml", 12345, 12345)
    options = LoadOptions(str(tmp_path / "src"), {})
    message, hint = refusal(options)
    assert message == f"the nearest Compose file, {tmp_path}/compose.yaml, belongs to another user"
    assert hint == f"  hint: to use it, name it: --file {tmp_path}/compose.yaml"
    load_project(LoadOptions(str(tmp_path / "src"), {}, files=("../compose.yaml",)))
    os.chown(tmp_path / "src", 12345, 12345)
    assert load_project(options).directory == str(tmp_path), "a checkout of one owner is one"


def test_messages_name_the_file_that_was_found_above(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": WEB + "    prot: 1\n", "src/x": ""})
    first, *_ = refusal(LoadOptions(str(tmp_path / "src"), {}))
    assert first == '../compose.yaml:4:5: services.web: unknown key "prot"'


def test_files_of_ecs_cli_are_found_above_as_well(tmp_path: Path) -> None:
    old = "version: '2'\n" + WEB
    write(tmp_path, {"docker-compose.yml": old, "compose.yaml": WEB, "src/x": ""})
    project = load_project(LoadOptions(str(tmp_path / "src"), {}))
    (warning,) = project.warnings
    assert project.files == ("../docker-compose.yml",)
    assert warning.message.startswith("../docker-compose.yml is used, as ecs-cli did")


def test_a_file_in_the_working_directory_and_one_that_is_named_win(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": "", "src/compose.yml": WEB, "src/more/named.yml": WEB})
    assert load_project(LoadOptions(str(tmp_path / "src"), {})).files == ("compose.yml",)
    deep = str(tmp_path / "src" / "more")
    assert load_project(LoadOptions(deep, {}, ["named.yml"])).directory == deep
    assert load_project(LoadOptions(deep, {"COMPOSE_FILE": "named.yml"})).directory == deep


def test_a_confined_run_looks_no_higher_than_the_top_of_the_work_tree(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": WEB, "repo/.git/HEAD": "", "repo/src/x": ""})
    src = str(tmp_path / "repo" / "src")
    assert load_project(LoadOptions(src, {})).files == ("../../compose.yaml",)
    assert refusal(LoadOptions(src, {"CI": "true"}))[0].startswith("there is no Compose file in")
    write(tmp_path, {"repo/compose.yaml": WEB})
    assert load_project(LoadOptions(src, {"CI": "true"})).files == ("../compose.yaml",)


def test_without_a_work_tree_a_confined_run_stays_in_its_directory(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": WEB, "src/x": ""})
    assert refusal(LoadOptions(str(tmp_path / "src"), {}, confined=True))


def test_the_files_beside_the_compose_file_are_used_from_below(cli: Cli) -> None:
    cli.write("compose.yaml", WEB)
    cli.write("ecs-params.yml", "task_definition: {task_role_arn: fromParams}")
    cli.write("ecs-cluster.yml", "cluster: shop\nlaunch-type: FARGATE\nregion: eu-west-1")
    cli.write("src/x", "")
    here = cli("compose", "render")
    cli.directory = cli.directory / "src"
    below = cli("compose", "render")
    assert (below.code, below.out) == (0, here.out)
    assert json.loads(here.out)["requiresCompatibilities"] == ["FARGATE"]
    assert json.loads(here.out)["taskRoleArn"] == "fromParams"


def test_the_params_of_the_working_directory_win_over_those_above(tmp_path: Path) -> None:
    own = "task_definition: {ecs_network_mode: host}"
    above = "task_definition: {ecs_network_mode: none}"
    write(tmp_path, {"ecs-params.yml": above, "src/ecs-params.yml": own})
    params = load_params(str(tmp_path / "src"), None, {}, beside=str(tmp_path))
    assert params.task == {"networkMode": "host"}
    (tmp_path / "src" / "ecs-params.yml").unlink()
    params = load_params(str(tmp_path / "src"), None, {}, beside=str(tmp_path))
    assert (params.file, params.task) == ("../ecs-params.yml", {"networkMode": "none"})


def test_a_file_that_does_not_exist_has_no_place_but_a_near_name(tmp_path: Path) -> None:
    write(tmp_path, {"docker-compose.yml": WEB, "staging-params.yml": ""})
    assert refusal(LoadOptions(str(tmp_path), {}, ["docker-compos.yaml"])) == [
        "the file docker-compos.yaml does not exist",
        '  hint: did you mean "docker-compose.yml"?',
    ]
    with pytest.raises(InputError) as caught:
        load_params(str(tmp_path), "stagin-params.yml", {})
    assert list(caught.value.lines()) == [
        "Error reading file 'stagin-params.yml': no such file or directory",
        '  hint: did you mean "staging-params.yml"?',
    ]


@pytest.mark.parametrize("words", ["config", "check", "render", "config --format json"])
def test_an_ascii_stream_gets_escapes_for_what_it_cannot_take(tmp_path: Path, words: str) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "ecscli", "compose", *words.split()]
    for text in (WEB + "    labels: {owner: René}\n", WEB + "    labels: {é: 1, é: 2}\n"):
        (tmp_path / "compose.yml").write_text(text)
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **ascii_only, "HOME": str(tmp_path)},
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 2)
        assert (done.stdout + done.stderr).isascii()
        assert b"bug" not in done.stderr
