"""Ids as tables on a terminal show them: the tasks that they stand for."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.up.tasks.live import whole_id

ARN = "arn:aws:ecs:us-east-1:123456789012:task/demo/"
RUNNING, STOPPED = "0123456789ab" + "c" * 20, "0123456789ff" + "d" * 20


class Listed:
    """An AWS that only lists tasks, one of each status."""

    def pages(self, service: str, operation: str, member: str, **query: Any) -> Iterator[str]:
        assert (operation, query["cluster"]) == ("list_tasks", "demo")
        yield ARN + {"RUNNING": RUNNING, "STOPPED": STOPPED}[query["desiredStatus"]]


def found(task: str) -> str:
    return whole_id(cast(Aws, Listed()), "demo", task)


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("0123456789ab", ARN + RUNNING),
        ("0123456789ff", ARN + STOPPED),
        (RUNNING, RUNNING),
        (ARN + RUNNING, ARN + RUNNING),
        ("fedcba987654", "fedcba987654"),
        ("web", "web"),
    ],
)
def test_a_short_id_is_that_of_the_task_that_begins_with_it(given: str, whole: str) -> None:
    assert found(given) == whole


def test_an_id_that_is_too_short_names_the_tasks_that_it_may_be() -> None:
    with pytest.raises(InputError) as caught:
        found("0123456789")
    assert RUNNING in caught.value.message
    assert STOPPED in caught.value.message
