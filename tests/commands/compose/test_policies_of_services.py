"""The role of the containers of a service in layout services: made with consent, kept while tasks
use it, and deleted."""

from typing import Any

import pytest

from tests.commands.compose.test_networks import STACK, WAIT, Shop, phases
from tests.conftest import Cli

OWN = "[ReadOnlyAccess, {Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}]"
COMPOSE = """\
services:
  web: {{image: nginx, x-ecs: {{policies: {web}}}}}
  worker: {{image: httpd, x-ecs: {{policies: {worker}}}}}
networks: {{default: {{external: true, name: {group}}}}}
x-ecs: {{layout: services, discovery: none, logs: none}}
"""
IAM = "--capability-iam"


@pytest.fixture
def shop(sandbox: Cli) -> Shop:
    return Shop(sandbox)


def write(shop: Shop, web: str = "[]", worker: str = "[]") -> None:
    group = shop.cluster["SecurityGroupIds"]
    shop.cli.write("compose.yml", COMPOSE.format(web=web, worker=worker, group=group))


def role(shop: Shop, name: str) -> str | None:
    """The role of the newest revision."""
    found = shop.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    return found.get("taskRoleArn")


def rights(shop: Shop, output: str) -> tuple[list[str], list[Any]]:
    """Managed policies by name, and the statements of its own."""
    iam, name = shop.client("iam"), shop.outputs()[output].rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    documents = [
        iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
        for one in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    return [one["PolicyName"] for one in attached], [one["Statement"] for one in documents]


def test_a_role_of_containers_from_consent_to_down(shop: Shop) -> None:
    write(shop, web=OWN)
    for verb in ("up", "plan", "create"):
        refused = shop(verb)
        assert refused.code == 2
        assert f"web needs role TaskRoleWeb in stack {STACK}, which does not exist" in refused.err
        assert f"let {IAM} make it" in refused.err
    plan = shop("plan", IAM)
    assert "TaskRoleWeb.policies: [ReadOnlyAccess]" in plan.out
    assert f"taskRoleArn: <{STACK}.TaskRoleWeb>" in plan.out
    shop.up(IAM)
    assert role(shop, "shop-web") == shop.outputs()["TaskRoleWeb"]
    assert role(shop, "shop-worker") is None
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    assert rights(shop, "TaskRoleWeb") == (["ReadOnlyAccess"], [[statement]])
    assert shop.up()["changed"] is False, "what is there needs no consent"

    write(shop, web="[AmazonS3ReadOnlyAccess]", worker="[ReadOnlyAccess]")
    refused = shop("up")
    assert "web needs other rights than role TaskRoleWeb" in refused.err
    assert "worker needs role TaskRoleWorker" in refused.err
    shop.up(IAM)
    assert rights(shop, "TaskRoleWeb") == (["AmazonS3ReadOnlyAccess"], [])

    write(shop, worker="[ReadOnlyAccess]")
    assert phases(shop.plan()) == [("CreateChangeSet", "after the services")]
    shop.up("worker")
    assert set(shop.outputs()) == {"TaskRoleWeb", "TaskRoleWorker"}, "tasks of web have it"
    shop.up()
    assert set(shop.outputs()) == {"TaskRoleWorker"}
    assert role(shop, "shop-web") is None

    written = (shop.cli.directory / "compose.yml").read_text()
    shop.cli.write("compose.yml", written.replace("worker:", "queue:"))
    shop.up(IAM)
    assert set(shop.outputs()) == {"TaskRoleWorker", "TaskRoleQueue"}, "the orphan has its role"
    shop.up("--remove-orphans")
    assert set(shop.outputs()) == {"TaskRoleQueue"}
    assert shop("down", *WAIT).code == 0
    stacks = shop.client("cloudformation").describe_stacks()["Stacks"]
    assert STACK not in [one["StackName"] for one in stacks]
    assert not [
        one["RoleName"]
        for one in shop.client("iam").list_roles()["Roles"]
        if "TaskRole" in one["RoleName"]
    ]
