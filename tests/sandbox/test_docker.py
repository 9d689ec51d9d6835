"""Tasks as real containers: ports that answer, environment, output, exits, health, and nothing left behind."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import docker_options, process
from ecscli.sandbox.docker import OWNER
from tests.docker import make_image
from tests.sandbox.conftest import Sandbox, wait_until

IMAGE = "ecscli-sandbox-test:latest"
SH = ["/bin/busybox", "sh", "-c"]

pytestmark = [pytest.mark.docker, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


@pytest.fixture(scope="module")
def engine(docker_host: str) -> Iterator[Any]:
    import docker

    if not Path("/bin/busybox").exists():
        pytest.skip("busybox-static is not installed")
    make_image(docker_host, *IMAGE.split(":"))
    client = docker.DockerClient(base_url=docker_host)
    yield client
    client.images.remove(IMAGE, force=True)
    client.close()


@pytest.fixture(scope="module")
def real(engine: Any, docker_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that runs real containers, with one instance in its cluster."""
    environment = {**os.environ, "ECSCLI_SANDBOX_DIR": str(tmp_path_factory.mktemp("real")), "DOCKER_HOST": docker_host}
    record = process.start(environment, process.Options(docker=True, port=None))
    sandbox = Sandbox(record["url"])
    yield sandbox
    process.stop(environment)
    assert mine(engine) == [], "the sandbox has left containers behind"


def mine(engine: Any) -> list[Any]:
    return engine.containers.list(all=True, ignore_removed=True, filters={"label": OWNER})


@pytest.fixture
def sandbox(real: Sandbox) -> Sandbox:
    real.control("reset")
    real.cluster()
    return real


def run(sandbox: Sandbox, script: str, **container: Any) -> dict[str, Any]:
    definition = sandbox.definition(containers=[{"image": IMAGE, "command": [*SH, script], **container}])
    return sandbox.run(definition)


def stopped(sandbox: Sandbox, task: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: sandbox.task(task)["lastStatus"] == "STOPPED")
    return sandbox.task(task)


def running(sandbox: Sandbox, task: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: sandbox.task(task)["lastStatus"] in ("RUNNING", "STOPPED"))
    found = sandbox.task(task)
    assert found["lastStatus"] == "RUNNING", found
    return found


def test_the_port_answers_at_the_address_of_the_instance(sandbox: Sandbox) -> None:
    serve = "mkdir /www; echo hello $NAME > /www/index.html; exec /bin/busybox httpd -f -p 8080 -h /www"
    environment = [{"name": "NAME", "value": "world"}]
    task = run(sandbox, serve.replace("mkdir", "/bin/busybox mkdir"), portMappings=[{"containerPort": 8080}],
               environment=environment, stopTimeout=2)  # fmt: skip
    (binding,) = running(sandbox, task)["containers"][0]["networkBindings"]
    (reservation,) = sandbox.client("ec2").describe_instances()["Reservations"]
    address = reservation["Instances"][0]["PublicIpAddress"]

    def page() -> bytes:
        try:
            return urllib.request.urlopen(f"http://{address}:{binding['hostPort']}/", timeout=5).read()
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
    wait_until(lambda: len(logs.get_log_events(logGroupName="web", logStreamName=stream)["events"]) == 2)


def test_health_is_what_docker_finds(sandbox: Sandbox) -> None:
    check = {"command": ["CMD", "/bin/busybox", "true"], "interval": 1}
    task = run(sandbox, "exec /bin/busybox sleep 100", healthCheck=check)
    wait_until(lambda: sandbox.task(task)["healthStatus"] == "HEALTHY")


def test_an_image_that_nobody_has(sandbox: Sandbox) -> None:
    task = run(sandbox, "true", image="127.0.0.1:1/no-such-image:1")
    done = stopped(sandbox, task)
    assert done["stopCode"] == "TaskFailedToStart"
    assert done["stoppedReason"].startswith("CannotPullContainerError: ")


def test_containers_share_a_volume_in_order(sandbox: Sandbox) -> None:
    mount = {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}
    first = {"name": "init", "essential": False, "image": IMAGE, "command": [*SH, "echo 7 > /data/code"], **mount}
    second = {
        "name": "web", "image": IMAGE, "command": [*SH, "exit $(/bin/busybox cat /data/code)"],
        "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}], **mount,
    }  # fmt: skip
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


def test_every_instance_has_an_address_of_its_own() -> None:
    addresses = {docker_options.loopback(docker_options.INSTANCES, f"i-{number}") for number in range(20)}
    assert len(addresses) == 20
    assert all(address.startswith("127.1.") for address in addresses)


def test_containers_of_an_awsvpc_task_share_a_network_with_an_address(sandbox: Sandbox) -> None:
    serve = "echo vpc > /index.html; exec /bin/busybox httpd -f -p 8080 -h /"
    ask = (
        "until /bin/busybox wget -qO- http://127.0.0.1:8080/; do /bin/busybox sleep 1; done; exec /bin/busybox sleep 9"
    )
    web = {"name": "web", "image": IMAGE, "command": [*SH, serve], "portMappings": [{"containerPort": 8080}],
           "stopTimeout": 2}  # fmt: skip
    other = {"name": "ask", "image": IMAGE, "command": [*SH, ask], "stopTimeout": 2,
             "dependsOn": [{"containerName": "web", "condition": "START"}]}  # fmt: skip
    ec2 = sandbox.client("ec2")
    network = {"subnets": [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]], "assignPublicIp": "ENABLED"}
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
