"""The sandbox without ecscli: `python -m ecscli.sandbox` in the foreground, used by boto3 with the
variables that it prints, and what it answers to bad options, a taken port and a full disk."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecscli.base.errors import EcsCliError
from ecscli.sandbox import process
from ecscli.sandbox.ecs.tasks.containers import PretendedContainers
from ecscli.sandbox.place import Place
from ecscli.sandbox.world import World

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "ecscli.sandbox"]
BOTO3 = (
    "import boto3; ecs = boto3.client('ecs'); ecs.create_cluster(clusterName='mine');"
    "print(ecs.list_clusters()['clusterArns'][0])"
)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of a shell without ecscli's settings, whose state is kept in a directory of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ECSCLI_")}
    own |= {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "state")}
    yield own
    process.stop(own)


def run(environment: dict[str, str], *options: str, **more: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*PROGRAM, *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **more,  # type: ignore[call-overload]
    )


def exported(lines: list[str]) -> dict[str, str]:
    """The variables of `export` lines."""
    words = [word for line in lines if "export" in line for word in line.split()[1:]]
    return dict(word.split("=", 1) for word in words)


@pytest.mark.process
def test_it_prints_what_boto3_needs_and_ends_with_ctrl_c(
    environment: dict[str, str], tmp_path: Path
) -> None:
    options = ["--port", "0", "--state", str(tmp_path / "own"), "--pace", "0"]
    with subprocess.Popen(
        [*PROGRAM, *options], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        lines = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(server.stdout.readline())
        shell = {**environment, **exported(lines)}
        asked = subprocess.run(
            [sys.executable, "-c", BOTO3], env=shell, capture_output=True, text=True, check=False
        )
        again = run(environment, *options)
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    assert asked.stdout.strip().endswith(":cluster/mine"), asked.stderr
    assert again.returncode == 1
    assert f"another sandbox runs at {shell['AWS_ENDPOINT_URL']}" in again.stderr
    assert not (tmp_path / "own" / "server.json").exists()


@pytest.mark.process
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "70000 is not a port: a number from 0 to 65535"),
        (["--port", "http"], "http is not a port: a number from 0 to 65535"),
        (["--pace", "-1"], "-1 is not a number from 0 to 1000"),
        (["--pace", "nan"], "nan is not a number from 0 to 1000"),
        (["--nosuch"], "unrecognized arguments: --nosuch"),
    ],
)
def test_bad_options(environment: dict[str, str], options: list[str], sentence: str) -> None:
    done = run(environment, *options)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(sentence)


@pytest.mark.process
def test_a_taken_port_and_a_bad_variable_are_one_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        done = run(environment, "--port", number)
    assert done.returncode == 1
    assert done.stderr == f"port {number} of 127.0.0.1 is taken\n  hint: choose another --port\n"
    done = run({**environment, "ECSCLI_SANDBOX_PORT": "http"})
    assert done.stderr.startswith("ECSCLI_SANDBOX_PORT: http is not a port")


def no_room() -> None:
    """From now on this process cannot write to any file, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.process
def test_a_full_disk_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, "--state", str(tmp_path / "full"), preexec_fn=no_room)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'full'}: File too large\n"


@pytest.mark.process
def test_a_full_disk_stops_a_start_before_there_is_a_server(
    environment: dict[str, str], tmp_path: Path
) -> None:
    code = "import os; from ecscli.sandbox import process; process.ensure(os.environ)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        check=False,
    )
    directory = tmp_path / "state" / "ecscli" / "sandbox"
    assert f"EcsCliError: cannot write to {directory}: File too large" in done.stderr
    assert process.find(Place(directory)) is None


def test_a_record_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path / "state")
    place.make()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            place.write({"url": "http://127.0.0.1:1", "pid": 1})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(place.directory.iterdir()) == []


def test_bad_directories_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EcsCliError, match="file"):
        Place(tmp_path / "file").make()


# ------------------------------------------------------------------------- an engine that goes away


class GoneEngine(PretendedContainers):
    """A runtime whose engine ends while its containers run."""

    gone = False

    def check(self) -> None:
        if self.gone:
            raise ConnectionError("the Docker engine does not answer")

    def start(self, *args: object) -> None:
        self.check()
        super().start(*args)  # type: ignore[arg-type]

    def stop(self, *args: object) -> None:
        self.check()
        super().stop(*args)  # type: ignore[arg-type]

    def remove(self, *args: object) -> None:
        self.check()
        super().remove(*args)  # type: ignore[arg-type]


def test_an_engine_that_goes_away_ends_tasks_and_not_the_sandbox() -> None:
    world = World(pace=0, clock=lambda: 0.0)
    engine = GoneEngine(world.timeline)
    world.use(engine)
    ecs = world.clients.get("ecs", "us-east-1")
    subnet = world.clients.get("ec2", "us-east-1").describe_subnets()["Subnets"][0]["SubnetId"]
    container = {"name": "web", "image": "nginx"}
    ecs.create_cluster(clusterName="demo")
    ecs.register_task_definition(
        family="web",
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[container],
    )
    request = {
        "cluster": "demo",
        "taskDefinition": "web",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}},
    }
    running = ecs.run_task(**request)["tasks"][0]["taskArn"]
    world.advance(5)
    engine.gone = True
    ecs.stop_task(cluster="demo", task=running)
    starting = ecs.run_task(**request)["tasks"][0]["taskArn"]
    world.advance(5)
    ended, failed = ecs.describe_tasks(cluster="demo", tasks=[running, starting])["tasks"]
    reason = "the Docker engine does not answer"
    assert (ended["lastStatus"], ended["stopCode"]) == ("STOPPED", "UserInitiated")
    assert ended["containers"][0]["reason"] == f"CannotStopContainerError: {reason}"
    assert (failed["lastStatus"], failed["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert failed["stoppedReason"] == f"CannotStartContainerError: {reason}"
    engine.gone = False
    again = ecs.run_task(**request)["tasks"][0]["taskArn"]
    world.advance(5)
    found = ecs.describe_tasks(cluster="demo", tasks=[again])["tasks"][0]
    assert found["lastStatus"] == "RUNNING"
    world.reset()
