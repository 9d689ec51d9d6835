"""Tasks as ECS runs them: their containers share a network that outlives each of them, and find
their metadata, credentials, neighbours and the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docker import make_python_image
from tests.sandbox.conftest import Sandbox, wait_until
from tests.sandbox.docker.conftest import IMAGE, SH, running, stopped

PYTHON = "ecscli-sandbox-python"
PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def fargate(sandbox: Sandbox) -> dict[str, Any]:
    """How a task is run on Fargate, in the default VPC."""
    subnets = sandbox.client("ec2").describe_subnets()["Subnets"]
    network = {"subnets": [one["SubnetId"] for one in subnets], "assignPublicIp": "ENABLED"}
    return {"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": network}}


ROLE = "arn:aws:iam::123456789012:role/execution"
SIZE = {"networkMode": "awsvpc", "cpu": "256", "memory": "512"}


def container(name: str, script: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": IMAGE, "command": [*SH, script], "stopTimeout": 2, **more}


def after(name: str, condition: str) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


def logged(sandbox: Sandbox, group: str) -> dict[str, Any]:
    """The log configuration of a container whose lines are looked at."""
    sandbox.client("logs").create_log_group(logGroupName=group)
    options = {
        "awslogs-group": group,
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "p",
    }
    return {"logConfiguration": {"logDriver": "awslogs", "options": options}}


def lines(sandbox: Sandbox, group: str) -> list[str]:
    events = sandbox.client("logs").filter_log_events(logGroupName=group)["events"]
    return [one["message"] for one in events]


def test_ten_tasks_with_an_init_container_and_two_sidecars_all_run(sandbox: Sandbox) -> None:
    """The first container has ended before the others start, and they share its network."""
    httpd = "echo page > /index.html; exec /bin/busybox httpd -f -p 80 -h /"
    ask = "until /bin/busybox wget -qO- http://127.0.0.1/; do /bin/busybox sleep 1; done"
    log = {**logged(sandbox, "sidecars"), "essential": False}
    containers = [
        container("init", "echo ready", essential=False),
        container(
            "proxy", f"{ask}; exec /bin/busybox sleep 900", **after("init", "SUCCESS"), **log
        ),
        container("web", httpd, **after("init", "SUCCESS")),
        container("logger", f"{ask}; exec /bin/busybox sleep 900", **after("web", "START"), **log),
    ]
    definition = sandbox.definition(containers=containers, executionRoleArn=ROLE, **SIZE)
    tasks = [sandbox.run(definition, **fargate(sandbox)) for _ in range(10)]
    for task in tasks:
        found = running(sandbox, task)
        states = {one["name"]: one["lastStatus"] for one in found["containers"]}
        assert states == {
            "init": "STOPPED",
            "proxy": "RUNNING",
            "web": "RUNNING",
            "logger": "RUNNING",
        }
    wait_until(lambda: lines(sandbox, "sidecars").count("page") == 20)
    for task in tasks:
        sandbox.client("ecs").stop_task(cluster="demo", task=task["taskArn"])
    for task in tasks:
        assert stopped(sandbox, task)["stopCode"] == "UserInitiated"


def test_a_container_that_is_started_again_keeps_its_network_and_its_log(sandbox: Sandbox) -> None:
    script = "echo run; [ -e /ran ] && exec /bin/busybox sleep 900; echo > /ran; sleep 1; exit 1"
    policy = {"enabled": True, "restartAttemptPeriod": 60}
    web = container(
        "web",
        script.replace("sleep 1;", "/bin/busybox sleep 1;"),
        restartPolicy=policy,
        **logged(sandbox, "again"),
    )
    sandbox.control("pace", pace=0.0001)
    task = sandbox.run(
        sandbox.definition(
            containers=[web],
            executionRoleArn=ROLE,
            **SIZE,
        ),
        **fargate(sandbox),
    )
    wait_until(lambda: lines(sandbox, "again") == ["run", "run"])
    assert running(sandbox, task)["containers"][0]["lastStatus"] == "RUNNING"


@pytest.fixture(scope="module")
def python(engine: Any, docker_host: str) -> Iterator[str]:
    make_python_image(docker_host, PYTHON, PACKAGES)
    yield PYTHON
    engine.images.remove(PYTHON, force=True)


ASK = """
import json, os, urllib.request, boto3
def read(address):
    return json.load(urllib.request.urlopen(address, timeout=20))
four = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
print(json.dumps({
    "caller": boto3.client("sts").get_caller_identity()["Arn"],
    "kind": boto3.Session().get_credentials().method,
    "clusters": boto3.client("ecs").list_clusters()["clusterArns"],
    "container": read(four),
    "task": read(four + "/task"),
    "third": read(os.environ["ECS_CONTAINER_METADATA_URI"]),
    "memory": read(four + "/stats")["memory_stats"]["limit"],
    "protection": read(os.environ["ECS_AGENT_URI"] + "/task-protection/v1/state"),
    "secret": os.environ["SECRET"],
}))
"""


@pytest.mark.parametrize("mode", ["awsvpc", "bridge"])
def test_boto3_in_a_container_is_the_task_role_and_reads_its_metadata(
    sandbox: Sandbox, python: str, mode: str
) -> None:
    sandbox.client("ssm").put_parameter(Name="/app/key", Value="open", Type="SecureString")
    asking = {
        "name": "ask",
        "image": python,
        "command": ["-c", ASK],
        "secrets": [{"name": "SECRET", "valueFrom": "/app/key"}],
        **logged(sandbox, "ask"),
    }
    definition = sandbox.definition(
        family="asking",
        containers=[asking],
        networkMode=mode,
        cpu="256",
        memory="512",
        taskRoleArn="arn:aws:iam::123456789012:role/app",
        executionRoleArn=ROLE,
    )
    task = sandbox.run(definition, **(fargate(sandbox) if mode == "awsvpc" else {}))
    ended = stopped(sandbox, task)
    written = lines(sandbox, "ask")
    assert ended["containers"][0].get("exitCode") == 0, (ended, written)
    found = json.loads(written[-1])
    task_id = task["taskArn"].rpartition("/")[2]
    assert found["caller"] == f"arn:aws:sts::123456789012:assumed-role/app/{task_id}"
    assert found["kind"] == "container-role"
    assert found["clusters"] == ["arn:aws:ecs:us-east-1:123456789012:cluster/demo"]
    assert found["container"]["Name"] == found["third"]["Name"] == "ask"
    assert found["container"]["Networks"][0]["NetworkMode"] == mode
    assert found["container"]["Networks"][0]["IPv4Addresses"]
    assert found["task"]["TaskARN"] == task["taskArn"]
    assert found["task"]["Cluster"].rpartition("/")[2] == "demo"
    assert found["task"]["Limits"] == {"CPU": 0.25, "Memory": 512}
    assert found["memory"] == 100 * 1024 * 1024
    assert found["secret"] == "open"
    assert found["protection"] == {"failure": {"Arn": task["taskArn"], "Reason": "TASK_NOT_VALID"}}


FETCH = """
import sys, urllib.request
for host in sys.argv[1:]:
    print(urllib.request.urlopen(f"http://{host}:8080/", timeout=20).read().decode().strip())
"""


def test_tasks_find_each_other_by_the_names_of_service_discovery(
    sandbox: Sandbox, python: str
) -> None:
    ec2, cloud_map = sandbox.client("ec2"), sandbox.client("servicediscovery")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    cloud_map.create_private_dns_namespace(Name="shop.local", Vpc=vpc["VpcId"])
    (namespace,) = cloud_map.list_namespaces()["Namespaces"]
    records = {"DnsRecords": [{"Type": "A", "TTL": 60}]}
    found = cloud_map.create_service(Name="web", NamespaceId=namespace["Id"], DnsConfig=records)[
        "Service"
    ]
    serve = "echo found > /index.html; exec /bin/busybox httpd -f -p 8080 -h /"
    web = sandbox.definition(containers=[container("web", serve)], **SIZE)
    launch = fargate(sandbox)
    sandbox.client("ecs").create_service(
        cluster="demo",
        serviceName="web",
        taskDefinition=web,
        desiredCount=1,
        serviceRegistries=[{"registryArn": found["Arn"]}],
        **launch,
    )
    wait_until(lambda: sandbox.service()["runningCount"] == 1)
    (instance,) = cloud_map.list_instances(ServiceId=found["Id"])["Instances"]
    asking = {
        "name": "ask",
        "image": python,
        "command": ["-c", FETCH, "web.shop.local", instance["Attributes"]["AWS_INSTANCE_IPV4"]],
        **logged(sandbox, "found"),
    }
    definition = sandbox.definition(
        family="ask", containers=[asking], executionRoleArn=ROLE, **SIZE
    )
    assert stopped(sandbox, sandbox.run(definition, **launch))["containers"][0]["exitCode"] == 0
    assert lines(sandbox, "found") == ["found", "found"]
