"""A stranger's files: what they can read of this machine and of this environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecscli import build_task_definition
from ecscli.base.errors import InputError
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.find.side_files import load_params
from ecscli.compose.load import load_project
from ecscli.compose.text.withheld import CREDENTIALS
from tests.conftest import Cli

SECRET = "kept-by-the-ci"
ENVIRONMENT = dict.fromkeys(CREDENTIALS, SECRET)
WEB = "services:\n  web:\n    image: nginx\n"


def folder_with(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def said(options: LoadOptions) -> list[str]:
    """The findings of a project, each with its hint on its line."""
    with pytest.raises(InputError) as caught:
        build_task_definition(load_project(options))
    assert SECRET not in "\n".join(caught.value.lines())
    return [
        f"{finding.where}: {finding.message} ({finding.hint})" for finding in caught.value.findings
    ]


# ------------------------------------------------------------------------------------------- variab

NAMED = {
    "image": (
        {"compose.yaml": "services: {web: {image: 'x:$AWS_SECRET_ACCESS_KEY'}}"},
        "compose.yaml:1:25",
    ),
    "default": (
        {"compose.yaml": "services: {web: {image: '${AWS_SECRET_ACCESS_KEY:-test}'}}"},
        "compose.yaml:1:25",
    ),
    "alternative": (
        {"compose.yaml": "services: {web: {image: 'x${AWS_SECRET_ACCESS_KEY:+yes}'}}"},
        "compose.yaml:1:25",
    ),
    "message": (
        {"compose.yaml": "services: {web: {image: '${NONE:?say ${AWS_SECRET_ACCESS_KEY}}'}}"},
        "compose.yaml:1:25",
    ),
    "passed through": (
        {"compose.yaml": WEB + "    environment: [AWS_SECRET_ACCESS_KEY]"},
        "compose.yaml:4:19",
    ),
    "passed through as a key": (
        {"compose.yaml": WEB + "    environment:\n      AWS_SECRET_ACCESS_KEY:"},
        "compose.yaml:5:7",
    ),
    "passed through of version 2": (
        {"docker-compose.yml": "version: '2'\n" + WEB + "    environment: [AWS_SECRET_ACCESS_KEY]"},
        "docker-compose.yml:5:",
    ),
    "passed through of version 3": (
        {"docker-compose.yml": "version: '3'\n" + WEB + "    environment: [AWS_SECRET_ACCESS_KEY]"},
        "docker-compose.yml:5:",
    ),
    "bare in an env file": (
        {"compose.yaml": WEB + "    env_file: web.env", "web.env": "AWS_SECRET_ACCESS_KEY"},
        "compose.yaml:4:",
    ),
    "bare in an env file of version 2": (
        {
            "docker-compose.yml": "version: '2'\n" + WEB + "    env_file: web.env",
            "web.env": "AWS_SECRET_ACCESS_KEY",
        },
        "docker-compose.yml:5:",
    ),
    "bare in a raw env file": (
        {
            "compose.yaml": WEB + "    env_file: [{path: web.env, format: raw}]",
            "web.env": "AWS_SECRET_ACCESS_KEY",
        },
        "compose.yaml:4:",
    ),
    "in an env file": (
        {"compose.yaml": WEB + "    env_file: web.env", "web.env": "A=$AWS_SECRET_ACCESS_KEY"},
        "web.env:1:3",
    ),
    "in .env": (
        {"compose.yaml": WEB, ".env": "A=1\nA=$AWS_SECRET_ACCESS_KEY"},
        ".env:2:3",
    ),
    "bare in .env": (
        {
            "compose.yaml": "services: {web: {image: 'x$AWS_SECRET_ACCESS_KEY'}}",
            ".env": "AWS_SECRET_ACCESS_KEY",
        },
        "compose.yaml:1:25",
    ),
    "build argument": (
        {
            "compose.yaml": WEB + "    build: {context: ., args: [AWS_SECRET_ACCESS_KEY]}",
            "Dockerfile": "FROM scratch\n",
        },
        "compose.yaml:4:32",
    ),
    "config": (
        {
            "compose.yaml": (
                WEB + "    configs: [{source: c, target: /etc/web/c}]\n"
                "configs: {c: {environment: AWS_SECRET_ACCESS_KEY}}"
            )
        },
        "compose.yaml:5:11",
    ),
    "included": (
        {
            "compose.yaml": "include: [more/compose.yaml]",
            "more/compose.yaml": (
                "services: {web: {image: x, environment: [AWS_SECRET_ACCESS_KEY]}}"
            ),
        },
        "more/compose.yaml:1:42",
    ),
    "project name": (
        {"compose.yaml": "name: 'p-${AWS_SECRET_ACCESS_KEY}'\n" + WEB},
        "compose.yaml:1:7",
    ),
    "params": (
        {
            "compose.yaml": WEB,
            "ecs-params.yml": (
                "version: 1\ntask_definition:\n  task_role_arn: ${AWS_SECRET_ACCESS_KEY}"
            ),
        },
        "ecs-params.yml:3:18",
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_credential_of_the_environment_does_not_reach_a_file(tmp_path: Path, case: str) -> None:
    files, place = NAMED[case]
    folder_with(tmp_path, files)
    found = said(LoadOptions(str(tmp_path), ENVIRONMENT))
    assert any(
        line.startswith(place) and "AWS_SECRET_ACCESS_KEY is a credential" in line for line in found
    ), found
    assert all("--interpolate-credentials" in line for line in found if "is a credential" in line)


@pytest.mark.parametrize("case", sorted(set(NAMED) - {"message", "project name"}))
def test_it_reaches_the_file_where_that_is_asked_for(tmp_path: Path, case: str) -> None:
    folder_with(tmp_path, NAMED[case][0])
    project = load_project(LoadOptions(str(tmp_path), ENVIRONMENT, interpolate_credentials=True))
    build_task_definition(project)


@pytest.mark.parametrize("name", sorted(CREDENTIALS))
def test_every_credential_is_withheld(tmp_path: Path, name: str) -> None:
    folder_with(tmp_path, {"compose.yaml": f"services: {{web: {{image: '${{{name}}}'}}}}"})
    assert f"{name} is a credential" in said(LoadOptions(str(tmp_path), ENVIRONMENT))[0]


def test_a_value_of_the_project_s_own_is_no_credential_of_the_environment(tmp_path: Path) -> None:
    text = (
        WEB
        + "    environment: [AWS_SECRET_ACCESS_KEY, 'A=$AWS_SECRET_ACCESS_KEY', B]\n    env_file:"
        " web.env\n"
    )
    own = "AWS_SECRET_ACCESS_KEY=local\nB=${AWS_SECRET_ACCESS_KEY}"
    folder_with(
        tmp_path, {"compose.yaml": text, ".env": own, "web.env": "C=$AWS_SECRET_ACCESS_KEY"}
    )
    service = load_project(LoadOptions(str(tmp_path), ENVIRONMENT)).services[0]
    assert dict(service.environment) == {
        "AWS_SECRET_ACCESS_KEY": "local",
        "A": "local",
        "B": "local",
        "C": "local",
    }


def test_other_variables_and_credentials_that_are_not_set_are_as_ever(tmp_path: Path) -> None:
    text = (
        WEB + "    environment: ['A=$AWS_REGION', 'B=${AWS_SECRET_ACCESS_KEY:-test}',"
        " AWS_SESSION_TOKEN]\n"
    )
    folder_with(tmp_path, {"compose.yaml": text})
    service = load_project(LoadOptions(str(tmp_path), {"AWS_REGION": "eu-west-1"})).services[0]
    assert dict(service.environment) == {"A": "eu-west-1", "B": "test"}


# ------------------------------------------------------------------------------------------- files

OUTSIDE = {
    "env_file": (WEB + "    env_file: ../outside", "compose.yaml:4:"),
    "optional env_file": (
        WEB + "    env_file: [{path: ../outside, required: false}]",
        "compose.yaml:4:",
    ),
    "env_file of version 2": (
        "version: '2'\n" + WEB + "    env_file: ../outside",
        "compose.yaml:5:",
    ),
    "label_file": (WEB + "    label_file: ../outside", "compose.yaml:4:"),
    "include": ("include: [../outside]\n" + WEB, "compose.yaml:1:"),
    "env file of an include": (
        "include: [{path: more.yaml, env_file: ../outside}]\n" + WEB,
        "compose.yaml:1:",
    ),
    "extends": (WEB + "    extends: {file: ../outside, service: web}", "compose.yaml:4:"),
    "config": (
        WEB + "    configs: [{source: c, target: /etc/web/c}]\nconfigs: {c: {file: ../outside}}",
        "compose.yaml:5:",
    ),
}


@pytest.mark.parametrize("case", OUTSIDE)
@pytest.mark.parametrize(
    "path", ["../outside", "link", "folder/outside", "/proc/self/environ", "/dev/zero", "pipe"]
)
def test_a_confined_project_reads_no_file_outside_of_it(
    tmp_path: Path, case: str, path: str
) -> None:
    text, place = OUTSIDE[case]
    folder = folder_with(
        tmp_path / "project", {"compose.yaml": text.replace("../outside", path), "more.yaml": ""}
    )
    (tmp_path / "outside").write_text("services: {web: {image: nginx}}")
    (folder / "link").symlink_to("../outside")
    (folder / "folder").symlink_to("..")
    os.mkfifo(folder / "pipe")
    found = said(LoadOptions(str(folder), {"CI": "true"}))
    assert any(
        line.startswith(place) and ("outside of the project" in line or "cannot be read" in line)
        for line in found
    )
    if "outside" in path or path == "link":
        assert any("--no-confined" in line for line in found)


@pytest.mark.parametrize("case", OUTSIDE)
def test_a_confined_project_reads_nothing_of_git_s(tmp_path: Path, case: str) -> None:
    text, place = OUTSIDE[case]
    folder = folder_with(
        tmp_path / "project",
        {
            "compose.yaml": text.replace("../outside", ".git/config"),
            "more.yaml": "",
            ".git/config": "services: {web: {image: nginx}}",
        },
    )
    found = said(LoadOptions(str(folder), {"CI": "true"}))
    assert any(line.startswith(place) and "belongs to git" in line for line in found)


def test_what_lies_outside_is_read_where_nobody_confines_it(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "project", {"compose.yaml": OUTSIDE["env_file"][0]})
    (tmp_path / "outside").write_text("A=1")
    for options in (
        LoadOptions(str(folder), {}),
        LoadOptions(str(folder), {"CI": "true"}, confined=False),
    ):
        assert load_project(options).services[0].environment == (("A", "1"),)


def test_the_project_reaches_up_to_the_top_of_its_work_tree(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "repo" / "deploy", {"compose.yaml": OUTSIDE["env_file"][0]})
    folder_with(tmp_path / "repo", {"outside": "A=1", ".git/HEAD": ""})
    assert load_project(LoadOptions(str(folder), {"CI": "true"})).services[0].environment == (
        ("A", "1"),
    )


@pytest.mark.parametrize("name", ["compose.yaml", ".env", "ecs-params.yml"])
def test_a_file_with_a_usual_name_may_not_be_a_link_that_leads_out(
    tmp_path: Path, name: str
) -> None:
    folder = folder_with(tmp_path / "project", {"compose.yaml": WEB})
    (tmp_path / "outside").write_text(WEB if name == "compose.yaml" else "")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to("../outside")
    with pytest.raises(InputError, match=f"{name} lies outside of the project"):
        build_task_definition(load_project(LoadOptions(str(folder), {"CI": "true"})))


def test_compose_file_of_a_stranger_s_env_file_cannot_lead_out(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "project", {".env": "COMPOSE_FILE=../outside.yaml"})
    (tmp_path / "outside.yaml").write_text(WEB)
    assert "lies outside of the project" in said(LoadOptions(str(folder), {"CI": "true"}))[0]
    assert load_project(
        LoadOptions(str(folder), {"CI": "true", "COMPOSE_FILE": "../outside.yaml"})
    ).services


def test_what_the_user_names_may_lie_outside(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "project", {"compose.yaml": WEB})
    folder_with(tmp_path, {"over.yaml": WEB, "more.env": "A=1", "params.yml": "version: 1"})
    files, env_files = ["compose.yaml", "../over.yaml"], ["../more.env"]
    project = load_project(LoadOptions(str(folder), {"CI": "true"}, files, env_files=env_files))
    assert load_params(str(folder), "../params.yml", {}, project.within).present


def test_a_config_is_no_larger_than_a_task_definition_can_be(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        {
            "compose.yaml": OUTSIDE["config"][0].replace("../outside", "large"),
            "large": "x" * 50_000,
        },
    )
    (found,) = said(LoadOptions(str(tmp_path), {}))
    assert "large has more than 49152 bytes" in found


@pytest.mark.parametrize(
    "target", ["/etc/../run/x", "../../run/x", "/..", "/a/..", "/etc/web/", "x/y", '"/etc/w\\nb/x"']
)
def test_a_target_that_is_no_path_of_a_file_is_refused(tmp_path: Path, target: str) -> None:
    text = WEB + f"    configs: [{{source: c, target: {target}}}]\nconfigs: {{c: {{content: x}}}}"
    secret = text.replace("configs", "secrets").replace(
        "content: x", "external: true, name: /prod/x"
    )
    is_below_run_secrets = target == "x/y"  # as in Docker
    for written in (text,) if is_below_run_secrets else (text, secret):
        folder_with(tmp_path, {"compose.yaml": written})
        (found,) = said(LoadOptions(str(tmp_path), {}))
        assert found.startswith("compose.yaml:4:")


# ------------------------------------------------------------------------------------------- comman


def test_the_command_line_confines_and_lets_out(cli: Cli) -> None:
    cli.write("compose.yaml", OUTSIDE["env_file"][0])
    cli.write("../outside", "A=1")
    refused = cli("compose", "render", CI="true")
    assert (refused.code, refused.out) == (2, "")
    assert "--no-confined" in refused.err
    assert cli("compose", "--confined", "check").code == 2
    assert cli("compose", "--no-confined", "check", CI="true").code == 0
    assert cli("compose", "check").code == 0


def test_the_command_line_keeps_keys_and_gives_them(cli: Cli) -> None:
    cli.write("compose.yaml", WEB + "    environment: [AWS_SECRET_ACCESS_KEY]\n")
    refused = cli("compose", "render", AWS_SECRET_ACCESS_KEY=SECRET)
    assert (refused.code, SECRET in refused.out + refused.err) == (2, False)
    assert "--interpolate-credentials" in refused.err
    assert (
        cli("compose", "--interpolate-credentials", "render", AWS_SECRET_ACCESS_KEY="key").code == 0
    )


@pytest.mark.parametrize("path", ["../outside", "link", "/proc/self/environ", "/dev/zero"])
def test_user_data_of_a_cluster_file_does_not_lead_out(cli: Cli, path: str) -> None:
    cli.write(
        "ecs-cluster.yml",
        f"cluster: c\nregion: eu-west-1\ncapacity:\n  user-data: [{path}]\ncapability-iam: true\n",
    )
    cli.write("../outside", "#!/bin/sh\n")
    (cli.directory / "link").symlink_to("../outside")
    refused = cli("render", CI="true")
    assert refused.code == 2
    assert "ecs-cluster.yml:4:15: user data: the file" in refused.err
    if "/proc" not in path and "/dev" not in path:
        assert "--no-confined" in refused.err
        assert cli("render", "--no-confined", CI="true").code == 0


def test_a_cluster_file_that_is_a_link_does_not_lead_out(cli: Cli) -> None:
    cli.write("../outside.yml", "cluster: c\nregion: eu-west-1\ncapability-iam: true\n")
    (cli.directory / "ecs-cluster.yml").symlink_to("../outside.yml")
    refused = cli("render", CI="true")
    assert refused.code == 2
    assert "ecs-cluster.yml lies outside of the project" in refused.err
    assert cli("render", "--cluster-file", "../outside.yml", "--no-confined", CI="true").code == 0


def test_standard_input_is_not_read_without_end(cli: Cli) -> None:
    refused = cli("compose", "-f", "-", "check", stdin="#" * 9_000_000)
    assert "more than 8388608 bytes" in refused.out


def test_a_pipe_is_never_waited_for_whatever_option_names_it(cli: Cli) -> None:
    cli.write("compose.yaml", WEB)
    os.mkfifo(cli.directory / "pipe")
    for words in (
        ("compose", "-f", "pipe", "check"),
        ("compose", "--env-file", "pipe", "check"),
        ("compose", "--ecs-params", "pipe", "check"),
        ("compose", "--registry-creds", "pipe", "check"),
        ("render", "--cluster", "c", "--cluster-file", "pipe"),
        (
            "render",
            "--cluster",
            "c",
            "--region",
            "eu-west-1",
            "--capability-iam",
            "--extra-user-data",
            "pipe",
        ),
        ("registry-creds", "up", "pipe", "--no-role", "--region", "eu-west-1"),
    ):
        refused = cli(*words)
        assert refused.code == 2, words
        assert "it is a pipe" in refused.out + refused.err, words


@pytest.mark.parametrize("name", ["compose.yaml", "ecs-params.yml", "web.env", "ecs-cluster.yml"])
def test_no_file_is_read_beyond_its_limit(cli: Cli, name: str) -> None:
    cli.write("compose.yaml", WEB + "    env_file: web.env\n")
    cli.write("web.env", "")
    with (cli.directory / name).open("wb") as file:
        file.truncate(500_000_000)
    refused = (
        cli("render", "--cluster", "c") if name == "ecs-cluster.yml" else cli("compose", "check")
    )
    assert refused.code == 2
    assert f"{name} has more than" in refused.out + refused.err
