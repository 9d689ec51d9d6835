"""The wait until no task is in what the support stack loses: security groups and names."""

from typing import Any

from ecscli.base.errors import AccessError
from ecscli.up.model import Event
from ecscli.up.support.release import LONGEST, until_released
from tests.up.deployment.test_watch_of_several import ScriptedAws

ARN = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1"


class Releasing(ScriptedAws):
    """Answers with numbers of interfaces and of instances, the last of them again and again."""

    def __init__(self, interfaces: list[int], instances: list[int | Exception]) -> None:
        super().__init__([])
        self.interfaces, self.instances = interfaces, instances

    def pages(self, service: str, operation: str, key: str, /, **parameters: Any) -> Any:
        assert parameters["Filters"] == [{"Name": "group-id", "Values": ["sg-1", "sg-2"]}]
        return iter([{}] * _next(self.interfaces))

    def call(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        assert (operation, parameters) == ("get_service", {"Id": "srv-1"})
        count = _next(self.instances)
        if isinstance(count, Exception):
            raise count
        return {"Service": {"InstanceCount": count}}


def _next(values: list[Any]) -> Any:
    return values.pop(0) if len(values) > 1 else values[0]


def waited(aws: Releasing, *released: str) -> tuple[float, list[Event]]:
    events = list(until_released(aws, released))
    return aws.now, events


def test_interfaces_and_then_entries_have_to_go() -> None:
    aws = Releasing([2, 1, 0], [1, 0])
    passed, events = waited(aws, "sg-2", "sg-1", ARN)
    assert passed > 0
    assert (aws.interfaces, aws.instances, events) == ([0], [0], [])


def test_nothing_that_goes_is_nothing_to_wait_for() -> None:
    assert waited(Releasing([1], [1])) == (0, [])
    assert waited(Releasing([1], [0]), ARN) == (0, [])


def test_the_wait_is_not_for_ever_and_not_for_who_may_not_ask() -> None:
    passed, _ = waited(Releasing([0], [1]), ARN)
    assert passed == LONGEST
    denied = AccessError("not allowed", code="AccessDeniedException")
    passed, [event] = waited(Releasing([0], [denied]), ARN)
    assert passed == 0
    assert "names of the project could not be looked up: not allowed" in event.message
