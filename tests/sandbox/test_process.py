"""The background process: one per directory, found, asked, emptied, ended; dead ones are
noticed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ecscli.base.errors import EcsCliError
from ecscli.sandbox import process
from ecscli.sandbox.place import Place
from tests.sandbox.conftest import Sandbox, wait_until

pytestmark = pytest.mark.process


@pytest.fixture
def own(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a sandbox that nobody else uses, stopped afterwards."""
    environment = {
        **os.environ,
        "ECSCLI_SANDBOX_DIR": str(tmp_path / "state"),
        "ECSCLI_SANDBOX_PORT": "0",
    }
    yield environment
    process.stop(environment)


def test_two_starts_at_once_end_with_one_server(own: dict[str, str]) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(process.ensure(own))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0].startswith("http://127.0.0.1:")
    assert process.status(own)["running"]
    assert process.stop(own)
    assert not process.status(own)["running"]
    assert not process.stop(own)
    assert not process.reset(own)


def test_a_server_that_was_killed_is_replaced(own: dict[str, str]) -> None:
    process.ensure(own)
    record = Place.of(own).read()
    assert record is not None
    os.kill(record["pid"], signal.SIGKILL)
    wait_until(lambda: process.find(Place.of(own)) is None)
    assert Place.of(own).read() is not None, "the stale record is still there"
    process.ensure(own)
    again = Place.of(own).read()
    assert again is not None
    assert again["pid"] != record["pid"]


def test_a_stop_leaves_the_port_free(own: dict[str, str]) -> None:
    port = 0
    for _ in range(3):
        record = process.start(own, process.Options(port=port))
        port = int(record["url"].rpartition(":")[2])
        assert process.stop(own)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_damaged_record_ends_no_other_process(own: dict[str, str]) -> None:
    process.ensure(own)
    place = Place.of(own)
    record = place.read()
    assert record is not None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        place.write({**record, "pid": bystander.pid})
        assert process.stop(own)
        assert process.find(place) is None
        assert bystander.poll() is None
        bystander.communicate(b"\n")


def test_a_port_that_is_taken_is_said_or_avoided(own: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EcsCliError, match=f"port {port} of 127.0.0.1 is taken"):
            process.start(own, process.Options(port=port))
    assert process.start(own, process.Options())["url"]


def test_the_environment_asks_for_real_containers(own: dict[str, str]) -> None:
    nowhere = {**own, "ECSCLI_SANDBOX_DOCKER": "1", "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    with pytest.raises(EcsCliError, match="no Docker engine answers"):
        process.ensure(nowhere)


FOREIGN = {
    "AWS_PROFILE": "nowhere",
    "AWS_ACCESS_KEY_ID": "AKIAFOREIGN",
    "AWS_SECRET_ACCESS_KEY": "foreign-secret",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_CONFIG_FILE": "/nowhere",
    "MOTO_ACCOUNT_ID": "999999999999",
}


def test_no_variable_of_aws_reaches_the_process(own: dict[str, str]) -> None:
    process.ensure({**own, **FOREIGN})
    record = Place.of(own).read()
    assert record is not None
    variables = Path(f"/proc/{record['pid']}/environ")
    if not variables.exists():
        pytest.skip("this system does not show the environment of a process")
    text = variables.read_text()
    assert "ECSCLI_SANDBOX_DIR=" in text
    assert not [name for name in FOREIGN if f"{name}=" in text]


def test_a_server_that_got_variables_of_aws_forgets_them() -> None:
    """`python -m ecscli.sandbox` in a shell with an account: moto, and what it starts, must not see
    it."""
    code = (
        "import os; from ecscli.sandbox.moto.app import MotoApp; app ="
        " MotoApp();print(app.account_of('x'), [name for name in os.environ if"
        " name.startswith(('AWS_', 'MOTO_'))])"
    )
    environment = {**os.environ, **FOREIGN}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "123456789012 []"


def test_the_shortest_pace_lets_an_instance_wait_for_its_cluster(own: dict[str, str]) -> None:
    sandbox = Sandbox(process.start(own, process.Options(pace=0))["url"])
    machine = "#!/bin/bash\necho ECS_CLUSTER=later >> /etc/ecs/ecs.config\n"
    sandbox.client("ec2").run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=machine
    )
    sandbox.client("ecs").create_cluster(clusterName="later")
    wait_until(
        lambda: sandbox.client("ecs").list_container_instances(cluster="later")[
            "containerInstanceArns"
        ]
    )


def test_what_is_missing_is_named_with_the_way_to_get_it(
    own: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "NEEDED", ("no_such_module",))
    with pytest.raises(EcsCliError, match="no_such_module") as caught:
        process.ensure(own)
    assert "pip install" in str(caught.value.hint)


def test_a_moto_of_another_age_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import moto

    from ecscli.sandbox.moto import app as moto_app

    monkeypatch.setattr(moto, "__version__", "9.0.1")
    with pytest.raises(EcsCliError, match=r"here is 9\.0\.1"):
        moto_app.check_version()


def test_neither_moto_nor_boto3_is_needed_to_find_a_sandbox() -> None:
    code = (
        "import sys; from ecscli.sandbox import process; process.status({'HOME': '/nowhere'});"
        "print(sorted({'moto', 'boto3', 'flask', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"HOME": "/h"}, "/h/.local/state/ecscli/sandbox"),
        ({"HOME": "/h", "XDG_STATE_HOME": "/s"}, "/s/ecscli/sandbox"),
        ({"HOME": "/h", "XDG_STATE_HOME": "/s", "ECSCLI_SANDBOX_DIR": "/own"}, "/own"),
    ],
)
def test_where_its_files_are(environment: dict[str, str], place: str) -> None:
    assert str(Place.of(environment).directory) == place


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_broken_record_is_no_record(tmp_path: Path, text: str) -> None:
    place = Place(tmp_path)
    place.record.write_text(text)
    assert place.read() is None


def test_state_survives_between_clients_until_the_reset(sandbox: Sandbox) -> None:
    sandbox.cluster()
    (region,) = sandbox.read("/_sandbox/status")["regions"]
    assert [(one["name"], len(one["instances"])) for one in region["clusters"]] == [("demo", 1)]
    sandbox.control("reset")
    assert sandbox.read("/_sandbox/status")["regions"] == []
    assert sandbox.client("ec2").describe_instances()["Reservations"] == []


def test_faults_strike_as_often_as_they_were_asked_to(sandbox: Sandbox) -> None:
    from botocore.exceptions import ClientError

    ecs = sandbox.client("ecs")
    sandbox.control("faults", action="ecs:ListClusters", kind="throttle", times=2)
    sandbox.control("faults", action="ec2:*", kind="deny")
    codes = []
    for _ in range(3):
        try:
            ecs.list_clusters()
            codes.append("")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["ThrottlingException", "ThrottlingException", ""]
    with pytest.raises(ClientError, match="AccessDenied"):
        sandbox.client("ec2").describe_vpcs()
    assert sandbox.client("ec2").describe_vpcs()["Vpcs"]


def test_what_the_control_interface_does_not_know(sandbox: Sandbox) -> None:
    import urllib.error

    for path, status in (("nothing", 404), ("tasks/kill", 400), ("faults", 400)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            sandbox.control(path, kind="nonsense")
        assert caught.value.code == status
        assert json.load(caught.value)["error"]
        caught.value.close()


def test_a_killed_task_and_a_killed_instance_are_replaced(sandbox: Sandbox) -> None:
    first, _ = sandbox.cluster(2)
    sandbox.client("ecs").create_service(
        cluster="demo", serviceName="web", taskDefinition=sandbox.definition(), desiredCount=2
    )
    sandbox.settle()
    victim = sandbox.tasks()[0]["taskArn"]
    sandbox.control(
        "tasks/kill", task=victim, exitCode=137, reason="OutOfMemoryError: Container killed"
    )
    sandbox.settle()
    assert sandbox.task(victim)["containers"][0]["exitCode"] == 137
    sandbox.control("instances/kill", instance=first)
    sandbox.settle()
    assert sandbox.service()["runningCount"] == 2
    assert (
        len(sandbox.client("ecs").list_container_instances(cluster="demo")["containerInstanceArns"])
        == 1
    )


def test_refusals_hold_in_regions_that_nobody_has_used_yet(sandbox: Sandbox) -> None:
    sandbox.control("images", image="bad:1", reason="manifest unknown")
    far = sandbox.client("ecs", "eu-west-1")
    far.create_cluster(clusterName="far")
    machine = "#!/bin/bash\necho ECS_CLUSTER=far >> /etc/ecs/ecs.config\n"
    sandbox.client("ec2", "eu-west-1").run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=machine
    )
    sandbox.settle()
    far.register_task_definition(
        family="web",
        containerDefinitions=[{"name": "web", "image": "bad:1", "memory": 100, "essential": True}],
    )
    (task,) = far.run_task(cluster="far", taskDefinition="web")["tasks"]
    sandbox.settle()
    (ended,) = far.describe_tasks(cluster="far", tasks=[task["taskArn"]])["tasks"]
    assert ended["stoppedReason"] == "CannotPullContainerError: manifest unknown"
    sandbox.control("capacity", reason="none left")
    assert (
        sandbox.client("ecs", "eu-west-1").run_task(cluster="far", taskDefinition="web")["tasks"]
        == []
    )


def test_ec2_has_no_capacity_for_a_while(sandbox: Sandbox) -> None:
    ec2, scaling = sandbox.client("ec2"), sandbox.client("autoscaling")
    reason = "We currently do not have sufficient t3.micro capacity."
    sandbox.control("capacity", reason=reason, of="instances")
    with pytest.raises(ClientError, match="InsufficientInstanceCapacity"):
        ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    scaling.create_launch_configuration(
        LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchConfigurationName="lc",
        MinSize=0,
        MaxSize=3,
        DesiredCapacity=2,
        AvailabilityZones=["us-east-1a"],
    )

    def instances() -> int:
        (group,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["group"])[
            "AutoScalingGroups"
        ]
        return len(group["Instances"])

    assert instances() == 0
    newest = scaling.describe_scaling_activities(AutoScalingGroupName="group")["Activities"][0]
    assert (newest["StatusCode"], reason in newest["StatusMessage"]) == ("Failed", True)
    sandbox.control("capacity", reason="", of="instances")
    assert instances() == 2


def test_ec2_launches_as_many_as_it_may(sandbox: Sandbox) -> None:
    made = sandbox.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=3)
    assert len(made["Instances"]) == 3
