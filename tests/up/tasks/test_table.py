"""The rows of `ps`: names, states, ports and addresses as ecs-cli prints them."""

import io
from typing import Any

from ecscli.terminal.console import Console
from ecscli.up.tasks import table as tasks_table
from ecscli.up.tasks.surroundings import Surroundings

ACCOUNT = "arn:aws:ecs:us-east-1:123456789012"


def task(name: str, definition: str, **more: Any) -> dict[str, Any]:
    return {
        "taskArn": f"{ACCOUNT}:task/{name}",
        "taskDefinitionArn": f"{ACCOUNT}:task-definition/{definition}",
        "lastStatus": "RUNNING",
        **more,
    }


def interface(name: str) -> dict[str, Any]:
    details = [{"name": "networkInterfaceId", "value": name}]
    return {"type": "ElasticNetworkInterface", "status": "ATTACHED", "details": details}


FARGATE = {
    "networkMode": "awsvpc",
    "containerDefinitions": [
        {
            "name": "app",
            "portMappings": [{"hostPort": 80, "containerPort": 80}, {"containerPort": 81}],
        }
    ],
}
BRIDGE = {"networkMode": "bridge", "containerDefinitions": [{"name": "nginx"}]}
AROUND = Surroundings(
    definitions={
        f"{ACCOUNT}:task-definition/far:1": FARGATE,
        f"{ACCOUNT}:task-definition/web:3": BRIDGE,
    },
    hosts={"instance-1": "54.1.2.3"},
    public={"eni-1": "3.3.3.3"},
)
BINDINGS = [
    {"hostPort": 32768, "containerPort": 80, "protocol": "tcp", "bindIP": "0.0.0.0"},
    {"hostPort": 53, "containerPort": 53, "protocol": "udp", "bindIP": "0.0.0.0"},
]
PRIVATE = [{"privateIpv4Address": "10.0.0.9"}]
TASKS = [
    task(
        "t1id",
        "web:3",
        containerInstanceArn="instance-1",
        containers=[
            {
                "name": "nginx",
                "lastStatus": "RUNNING",
                "healthStatus": "HEALTHY",
                "networkBindings": BINDINGS,
            }
        ],
    ),
    task(
        "c/t2id",
        "far:1",
        launchType="FARGATE",
        attachments=[interface("eni-1")],
        containers=[
            {
                "name": "app",
                "lastStatus": "RUNNING",
                "healthStatus": "UNKNOWN",
                "networkInterfaces": PRIVATE,
            }
        ],
    ),
    task(
        "c/t3id",
        "far:1",
        lastStatus="PROVISIONING",
        launchType="FARGATE",
        containers=[{"name": "app", "lastStatus": "PENDING"}],
    ),
    task(
        "c/t5id",
        "web:3",
        lastStatus="STOPPED",
        containerInstanceArn="instance-of-old",
        containers=[
            {
                "name": "nginx",
                "lastStatus": "STOPPED",
                "exitCode": 137,
                "reason": "OutOfMemoryError: boom",
                "networkBindings": [{"hostPort": 80, "containerPort": 80, "bindIP": "10.0.0.2"}],
            }
        ],
    ),
]


def test_the_table_is_that_of_the_original() -> None:
    out = io.StringIO()
    console = Console(io.StringIO(), out, io.StringIO(), {})
    console.table(tasks_table.COLUMNS, [row.cells for row in tasks_table.rows(TASKS, AROUND)])
    state = "STOPPED ExitCode: 137 Reason: OutOfMemoryError: boom"
    ports = "54.1.2.3:32768->80/tcp, 54.1.2.3:53->53/udp"
    assert out.getvalue().splitlines() == [
        f"Name          {'State':54}{'Ports':45}TaskDefinition  Health",
        (
            f"c/t2id/app    {'RUNNING':54}{'3.3.3.3:80->80/tcp, 3.3.3.3:0->81/tcp':45}far:1        "
            "   UNKNOWN"
        ),
        (
            f"c/t3id/app    {'PENDING':54}{'(PENDING):80->80/tcp, (PENDING):0->81/tcp':45}far:1    "
            "       "
        ),
        f"t1id/nginx    {'RUNNING':54}{ports}  web:3           HEALTHY",
        f"c/t5id/nginx  {state}  {'10.0.0.2:80->80/tcp':45}web:3           ",
    ]


def test_an_awsvpc_task_without_public_address_shows_its_private_one_and_a_stopped_one_none() -> (
    None
):
    running = task(
        "c/a",
        "far:1",
        containers=[{"name": "app", "lastStatus": "RUNNING", "networkInterfaces": PRIVATE}],
    )
    stopped = task(
        "c/b", "far:1", lastStatus="STOPPED", containers=[{"name": "app", "lastStatus": "STOPPED"}]
    )
    ports = [row.ports for row in tasks_table.rows([running, stopped], AROUND)]
    assert ports == ["10.0.0.9:80->80/tcp, 10.0.0.9:0->81/tcp", "80->80/tcp, 0->81/tcp"]


def test_a_task_that_is_still_placed_has_a_row() -> None:
    placed = task(
        "c/a",
        "web:3",
        lastStatus="PROVISIONING",
        containers=[{"name": "nginx", "lastStatus": "PENDING"}],
    )
    (row,) = tasks_table.rows([placed], AROUND)
    assert row.cells == ("c/a/nginx", "PENDING", "", "web:3", "")


def test_as_data() -> None:
    first = tasks_table.as_data(tasks_table.rows(TASKS, AROUND))[0]
    assert first["taskDefinition"] == "far:1"
    assert first["health"] == "UNKNOWN"
