"""Tasks as real containers: ports that answer, environment, output, exits, health, and nothing left
behind."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import process
from ecscli.sandbox.docker import options as docker_options
from tests.sandbox.conftest import Sandbox, wait_until
from tests.sandbox.docker.conftest import IMAGE, SH, mine, run, running, stopped

pytestmark = [
    pytest.mark.docker,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_the_port_answers_at_the_address_of_the_instance(sandbox: Sandbox) -> None:
    serve = (
        "mkdir /www; echo hello $NAME > /www/index.html; exec /bin/busybox httpd -f -p 8080 -h /www"
    )
    environment = [{"name": "NAME", "value": "world"}]
    task = run(
        sandbox,
        serve.replace("mkdir", "/bin/busybox mkdir"),
        portMappings=[{"containerPort": 8080}],
        environment=environment,
        stopTimeout=2,
    )
    (binding,) = running(sandbox, task)["containers"][0]["networkBindings"]
    (reservation,) = sandbox.client("ec2").describe_instances()["Reservations"]
    address = reservation["Instances"][0]["PublicIpAddress"]

    def page() -> bytes:
        try:
            return urllib.request.urlopen(
                f"http://{address}:{binding['hostPort']}/", timeout=5
            ).read()
        except OSError:
            return b""

    assert wait_until(page) == b"hello world\n"
    sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"])
    assert stopped(sandbox, task)["stopCode"] == "UserInitiated"


def test_an_exit_is_an_exit_and_output_reaches_the_log_group(sandbox: Sandbox) -> None:
    sandbox.client("logs").create_log_group(logGroupName="web")
    options = {"awslogs-group": "web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "p"}
    logging = {"logDriver": "awslogs", "options": options}
    task = run(sandbox, "echo one; echo two; exit 3", logConfiguration=logging)
    done = stopped(sandbox, task)
    assert done["stoppedReason"] == "Essential container in task exited"
    assert done["containers"][0]["exitCode"] == 3
    stream = f"p/web/{task['taskArn'].rpartition('/')[2]}"
    logs = sandbox.client("logs")
    wait_until(
        lambda: len(logs.get_log_events(logGroupName="web", logStreamName=stream)["events"]) == 2
    )


def test_health_is_what_docker_finds(sandbox: Sandbox) -> None:
    check = {"command": ["CMD", "/bin/busybox", "true"], "interval": 5}
    task = run(sandbox, "exec /bin/busybox sleep 100", healthCheck=check)
    wait_until(lambda: sandbox.task(task)["healthStatus"] == "HEALTHY")


def test_an_image_that_nobody_has(sandbox: Sandbox) -> None:
    task = run(sandbox, "true", image="127.0.0.1:1/no-such-image:1")
    done = stopped(sandbox, task)
    assert done["stopCode"] == "TaskFailedToStart"
    assert done["stoppedReason"].startswith("CannotPullContainerError: ")


def test_containers_share_a_volume_in_order(sandbox: Sandbox) -> None:
    mount = {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}
    first = {
        "name": "init",
        "essential": False,
        "image": IMAGE,
        "command": [*SH, "echo 7 > /data/code"],
        **mount,
    }
    second = {
        "name": "web",
        "image": IMAGE,
        "command": [*SH, "exit $(/bin/busybox cat /data/code)"],
        "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}],
        **mount,
    }
    definition = sandbox.definition(containers=[first, second], volumes=[{"name": "data"}])
    done = stopped(sandbox, sandbox.run(definition))
    assert {one["name"]: one["exitCode"] for one in done["containers"]} == {"init": 0, "web": 7}


def test_a_reset_removes_what_it_made_and_nothing_else(sandbox: Sandbox, engine: Any) -> None:
    stranger = engine.containers.create(IMAGE, [*SH, "true"])
    try:
        task = run(sandbox, "exec /bin/busybox sleep 100")
        running(sandbox, task)
        assert mine(engine)
        sandbox.control("reset")
        assert mine(engine) == []
        assert engine.containers.get(stranger.id)
    finally:
        stranger.remove(force=True)


def lines_of(sandbox: Sandbox, script: str, **task: Any) -> list[str]:
    """What a task of one container writes to its log group until it ends."""
    sandbox.client("logs").create_log_group(logGroupName="lines")
    options = {
        "awslogs-group": "lines",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "p",
    }
    logging = {"logDriver": "awslogs", "options": options}
    container = {"image": IMAGE, "command": [*SH, script], "logConfiguration": logging}
    run_ = sandbox.run(sandbox.definition(containers=[container], **task))
    stopped(sandbox, run_)
    stream = f"p/web/{run_['taskArn'].rpartition('/')[2]}"
    events = sandbox.client("logs").get_log_events(logGroupName="lines", logStreamName=stream)[
        "events"
    ]
    return [one["message"] for one in events]


def test_containers_reach_the_api_of_aws_and_no_control_calls(sandbox: Sandbox) -> None:
    url = inner_url(sandbox)
    target = "X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters"
    call = (
        f"/bin/busybox wget -q -O - --header '{target}' --header 'Content-Type:"
        " application/x-amz-json-1.1'"
    )
    control = "/bin/busybox wget -O - --header 'Content-Type: application/json' --post-data '{}'"
    written = lines_of(
        sandbox,
        f"{call} --post-data '{{}}' {url}/; echo; {control} {url}/_sandbox/reset 2>&1; "
        f"{call} --header 'Origin: null' --post-data '{{}}' {url}/ 2>&1; true",
    )
    assert "cluster/demo" in written[0]
    assert sum("403" in line for line in written[1:]) == 2, written
    assert sandbox.client("ecs").list_clusters()["clusterArns"], "nothing was reset"


def inner_url(sandbox: Sandbox) -> str:
    url = sandbox.record["containers"]
    if url is None:
        pytest.skip(
            "the Docker engine is not on this machine: containers have no way to the sandbox"
        )
    return str(url)


def test_this_machine_is_no_container(sandbox: Sandbox) -> None:
    """A page in a browser of this machine could ask at that address too."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(inner_url(sandbox), timeout=10)
    assert caught.value.code == 403
    assert "Only containers" in caught.value.read().decode()
    caught.value.close()


@pytest.mark.parametrize(
    ("container", "task"),
    [
        ({"privileged": True}, {}),
        ({"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}}, {}),
        (
            {"mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]},
            {"volumes": [{"name": "v", "host": {"sourcePath": "/etc"}}]},
        ),
        ({}, {"networkMode": "host"}),
    ],
)
def test_what_reaches_this_machine_does_not_start(
    sandbox: Sandbox, engine: Any, container: dict[str, Any], task: dict[str, Any]
) -> None:
    definition = sandbox.definition(
        containers=[{"image": IMAGE, "command": [*SH, "true"], **container}], **task
    )
    ended = stopped(sandbox, sandbox.run(definition))
    assert ended["stopCode"] == "TaskFailedToStart"
    assert "--allow-host-access" in ended["stoppedReason"]
    assert mine(engine) == []


@pytest.fixture
def trusting(engine: Any, docker_host: str, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose containers may reach this machine."""
    environment = {
        **os.environ,
        "ECSCLI_SANDBOX_DIR": str(tmp_path / "state"),
        "ECSCLI_SANDBOX_PORT": "0",
        "DOCKER_HOST": docker_host,
        "ECSCLI_SANDBOX_DOCKER": "1",
        "ECSCLI_SANDBOX_ALLOW_HOST_ACCESS": "1",
    }
    record = process.start(environment, process.Options())
    yield Sandbox(record["url"], record)
    process.stop(environment)


def test_a_host_path_is_mounted_where_it_is_allowed(trusting: Sandbox, tmp_path: Path) -> None:
    trusting.cluster()
    (tmp_path / "shared").mkdir()
    container = {
        "image": IMAGE,
        "command": [*SH, "echo made > /v/here"],
        "mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}],
    }
    volumes = [{"name": "v", "host": {"sourcePath": str(tmp_path / "shared")}}]
    ended = stopped(
        trusting, trusting.run(trusting.definition(containers=[container], volumes=volumes))
    )
    assert ended["containers"][0].get("exitCode") == 0, str(ended)
    assert (tmp_path / "shared" / "here").read_text() == "made\n"


def test_every_instance_has_an_address_of_its_own() -> None:
    addresses = {
        docker_options.loopback(docker_options.INSTANCES, f"i-{number}") for number in range(20)
    }
    assert len(addresses) == 20
    assert all(address.startswith("127.1.") for address in addresses)


def test_containers_of_an_awsvpc_task_share_a_network_with_an_address(sandbox: Sandbox) -> None:
    serve = "echo vpc > /index.html; exec /bin/busybox httpd -f -p 8080 -h /"
    ask = (
        "until /bin/busybox wget -qO- http://127.0.0.1:8080/; do /bin/busybox sleep 1; done; exec"
        " /bin/busybox sleep 9"
    )
    web = {
        "name": "web",
        "image": IMAGE,
        "command": [*SH, serve],
        "portMappings": [{"containerPort": 8080}],
        "stopTimeout": 2,
    }
    other = {
        "name": "ask",
        "image": IMAGE,
        "command": [*SH, ask],
        "stopTimeout": 2,
        "dependsOn": [{"containerName": "web", "condition": "START"}],
    }
    ec2 = sandbox.client("ec2")
    network = {
        "subnets": [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]],
        "assignPublicIp": "ENABLED",
    }
    task = sandbox.run(
        sandbox.definition(containers=[web, other], networkMode="awsvpc", cpu="256", memory="512"),
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    (attachment,) = running(sandbox, task)["attachments"]
    eni = next(one["value"] for one in attachment["details"] if one["name"] == "networkInterfaceId")
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    address = interface["Association"]["PublicIp"]

    def page() -> bytes:
        try:
            return urllib.request.urlopen(f"http://{address}:8080/", timeout=5).read()
        except OSError:
            return b""

    assert wait_until(page) == b"vpc\n"
    sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"])
    assert stopped(sandbox, task)["stopCode"] == "UserInitiated"
