"""The stacks of service discovery around the plan of a service, planned without a client."""

from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.up.discovery.desired import (
    DiscoveryChange,
    Namespace,
    WantedDiscovery,
    namespace_stack,
    service_stack,
)
from ecscli.up.discovery.live import LiveDiscovery
from ecscli.up.discovery.plan import plan_cleanup, with_discovery
from ecscli.up.model import CreateService, DeleteStack, DeployStack, Plan, Ref
from ecscli.up.stack.model import Stack
from tests.up.service.builders import NAMES, service, wanted

NEW = Plan((CreateService({"cluster": "demo", "serviceName": "shop"}),))
REGISTRIES = [{"registryArn": "arn:aws:servicediscovery:us-east-1:1:service/srv-1"}]
SERVICE_STACK, NAMESPACE_STACK = service_stack("demo", "shop"), namespace_stack("demo", "shop")


def stack(name: str, **parameters: str) -> Stack:
    return Stack(id=name, name=name, status="CREATE_COMPLETE", parameters=parameters)


def discovery(**namespace: Any) -> WantedDiscovery:
    return WantedDiscovery(Namespace(**{"private": True, **namespace}), "A")


def steps(plan: Plan) -> list[tuple[str, str]]:
    return [(type(action).__name__, action.subject) for action in plan.actions]


def test_names_of_the_stacks_are_those_of_ecs_cli() -> None:
    assert namespace_stack("demo", "a_b") == "amazon-ecs-cli-setup-private-dns-namespace-demo-a0b"
    assert service_stack("c" * 50, "s__x" + "s" * 50) == (
        "amazon-ecs-cli-setup-service-discovery-service-" + "c" * 38 + "-s0x" + "s" * 34
    )


def test_a_new_service_gets_its_namespace_then_its_registry_then_itself() -> None:
    asked = wanted(discovery=discovery(name="shop.local", vpc="vpc-1"))
    plan = with_discovery(NEW, asked, None, LiveDiscovery(), None)
    assert steps(plan) == [
        ("DeployStack", NAMESPACE_STACK),
        ("DeployStack", SERVICE_STACK),
        ("CreateService", "shop"),
    ]
    (entry,) = plan.actions[-1].request["serviceRegistries"]
    assert entry == {"registryArn": Ref(*[f"{SERVICE_STACK}.ServiceDiscoveryServiceARN"] * 2)}


def test_stacks_that_an_earlier_service_left_behind_are_made_anew() -> None:
    asked = wanted(discovery=discovery(name="shop.local", vpc="vpc-1"))
    left = LiveDiscovery(None, stack(NAMESPACE_STACK), stack(SERVICE_STACK))
    assert steps(with_discovery(NEW, asked, None, left, None)) == [
        ("DeleteStack", NAMESPACE_STACK),
        ("DeployStack", NAMESPACE_STACK),
        ("DeleteStack", SERVICE_STACK),
        ("DeployStack", SERVICE_STACK),
        ("CreateService", "shop"),
    ]


def test_a_namespace_that_exists_is_used() -> None:
    asked = wanted(discovery=discovery(name="shop.local", vpc="vpc-1"))
    plan = with_discovery(NEW, asked, None, LiveDiscovery("ns-1"), None)
    assert steps(plan) == [("DeployStack", SERVICE_STACK), ("CreateService", "shop")]
    parameters = plan.actions[0].request["Parameters"]
    assert {"ParameterKey": "NamespaceID", "ParameterValue": "ns-1"} in parameters


def test_a_public_namespace_is_never_made() -> None:
    asked = wanted(discovery=discovery(private=False, name="example.com"))
    with pytest.raises(InputError, match=r"no public namespace example\.com"):
        with_discovery(NEW, asked, None, LiveDiscovery(), None)


def test_a_service_that_exists_keeps_its_discovery_or_stays_without() -> None:
    asked = wanted(discovery=discovery(id="ns-1"))
    registered = with_discovery(
        Plan(), asked, service(serviceRegistries=REGISTRIES), LiveDiscovery(), None
    )
    assert not registered.notices
    plain = with_discovery(Plan(), asked, service(), LiveDiscovery(), None)
    assert not plain.actions
    assert "can not be enabled" in plain.notices[0].message


def test_another_ttl_changes_the_stack_and_the_same_one_nothing() -> None:
    found = LiveDiscovery(
        service_stack=stack(SERVICE_STACK, DNSTTL="60", SDSName="shop"), service_template="{}"
    )
    plan = with_discovery(Plan(), wanted(), service(), found, DiscoveryChange(ttl=10))
    (action,) = plan.actions
    assert isinstance(action, DeployStack)
    assert action.request["TemplateBody"] == "{}"
    assert {"ParameterKey": "DNSTTL", "ParameterValue": "10"} in action.request["Parameters"]
    assert {"ParameterKey": "SDSName", "ParameterValue": "shop"} in action.request["Parameters"]
    assert not with_discovery(Plan(), wanted(), service(), found, DiscoveryChange(ttl=60)).actions
    with pytest.raises(InputError, match="no CloudFormation stack"):
        with_discovery(Plan(), wanted(), service(), LiveDiscovery(), DiscoveryChange(ttl=10))


def test_behind_a_service_only_stacks_that_exist_are_deleted() -> None:
    found = LiveDiscovery(service_stack=stack(SERVICE_STACK))
    registered = service(serviceRegistries=REGISTRIES)
    plan = plan_cleanup(NAMES, registered, True, found)
    assert plan.actions == (DeleteStack({"StackName": SERVICE_STACK}),)
    assert [notice.message for notice in plan.notices] == [
        f"there is no stack {NAMESPACE_STACK} to delete"
    ]
    assert plan_cleanup(NAMES, service(), True, found) == Plan()
