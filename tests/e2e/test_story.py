"""The main job as a newcomer types it: a cluster, a service, a rolling update, tasks, and nothing
left behind."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli, Result

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent.parent
CONFIGURE = (
    "configure --cluster demo --region us-east-1 --default-launch-type EC2 --config-name demo"
)
UP = "up --capability-iam --size 2 --instance-type t3.micro --keypair demo"


def run(cli: Cli, line: str, *words: str, code: int = 0) -> Result:
    """One command line of the story, which ends as it should."""
    done = cli(*line.split(), *words)
    assert done.code == code, f"ecscli {line}\n{done.out}{done.err}"
    return done


def use(cli: Cli, example: str) -> None:
    shutil.copytree(ROOT / "examples" / example, cli.directory, dirs_exist_ok=True)


@pytest.fixture
def demo(sandbox: Cli) -> Cli:
    """A user in examples/simple-web with a cluster of two instances."""
    use(sandbox, "simple-web")
    run(sandbox, CONFIGURE)
    run(sandbox, UP)
    return sandbox


def rows(done: Result) -> list[list[str]]:
    """The rows of a `ps` table without its header."""
    return [line.split() for line in done.out.splitlines()[1:]]


def test_up_says_what_it_makes_and_what_comes_next(sandbox: Cli) -> None:
    run(sandbox, CONFIGURE)
    done = run(sandbox, UP)
    for logical_id in (
        "Vpc",
        "PubSubnetAz1",
        "PubSubnetAz2",
        "EcsInstanceRole",
        "EcsInstanceLaunchTemplate",
        "EcsInstanceAsg",
    ):
        assert re.search(rf" done: .*\b{logical_id}\b", done.err), logical_id
    assert "2 of 2 instances have joined cluster demo" in done.err
    assert "Cluster creation succeeded." in done.out
    assert "Next: ecscli compose service up" in done.err
    assert "nothing was changed" in run(sandbox, UP).out


def test_the_life_of_a_service(demo: Cli) -> None:
    service = "compose --project-name simple-web service"
    run(demo, f"{service} up")
    (row,) = rows(run(demo, f"{service} ps"))
    assert (row[0].split("/")[-1], row[1], row[3]) == ("web", "RUNNING", "simple-web:1")
    assert row[2].endswith(":80->80/tcp")
    assert rows(run(demo, "ps")) == [row]
    run(demo, f"{service} scale 2")
    assert len(rows(run(demo, f"{service} ps"))) == 2

    compose = demo.directory / "docker-compose.yml"
    compose.write_text(compose.read_text().replace("nginx:1.27", "nginx:1.29"))
    rolled = run(demo, f"{service} up")
    assert "taskDefinition=simple-web:2" in rolled.err
    running = rows(run(demo, f"{service} ps --desired-status RUNNING"))
    assert [row[3] for row in running] == ["simple-web:2", "simple-web:2"]
    assert "Nothing to change" in run(demo, f"{service} up").err  # the count of 2 stays as it is
    assert len(rows(run(demo, f"{service} ps --desired-status RUNNING"))) == 2
    run(demo, f"{service} rm")
    assert rows(run(demo, "ps --desired-status RUNNING")) == []


def test_tasks_without_a_service(demo: Cli) -> None:
    project = "compose --project-name task"
    run(demo, f"{project} up")
    run(demo, f"{project} run web", "sleep 300")
    assert [row[1] for row in rows(run(demo, f"{project} ps --desired-status RUNNING"))] == [
        "RUNNING"
    ] * 2
    run(demo, f"{project} down")
    assert rows(run(demo, f"{project} ps --desired-status RUNNING")) == []
    assert len(rows(run(demo, f"{project} ps --desired-status STOPPED"))) == 2


def test_two_containers_in_one_task_by_ecs_params(demo: Cli) -> None:
    use(demo, "wordpress")
    run(demo, "compose --project-name wordpress service up --create-log-groups")
    shown = rows(run(demo, "compose --project-name wordpress service ps"))
    assert sorted(row[0].split("/")[-1] for row in shown) == ["db", "web"]


def test_down_leaves_nothing_behind(demo: Cli, boto: Any) -> None:
    run(demo, "compose --project-name simple-web service up")
    run(demo, "scale --capability-iam --size 1")
    assert len(rows(run(demo, "instances"))) == 1
    run(demo, "down --force")
    vpcs = boto("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    assert vpcs == []
    assert boto("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert boto("ecs").list_clusters()["clusterArns"] == []
    assert boto("iam").list_instance_profiles()["InstanceProfiles"] == []
    stacks = boto("cloudformation").list_stacks(
        StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_FAILED"]
    )
    assert stacks["StackSummaries"] == []


@pytest.fixture
def boto(sandbox_environment: dict[str, str]) -> Any:
    """Clients that are not ours, of the same sandbox."""
    import boto3

    from ecscli.sandbox import process

    url = process.ensure(sandbox_environment)
    keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
    return lambda service: boto3.client(service, "us-east-1", endpoint_url=url, **keys)


def in_a_checkout(cli: Cli, directory: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in a copy of the checkout, as after `make`: `ecscli` is this Python's."""
    copy = directory / "checkout"
    shutil.copytree(ROOT / "examples", copy / "examples")
    program = directory / "bin" / "ecscli"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m ecscli "$@"\n')
    program.chmod(0o755)
    environment = {**cli.environment, "PATH": f"{program.parent}:{cli.environment['PATH']}"}
    environment.pop("ECSCLI_SANDBOX", None)
    return subprocess.run(
        ["sh", "-c", script], check=False, cwd=copy, env=environment, capture_output=True, text=True
    )


@pytest.mark.timeout(300)  # seconds: twenty processes, on a machine that may be busy
def test_the_demo(sandbox: Cli, tmp_path: Path) -> None:
    """`make demo` without the installation; it plays what the README shows."""
    done = in_a_checkout(sandbox, tmp_path, "sh examples/demo.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" RUNNING ") == 2, "both tasks"
    assert "simple-web:2" in done.stdout
    assert "Done: a whole deployment to ECS" in done.stdout
    assert len((done.stdout + done.stderr).splitlines()) <= 60


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_first_deployment_of_the_readme(cli: Cli, tmp_path: Path) -> None:
    """Every command of the section, as a reader types them, in a sandbox of its own."""
    readme = (ROOT / "README.md").read_text()
    section = readme.partition("## Your first deployment")[2].partition("\n## ")[0]
    typed = "".join(re.findall(r"```sh\n(.*?)```", section, re.S))
    plan = "ecscli compose --project-name simple-web service plan\n"
    assert plan in typed
    edit = "sed s/nginx:1.27/nginx:1.29/ docker-compose.yml >new && mv new docker-compose.yml\n"
    script = typed.replace(plan, f"{edit}{plan[:-1]} || test $? -eq 3\n")
    done = in_a_checkout(cli, tmp_path, f"set -eu\n{script}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "taskDefinition=simple-web:2" in done.stderr
    assert "The sandbox has ended." in done.stderr
