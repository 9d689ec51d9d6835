"""`ecscli compose render` and the Python API: the request of every project, with no AWS, no account
and no network."""

import json
import socket
import subprocess
import sys

import pytest
import yaml

import ecscli
from tests.conftest import Cli

COMPOSE = """\
services:
  web:
    image: nginx
    ports: ["80:80"]
    labels: {someKey: kept}
    logging: {driver: awslogs, options: {awslogs-group: web}}
"""
ROLE = """\
task_definition: {task_execution_role: puller}
run_params: {network_configuration: {awsvpc_configuration: {subnets: [subnet-1]}}}
"""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("render must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_the_request_is_data_and_the_rest_is_talk(cli: Cli) -> None:
    cli.write("shop/compose.yaml", COMPOSE)
    cli.write("ecs-params.yml", ROLE)
    result = cli(
        "compose",
        "-f",
        "shop/compose.yaml",
        "render",
        "--launch-type",
        "fargate",
        "--region",
        "eu-west-1",
    )
    assert result.code == 0, result.err
    assert (result.json["family"], result.json["cpu"], result.json["memory"]) == (
        "shop",
        "256",
        "512",
    )
    assert (
        result.json["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-region"]
        == "eu-west-1"
    )
    assert "Fargate: the task gets 256 CPU units and 512 MiB" in result.err


def test_the_same_files_give_the_same_bytes(cli: Cli) -> None:
    cli.write("compose.yaml", COMPOSE + "  db: {image: postgres}\n")
    first = cli("compose", "render").out
    cli.write(
        "compose.yaml", COMPOSE.replace("services:\n", "services:\n  db: {image: postgres}\n")
    )
    assert cli("compose", "render").out == first


def test_a_template_keeps_the_keys_of_the_user(cli: Cli) -> None:
    cli.write("compose.yaml", COMPOSE)
    result = cli(
        "compose", "-p", "shop", "--task-role-arn", "reader", "render", "--format", "cloudformation"
    )
    resource = yaml.safe_load(result.out)["Resources"]["TaskDefinition"]
    assert resource["Type"] == "AWS::ECS::TaskDefinition"
    properties = resource["Properties"]
    assert properties["TaskRoleArn"] == {
        "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/reader"
    }
    container = properties["ContainerDefinitions"][0]
    assert container["DockerLabels"] == {"someKey": "kept"}
    assert container["LogConfiguration"]["Options"]["awslogs-group"] == "web"
    assert container["PortMappings"] == [{"ContainerPort": 80, "HostPort": 80, "Protocol": "tcp"}]


def test_everything_that_cannot_be_is_told_with_its_line(cli: Cli) -> None:
    wrong = (
        "    privileged: true\n    devices: [/dev/fuse]\n  db: {image: postgres, shm_size: 1g}\n"
    )
    cli.write("compose.yaml", COMPOSE + wrong)
    cli.write("ecs-params.yml", ROLE)
    result = cli("compose", "render", "--launch-type", "FARGATE")
    assert (result.code, result.out) == (2, "")
    places = [line.split(": ")[:2] for line in result.err.splitlines() if "services." in line]
    assert [place[-1] if place[0] == "error" else place[0] for place in places] == [
        "compose.yaml:7:5",
        "compose.yaml:8:5",
        "compose.yaml:9:25",
    ]


def test_a_directory_of_this_machine_is_warned_of(cli: Cli) -> None:
    cli.write(
        "compose.yaml", 'services: {web: {image: nginx, volumes: ["./src:/src", "/srv:/srv"]}}\n'
    )
    result = cli("compose", "render")
    assert result.json["volumes"] == [
        {"name": "volume-1", "host": {"sourcePath": "/srv"}},
        {"name": "src"},
    ]
    assert (
        "compose.yaml:1:42: services.web.volumes: src does not exist: the task gets" in result.err
    )
    old = 'version: "3"\nservices: {web: {image: nginx, volumes: ["./src:/src"]}}\n'
    cli.write("compose.yaml", old)
    result = cli("compose", "render")
    assert result.json["volumes"][0]["host"] == {"sourcePath": f"{cli.directory}/src"}
    assert result.err.count("is on this machine") == 1


def test_side_files_stand_in_the_working_directory(cli: Cli) -> None:
    cli.write("shop/compose.yaml", COMPOSE)
    cli.write("ecs-params.yml", "task_definition: {task_role_arn: '${ROLE}'}\n")
    cli.write(
        "ecs-registry-creds_20210101T000000Z.yml",
        "registry_credential_outputs: {task_execution_role: puller}\n",
    )
    result = cli("compose", "-f", "shop/compose.yaml", "render", ROLE="reader")
    assert (result.json["taskRoleArn"], result.json["executionRoleArn"]) == ("reader", "puller")


@pytest.mark.parametrize(
    ("flag", "name"), [("--ecs-params", "p.yml"), ("--registry-creds", "c.yml")]
)
def test_a_side_file_that_is_missing_is_named(cli: Cli, flag: str, name: str) -> None:
    cli.write("compose.yaml", COMPOSE)
    result = cli("compose", flag, name, "render")
    assert result.code == 2
    assert f"Error reading file '{name}': no such file or directory" in result.err


def test_the_python_api_gives_the_same_in_two_lines(cli: Cli) -> None:
    cli.write("compose.yaml", COMPOSE)
    roles = "{task_role_arn: reader, task_execution_role: puller}"
    cli.write("ecs-params.yml", ROLE.replace("{task_execution_role: puller}", roles))
    project = ecscli.load_project(directory=str(cli.directory), environment={}, project_name="shop")
    request = ecscli.build_task_definition(project, launch_type="FARGATE", tags={"team": "web"})
    rendered = cli(
        "compose", "-p", "shop", "render", "--launch-type", "FARGATE", "--tags", "team=web"
    )
    assert request == rendered.json
    assert list(request)[:2] == ["family", "taskRoleArn"]


def test_rendering_loads_none_of_the_heavy_libraries(cli: Cli) -> None:
    cli.write("compose.yaml", COMPOSE)
    code = (
        "import sys, ecscli.cli\n"
        "assert ecscli.cli.run(['compose', 'render']) == 0\n"
        "heavy = {'boto3', 'botocore', 'moto', 'rich', 'jsonschema', 'docker'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    path = cli.environment | {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cli.directory,
        env=path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["family"] == "project"


def test_a_template_in_which_cloudformation_would_carry_something_out_comes_with_a_warning(
    cli: Cli,
) -> None:
    secret = "{{resolve:secretsmanager:prod/db}}"
    cli.write(
        "compose.yml",
        f"services: {{web: {{image: nginx, mem_limit: 64m, environment: {{A: '{secret}'}}}}}}\n",
    )
    shown = cli("compose", "render", "--format", "cloudformation")
    assert shown.code == 0, shown.err
    assert "environment.0.value: CloudFormation would carry out {{resolve:...}} here" in shown.err
    assert "CloudFormation" not in cli("compose", "render").err
