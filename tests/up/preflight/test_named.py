"""What a plan names: only what is new, and only what its calls use."""

from typing import Any

from ecscli.up.discovery.desired import Namespace
from ecscli.up.model import (
    CreateLogGroup,
    CreateService,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    UpdateService,
)
from ecscli.up.preflight.named import Named, named_by

ROLE = "arn:aws:iam::123456789012:role/app"
LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "shop"}}


def definition(image: str = "nginx:1", **fields: Any) -> dict[str, Any]:
    ports = [{"containerPort": 80, "protocol": "udp"}]
    container = {"name": "web", "image": image, "portMappings": ports, "logConfiguration": LOGS}
    return {"family": "shop", "containerDefinitions": [container], **fields}


def names(*actions: Any, namespace: Namespace | None = None) -> Named:
    return named_by(Plan(actions), definition(), namespace)


def test_a_new_revision_names_its_roles_images_and_log_groups() -> None:
    found = names(
        RegisterTaskDefinition(definition(taskRoleArn=ROLE)), RunTask({"cluster": "demo"})
    )
    assert found.roles == (ROLE,)
    assert found.images == ("nginx:1",)
    assert found.log_groups == (("shop", None),)
    assert found.ports == {("web", 80): "udp"}
    assert found.cluster == "demo"


def test_what_the_newest_revision_has_is_not_looked_up_again() -> None:
    old = definition(taskRoleArn=ROLE)
    register = RegisterTaskDefinition({**old, "cpu": "256"}, old)
    found = names(register, RunTask({"cluster": "demo"}))
    assert (found.roles, found.images, found.log_groups) == ((), (), ())


def test_a_revision_that_nothing_runs_yet_needs_its_roles_alone() -> None:
    found = names(RegisterTaskDefinition(definition(taskRoleArn=ROLE)))
    assert (found.roles, found.images, found.log_groups) == ((ROLE,), (), ())


def test_log_groups_that_the_plan_or_the_agent_makes_are_not_looked_up() -> None:
    made = CreateLogGroup({"logGroupName": "shop"}, "us-east-1")
    register, run = RegisterTaskDefinition(definition()), RunTask({"cluster": "demo"})
    assert names(register, made, run).log_groups == ()


def test_an_update_names_only_what_it_changes() -> None:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}
    request = {"cluster": "demo", "service": "shop", "networkConfiguration": network}
    assert names(UpdateService(request, {"desiredCount": 1})).subnets == ()
    changed = names(UpdateService(request, {"networkConfiguration": {}}))
    assert (changed.subnets, changed.security_groups) == (("subnet-1",), ("sg-1",))


def test_the_namespace_counts_for_a_new_service_alone() -> None:
    namespace = Namespace(private=True, id="ns-1")
    create = CreateService({"cluster": "demo", "serviceName": "shop", "role": "elb"})
    assert names(create, namespace=namespace).namespace == namespace
    assert names(create).roles == ("elb",)
    assert names(RunTask({"cluster": "demo"}), namespace=namespace).namespace is None
