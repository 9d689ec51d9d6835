"""Which targets of a group are tasks of the service: others may be in it too."""

from collections.abc import Callable
from typing import Any, cast

from ecscli.aws.client import Aws
from ecscli.up.tasks.targets import endpoints, target_health

ROW: Any = {"targetGroupArn": "arn:group", "containerName": "web", "containerPort": 80}
OWN_ADDRESS = [{"privateIpv4Address": "10.0.0.7"}]
BINDINGS = [{"containerPort": 80, "hostPort": 32768}, {"containerPort": 81, "hostPort": 32769}]


def task(**fields: Any) -> Any:
    containers = [{"name": "side", **fields}, {"name": "web", **fields}]
    return {"containerInstanceArn": "arn:instance", "containers": containers}


def test_a_task_is_reached_at_its_own_address_or_at_its_instance() -> None:
    instances = {"arn:instance": "i-1"}
    own = task(networkInterfaces=OWN_ADDRESS)
    assert list(endpoints(own, ROW, {})) == [("10.0.0.7", 80)]
    shared = task(networkBindings=BINDINGS)
    assert list(endpoints(shared, ROW, instances)) == [("i-1", 32768)]


class Account:
    """A group with a target of our one task, and two of another service on the same instance."""

    def pages(self, *names: str, **query: Any) -> list[str]:
        assert query["serviceName"] == "shop"
        return ["arn:task"]

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        if operation == "describe_tasks":
            return {"tasks": [task(networkBindings=BINDINGS)]}
        if operation == "describe_container_instances":
            arn = query["containerInstances"][0]
            return {"containerInstances": [{"containerInstanceArn": arn, "ec2InstanceId": "i-1"}]}
        states = {32768: "unhealthy", 32800: "healthy", 32801: "healthy"}
        rows = [
            {"Target": {"Id": "i-1", "Port": port}, "TargetHealth": {"State": state}}
            for port, state in states.items()
        ]
        return {"TargetHealthDescriptions": rows}

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        return [read() for read in reads]


def test_targets_of_other_services_do_not_count() -> None:
    service: Any = {"serviceName": "shop", "clusterArn": "arn:demo", "loadBalancers": [ROW]}
    found = target_health(cast(Aws, Account()), service)
    assert [row["TargetHealth"]["State"] for row in found] == ["unhealthy"]
    assert target_health(cast(Aws, Account()), {**service, "loadBalancers": []}) == []
