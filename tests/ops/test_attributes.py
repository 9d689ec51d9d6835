"""What a task definition needs and container instances lack: each instance in a row of its own,
with long ARNs too."""

import pytest

from ecscli.aws.client import Aws
from ecscli.ops.attributes import Missing, compare
from tests.conftest import Cli

LOGGING = {"logDriver": "splunk", "options": {"splunk-url": "https://x", "splunk-token": "x"}}


def register(account: Aws, family: str, **fields: object) -> None:
    container = {"name": "web", "image": "nginx", "memory": 64, **fields}
    account.call("ecs", "register_task_definition", family=family, containerDefinitions=[container])


@pytest.fixture
def instances(account: Aws) -> list[str]:
    """A cluster with two container instances, by the ids that AWS gave them."""
    account.call("ecs", "create_cluster", clusterName="demo")
    image = next(account.pages("ec2", "describe_images", "Images"))["ImageId"]
    started = account.call(
        "ec2", "run_instances", ImageId=image, MinCount=2, MaxCount=2, InstanceType="t3.micro"
    )
    from json import dumps

    arns = []
    for machine in started["Instances"]:
        identity = {
            "instanceId": machine["InstanceId"],
            "region": "us-east-1",
            "accountId": account.account(),
        }
        answer = account.call(
            "ecs",
            "register_container_instance",
            cluster="demo",
            instanceIdentityDocument=dumps(identity),
        )
        arns.append(answer["containerInstance"]["containerInstanceArn"])
    assert all(arn.count("/") == 2 for arn in arns), "long ARNs"
    return [arn.rsplit("/", 1)[-1] for arn in arns]


def test_each_instance_has_its_row(sandbox: Cli, account: Aws, instances: list[str]) -> None:
    register(account, "odd", logConfiguration=LOGGING)
    result = sandbox(
        "check-attributes",
        "--task-def",
        "odd",
        "--container-instances",
        ",".join(instances),
        "-c",
        "demo",
    )
    assert result.code == 0
    header, *rows = result.out.splitlines()
    assert header.split("  ")[0] == "Container Instance"
    assert [row.split()[0] for row in rows] == instances
    assert all("logging-driver.splunk" in row for row in rows)
    everything = sandbox("check-attributes", "-task-def=odd", "-c", "demo", "--output", "json")
    assert sorted(item["instance"] for item in everything.json) == sorted(instances)
    assert everything.json[0]["missing"] == ["com.amazonaws.ecs.capability.logging-driver.splunk"]


def test_a_definition_that_needs_nothing_more(
    sandbox: Cli, account: Aws, instances: list[str]
) -> None:
    register(account, "plain", image="busybox")
    result = sandbox("check-attributes", "--task-def", "plain", "-c", "demo", "--output", "json")
    assert result.code == 0
    assert all(item["missing"] == [] for item in result.json)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--container-instances", "x"), 2, "--task-def is needed"),
        (("--task-def", "gone", "--container-instances", "x"), 2, 'no task definition "gone"'),
        (("--task-def", "odd", "--container-instances", "x, y"), 2, 'no container instance "y"'),
    ],
)
def test_what_does_not_exist_is_named(
    sandbox: Cli, account: Aws, arguments: tuple[str, ...], code: int, told: str
) -> None:
    account.call("ecs", "create_cluster", clusterName="demo")
    register(account, "odd", logConfiguration=LOGGING)
    result = sandbox("check-attributes", "-c", "demo", *arguments)
    assert (result.code, result.out) == (code, "")
    assert told in result.err


def test_a_missing_cluster_is_no_bug(sandbox: Cli, account: Aws) -> None:
    register(account, "odd")
    result = sandbox("check-attributes", "-c", "gone", "--task-def", "odd")
    assert result.code == 2
    assert "ecscli up" in result.err


def test_names_are_compared_in_the_order_of_the_definition_whatever_the_form_of_the_arn() -> None:
    found = compare(
        ("b", "a", "c"),
        (
            {
                "containerInstanceArn": "arn:aws:ecs:r:1:container-instance/demo/i1",
                "attributes": [{"name": "a"}],
            },
            {"containerInstanceArn": "arn:aws:ecs:r:1:container-instance/i2", "attributes": []},
        ),
    )
    assert found == (Missing("i1", ("b", "c")), Missing("i2", ("b", "a", "c")))
