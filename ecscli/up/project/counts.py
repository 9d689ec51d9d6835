"""PURE: the live services of a project and what is asked of their numbers of tasks -> the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import record
from ecscli.up.model import Action, Plan, TagResource, UpdateService
from ecscli.up.project.ownership import COUNT_TAG, count_before_stop, tags_of
from ecscli.up.service.names import Names
from ecscli.up.service.plan import update_request

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef


@record
class CountedService:
    """A live service, and the count that its files give."""

    names: Names
    service: ServiceTypeDef
    of_files: int = 1

    @property
    def is_daemon(self) -> bool:
        """Whether it runs one task on each instance, so that it has no count."""
        return self.service.get("schedulingStrategy") == "DAEMON"

    @property
    def count(self) -> int:
        return self.service.get("desiredCount") or 0


def plan_counts(counts: Iterable[tuple[CountedService, int]]) -> Plan:
    """Change the counts that differ; what `stop` has noted is void then."""
    return Plan(tuple(action for one, count in counts for action in _change(one, count, "")))


def plan_stop(services: Iterable[CountedService]) -> Plan:
    """No tasks, and the count from before noted as a tag."""
    running = [one for one in services if one.count and not one.is_daemon]
    actions = [action for one in running for action in _change(one, 0, str(one.count))]
    return Plan(tuple(actions))


def plan_start(services: Iterable[CountedService]) -> Plan:
    """The count from before `stop`, else that of the files, where there are no tasks."""
    idle = [one for one in services if not one.count and not one.is_daemon]
    counts = [(one, count_before_stop(one.service) or one.of_files or 1) for one in idle]
    return plan_counts(counts)


def plan_restart(services: Iterable[CountedService]) -> Plan:
    """New tasks of the same definitions, where there are tasks."""
    running = [one for one in services if one.count or one.is_daemon]
    requests = [update_request(one.names, {}, {}, force=True) for one in running]
    return Plan(tuple(UpdateService(request, {}) for request in requests))


def _change(one: CountedService, count: int, noted: str) -> Iterator[Action]:
    """The note comes first: a call that is cut off must not lose it."""
    before = tags_of(one.service).get(COUNT_TAG, "")
    if before != noted:
        tags = [{"key": COUNT_TAG, "value": noted}]
        old = {"tags": [{"key": COUNT_TAG, "value": before}]} if before else {"tags": []}
        yield TagResource({"resourceArn": one.service["serviceArn"], "tags": tags}, old)
    if one.count != count:
        request = update_request(one.names, {"desiredCount": count}, {})
        yield UpdateService(request, {"desiredCount": one.count})


def find_uncountable(
    counts: Mapping[str, int], services: Mapping[str, CountedService]
) -> Iterator[Finding]:
    """Why the count of a service cannot be changed."""
    for name in counts:
        if services[name].is_daemon:
            message = f"{name} runs one task on each instance, and has no count"
            yield Finding(message, None, "change deploy.mode in the Compose file")
