"""Tasks in mode awsvpc whose files name no subnet get the network of the cluster's own stack."""

from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from tests.conftest import Cli

FARGATE = ("--launch-type", "FARGATE")
COMPOSE = "services: {web: {image: nginx}}\n"
AWSVPC = "run_params: {network_configuration: {awsvpc_configuration: {%s}}}\n"


@pytest.fixture
def shop(sandbox: Cli) -> Cli:
    """A project beside a cluster for Fargate, made by `up`."""
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
    sandbox.write("compose.yml", COMPOSE)
    return sandbox


def client(shop: Cli, service: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    url = process.ensure(shop.environment)
    return boto3.client(service, region_name="us-east-1", endpoint_url=url, **keys)


def made_cluster(shop: Cli, *flags: str) -> dict[str, str]:
    made = shop("up", *FARGATE, *flags, "--timeout", "0.5", "--output", "json")
    assert made.code == 0, made.err
    outputs: dict[str, str] = made.json["outputs"]
    return outputs


def network_of(shop: Cli, name: str) -> dict[str, Any]:
    described = client(shop, "ecs").describe_services(cluster="demo", services=[name])
    found: dict[str, Any] = described["services"][0]["networkConfiguration"]["awsvpcConfiguration"]
    return found


def test_a_service_runs_in_the_network_of_the_stack(shop: Cli) -> None:
    outputs = made_cluster(shop)
    service = ("compose", "-p", "shop", "service")
    up = shop(*service, "up", *FARGATE, "--timeout", "0.5")
    assert up.code == 0, up.err
    assert "of stack amazon-ecs-cli-setup-demo, as the files name none" in up.err
    assert "warning: tasks run in" not in up.err
    network = network_of(shop, "shop")
    assert network["subnets"] == outputs["SubnetIds"].split(",")
    assert network["securityGroups"] == outputs["SecurityGroupIds"].split(",")
    assert network["assignPublicIp"] == "ENABLED", "else no image could be pulled"
    again = shop(*service, "up", *FARGATE)
    assert "Nothing to change" in again.err
    assert shop(*service, "scale", "2", "--timeout", "0.5").code == 0
    assert network_of(shop, "shop") == network


def test_tasks_run_in_the_network_of_the_stack(shop: Cli) -> None:
    outputs = made_cluster(shop)
    for verb in (("up",), ("scale", "2"), ("run", "--no-wait")):
        done = shop("compose", "-p", "shop", *verb, *FARGATE)
        assert done.code == 0, done.err
    ecs = client(shop, "ecs")
    tasks = ecs.describe_tasks(cluster="demo", tasks=ecs.list_tasks(cluster="demo")["taskArns"])
    details = [row for task in tasks["tasks"] for row in task["attachments"][0]["details"]]
    subnets = [row["value"] for row in details if row["name"] == "subnetId"]
    assert len(subnets) == 3
    assert set(subnets) <= set(outputs["SubnetIds"].split(","))


def test_what_the_files_give_of_the_network_wins(shop: Cli) -> None:
    outputs = made_cluster(shop)
    group = client(shop, "ec2").create_security_group(
        GroupName="mine", Description="mine", VpcId=outputs["VpcId"]
    )["GroupId"]
    shop.write("ecs-params.yml", AWSVPC % f"security_groups: [{group}], assign_public_ip: DISABLED")
    up = shop("compose", "-p", "shop", "service", "up", *FARGATE, "--no-wait")
    assert up.code == 0, up.err
    assert network_of(shop, "shop") == {
        "subnets": outputs["SubnetIds"].split(","),
        "securityGroups": [group],
        "assignPublicIp": "DISABLED",
    }


@pytest.mark.parametrize("command", ["service up", "service create", "up", "run"])
def test_without_a_stack_that_has_subnets_nothing_is_written(shop: Cli, command: str) -> None:
    client(shop, "ecs").create_cluster(clusterName="demo")
    refused = shop("compose", "-p", "shop", *command.split(), *FARGATE)
    assert refused.code == 2
    assert "need a subnet: none is set" in refused.err
    assert (
        "there is no CloudFormation stack amazon-ecs-cli-setup-demo in us-east-1 to take"
        in refused.err
    )
    assert "hint: set run_params.network_configuration" in refused.err
    assert client(shop, "ecs").list_task_definitions()["taskDefinitionArns"] == []


def test_files_alone_are_enough_for_check_and_render(shop: Cli) -> None:
    for verb in ("check", "render"):
        done = shop("compose", verb, *FARGATE)
        assert done.code == 0, done.err


def test_a_cluster_without_instances_needs_no_launch_type(shop: Cli) -> None:
    made_cluster(shop)
    for verb in (("up",), ("service", "up")):
        up = shop("compose", "-p", "shop", *verb, "--timeout", "0.5")
        assert up.code == 0, up.err
        notice = "launch type FARGATE: stack amazon-ecs-cli-setup-demo has no instances"
        assert up.err.count(notice) == 1
        again = shop("compose", "-p", "shop", *verb, "--timeout", "0.5")
        assert "Nothing to change" in again.err
    plan = shop("compose", "-p", "other", "plan", "--output", "json")
    registered, run = [action["request"] for action in plan.json["actions"]]
    assert registered["requiresCompatibilities"] == ["FARGATE"]
    assert run["launchType"] == "FARGATE"


def test_what_names_a_launch_type_decides(shop: Cli) -> None:
    made_cluster(shop)
    plan = ("compose", "-p", "shop", "plan", "--output", "json")
    by_flag = shop(*plan, "--launch-type", "EC2")
    assert by_flag.json["actions"][0]["request"]["requiresCompatibilities"] == ["EC2"]
    assert "has no instances" not in by_flag.err
    assert "cluster demo has no container instance: tasks wait until one registers" in by_flag.err
    shop.write("compose.yml", 'version: "2"\n' + COMPOSE)
    of_ecs_cli = shop(*plan)
    assert "requiresCompatibilities" not in of_ecs_cli.json["actions"][0]["request"]


def test_tasks_go_to_the_default_capacity_providers_of_a_cluster_for_fargate(shop: Cli) -> None:
    shop.write(
        "ecs-cluster.yml",
        "version: 1\ncluster: demo\nregion: us-east-1\nlaunch-type: FARGATE\n"
        "fargate: {on-demand: 1, spot: 3}\n",
    )
    assert shop("up", "--timeout", "0.5").code == 0
    (shop.directory / "ecs-cluster.yml").unlink()
    plan = shop("compose", "-p", "shop", "plan", "--output", "json")
    run = plan.json["actions"][-1]["request"]
    names = [row["capacityProvider"] for row in run["capacityProviderStrategy"]]
    assert names == ["FARGATE", "FARGATE_SPOT"], plan.err
    assert "launchType" not in run
