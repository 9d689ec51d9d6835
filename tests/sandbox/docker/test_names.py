"""Real tasks find each other by name: by the search domain that one container writes for all, under
aliases, only while they are healthy, and through Service Connect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.docker import make_python_image
from tests.sandbox.conftest import Sandbox, refused, wait_until
from tests.sandbox.docker.test_real_tasks import (
    ROLE,
    SIZE,
    after,
    container,
    fargate,
    lines,
    logged,
)

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PYTHON = "ecscli-sandbox-names-python"
DOMAIN = "shop.demo.internal"
SERVE = "echo found > /index.html; exec /bin/busybox httpd -f -p 5432 -h /"
#: What writes the domain for all containers of the task, in front of what is searched already.
SEARCH = f"""
known = [line.split()[1:] for line in open("/etc/resolv.conf") if line.startswith("search")]
with open("/etc/resolv.conf", "a") as file:
    print("\\nsearch", "{DOMAIN}", *(known[-1] if known else ()), file=file)
"""
#: What asks each HOST until it answers, and writes the answer: busybox-static resolves no names.
ASK = """
import sys, time, urllib.request
for host in sys.argv[1:]:
    while True:
        try:
            found = urllib.request.urlopen(f"http://{host}:5432/", timeout=2).read()
        except OSError:
            time.sleep(0.3)
            continue
        print(found.decode().strip(), flush=True)
        break
time.sleep(float(900))
"""


@pytest.fixture(scope="module")
def python(engine: Any, docker_host: str) -> Iterator[str]:
    make_python_image(docker_host, PYTHON, ())
    yield PYTHON
    engine.images.remove(PYTHON, force=True)


def program(name: str, code: str, *words: str, **more: Any) -> dict[str, Any]:
    command = ["-c", code, *words]
    return {"name": name, "image": PYTHON, "command": command, "stopTimeout": 2, **more}


@pytest.fixture
def home(sandbox: Sandbox, python: str) -> str:
    """The id of a private namespace in the default VPC."""
    cloud_map = sandbox.client("servicediscovery")
    (vpc,) = sandbox.client("ec2").describe_vpcs()["Vpcs"]
    cloud_map.create_private_dns_namespace(Name=DOMAIN, Vpc=vpc["VpcId"])
    (namespace,) = cloud_map.list_namespaces()["Namespaces"]
    return str(namespace["Id"])


def serve(sandbox: Sandbox, home: str, **more: Any) -> str:
    """A service `db` on Fargate that Cloud Map knows; the id of its Cloud Map service."""
    registry = sandbox.client("servicediscovery").create_service(
        Name="db",
        NamespaceId=home,
        DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]},
        HealthCheckCustomConfig={"FailureThreshold": 1},
    )["Service"]
    definition = sandbox.definition("db", [container("db", SERVE, **more)], **SIZE)
    sandbox.client("ecs").create_service(
        cluster="demo",
        serviceName="db",
        taskDefinition=definition,
        desiredCount=1,
        serviceRegistries=[{"registryArn": registry["Arn"]}],
        **fargate(sandbox),
    )
    return str(registry["Id"])


def run_asking(sandbox: Sandbox, *names: str) -> dict[str, Any]:
    """A task of RunTask with a container that writes the search domain."""
    containers = [
        program("compose-dns", SEARCH, essential=False),
        program("web", ASK, *names, **after("compose-dns", "SUCCESS"), **logged(sandbox, "web")),
    ]
    definition = sandbox.definition("web", containers, executionRoleArn=ROLE, **SIZE)
    return sandbox.run(definition, **fargate(sandbox))


def test_a_name_without_a_domain_leads_to_another_task(sandbox: Sandbox, home: str) -> None:
    serve(sandbox, home)
    run_asking(sandbox, "db", f"db.{DOMAIN}")
    wait_until(lambda: lines(sandbox, "web") == ["found", "found"])


def test_an_alias_leads_there_as_well(sandbox: Sandbox, home: str) -> None:
    cloud_map = sandbox.client("servicediscovery")
    records = {"DnsRecords": [{"Type": "CNAME", "TTL": 10}], "RoutingPolicy": "WEIGHTED"}
    alias = cloud_map.create_service(Name="mysql", NamespaceId=home, DnsConfig=records)["Service"]
    leads_to = {"AWS_INSTANCE_CNAME": f"db.{DOMAIN}"}
    cloud_map.register_instance(ServiceId=alias["Id"], InstanceId="db", Attributes=leads_to)
    serve(sandbox, home)
    run_asking(sandbox, "mysql")
    wait_until(lambda: lines(sandbox, "web") == ["found"])


def test_a_name_leads_nowhere_until_the_task_is_healthy(
    sandbox: Sandbox, home: str, engine: Any
) -> None:
    ready = ["CMD", "/bin/busybox", "test", "-e", "/ready"]
    check = {"command": ready, "interval": 5, "retries": 10}
    registry = serve(sandbox, home, healthCheck=check)
    wait_until(lambda: sandbox.service("db")["runningCount"] == 1)
    run_asking(sandbox, "db")
    (task,) = sandbox.tasks(serviceName="db")
    db = engine.containers.get(task["containers"][0]["runtimeId"])
    db.exec_run(["/bin/busybox", "sleep", "3"])
    assert lines(sandbox, "web") == []
    db.exec_run(["/bin/busybox", "touch", "/ready"])
    wait_until(lambda: lines(sandbox, "web") == ["found"])
    health = sandbox.client("servicediscovery").get_instances_health_status(ServiceId=registry)
    assert list(health["Status"].values()) == ["HEALTHY"]


#: A server that keeps its first connection, and one that talks over a single connection.
KEEP = """
import socket
server = socket.create_server(("", 5432))
talk, _ = server.accept()
while True:
    talk.sendall(talk.recv(16))
"""
TALK = """
import socket, time
while True:
    try:
        talk = socket.create_connection(("db.shop.demo.internal", 5432), timeout=2)
        break
    except OSError:
        time.sleep(0.3)
talk.settimeout(20)
for number in range(50):
    talk.sendall(b"echo")
    print(talk.recv(16).decode(), flush=True)
    time.sleep(0.2)
print("end", flush=True)
time.sleep(900)
"""


def test_a_connection_outlives_that_its_task_gets_a_name(sandbox: Sandbox, home: str) -> None:
    """A task asks before it has a name of its own: it takes its name without losing its
    address."""
    cloud_map, create = sandbox.client("servicediscovery"), sandbox.client("ecs").create_service
    check = {"command": ["CMD", "/python/bin/python3", "-V"], "interval": 5, "retries": 3}
    for name, code, more in (("db", KEEP, {}), ("web", TALK, {"healthCheck": check})):
        registry = cloud_map.create_service(
            Name=name,
            NamespaceId=home,
            DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]},
            HealthCheckCustomConfig={"FailureThreshold": 1},
        )["Service"]
        one = program(name, code, **logged(sandbox, name), **more)
        definition = sandbox.definition(name, [one], executionRoleArn=ROLE, **SIZE)
        create(
            cluster="demo",
            serviceName=name,
            taskDefinition=definition,
            desiredCount=1,
            serviceRegistries=[{"registryArn": registry["Arn"]}],
            **fargate(sandbox),
        )
    wait_until(lambda: lines(sandbox, "web"))
    (task,) = sandbox.tasks(serviceName="web")
    assert task["healthStatus"] == "UNKNOWN"
    wait_until(lambda: sandbox.task(task)["healthStatus"] == "HEALTHY")
    wait_until(lambda: lines(sandbox, "web")[-1:] == ["end"])
    assert lines(sandbox, "web") == ["echo"] * 50 + ["end"]


def test_service_connect_gives_the_names_of_its_clients(sandbox: Sandbox, python: str) -> None:
    sandbox.client("servicediscovery").create_http_namespace(Name="shop")
    offered = {"portName": "http", "clientAliases": [{"port": 5432, "dnsName": "db"}]}
    create = sandbox.client("ecs").create_service
    ports = [{"containerPort": 5432, "name": "http"}]
    db = sandbox.definition("db", [container("db", SERVE, portMappings=ports, memory=64)])
    connect = {"enabled": True, "namespace": "shop", "services": [offered]}
    create(
        cluster="demo",
        serviceName="db",
        taskDefinition=db,
        desiredCount=1,
        serviceConnectConfiguration=connect,
    )
    web = program("web", ASK, "db", memory=64, **logged(sandbox, "connected"))
    create(
        cluster="demo",
        serviceName="web",
        taskDefinition=sandbox.definition("web", [web]),
        desiredCount=1,
        serviceConnectConfiguration={"enabled": True, "namespace": "shop"},
    )
    wait_until(lambda: lines(sandbox, "connected") == ["found"])
    other = {**offered, "clientAliases": [{"port": 80, "dnsName": "db"}]}
    code, message = refused(
        sandbox.client("ecs").update_service,
        cluster="demo",
        service="db",
        serviceConnectConfiguration={**connect, "services": [other]},
    )
    assert code == "UnsupportedFeatureException"
    assert "must be the container port 5432" in message
