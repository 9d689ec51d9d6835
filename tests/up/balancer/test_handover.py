"""A target group that is left for another one: which step comes next, by what is live."""

from typing import Any

import pytest

from ecscli.base.balanced import (
    GRPC,
    HTTP2,
    HTTPS,
    MOST_GROUPS,
    TCP,
    UDP,
    BalancedPort,
    TargetHealth,
)
from ecscli.base.records import replace
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.target_groups import target_group_outputs
from ecscli.support.balancer.transition.steps import group_of, serving_group
from ecscli.support.parts import Part
from ecscli.up.balancer.handover import Changing, LiveGroups, PlannedMove, find_unmeant, plan_moves
from tests.support.balancer.test_part import wanted

OUTPUT = "TargetGroupWeb"
HTTP_PORT = BalancedPort("web", 80, 8080)
TLS_PORT = replace(HTTP_PORT, port=443, protocol=HTTPS)


class Project:
    """One service whose template, outputs and target groups are those of a live project."""

    def __init__(self, port: BalancedPort) -> None:
        self.part = balancer_part(wanted(port))
        self.rows = [self.row(port, self.part)]
        self.is_settled, self.is_healthy = True, False

    def row(self, port: BalancedPort, part: Part) -> dict[str, Any]:
        arn = f"arn:{group_of(part, OUTPUT)}"
        return {"targetGroupArn": arn, "containerName": "web", "containerPort": port.port}

    def live(self) -> LiveGroups:
        outputs = {name: f"arn:{group_of(self.part, name)}" for name in self.part.outputs}
        return LiveGroups(self.part, outputs, lambda arn: self.is_healthy)

    def unmeant(self, balancer: WantedBalancer) -> list[str]:
        """What is wrong while the service stays as it is."""
        service: Any = {"serviceName": "shop-web", "loadBalancers": self.rows}
        part, outputs = balancer_part(balancer), {"web": OUTPUT}
        assert not list(find_unmeant(part, self.live(), outputs, [])), "nobody would notice"
        return [one.message for one in find_unmeant(part, self.live(), outputs, [service])]

    def next(self, balancer: WantedBalancer) -> PlannedMove | None:
        """The next step, and the project as it is once that is done."""
        [port] = balancer.all_ports
        state = "COMPLETED" if self.is_settled else "IN_PROGRESS"
        deployment = {"id": "1", "status": "PRIMARY", "rolloutState": state}
        service: Any = {
            "serviceName": "shop-web",
            "status": "ACTIVE",
            "desiredCount": 1,
            "runningCount": 1,
            "loadBalancers": self.rows,
            "deployments": [deployment],
        }
        mappings = [{"containerPort": 80}, {"containerPort": 443}]
        definition = {"containerDefinitions": [{"name": "web", "portMappings": mappings}]}
        final = balancer_part(balancer)
        user = Changing(port, OUTPUT, service, definition)
        found = next(plan_moves(final, self.live(), [user]), None)
        moves = (found.move,) if found and found.move else ()
        self.part = balancer_part(replace(balancer, moves=moves))
        kept = [dict(found.kept)] if found and found.kept else []
        self.rows = [*kept, self.row(port, self.part)]
        return found


def weights(part: Part) -> list[int]:
    [action] = part.resources["Listener8080"]["Properties"]["DefaultActions"]
    return [row["Weight"] for row in action.get("ForwardConfig", {}).get("TargetGroups", ())]


def test_the_steps_follow_each_other() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    first = project.next(target)
    assert first is not None
    assert not first.gap
    assert weights(project.part) == [1, 0]
    assert [row["containerPort"] for row in project.rows] == [80, 443]
    for project.is_settled, project.is_healthy in ((False, False), (True, False), (False, True)):
        again = project.next(target)
        assert again is not None
        assert again.is_begun, "it is waited for"
        assert weights(project.part) == [1, 0]
    project.is_settled = project.is_healthy = True
    project.next(target)
    assert weights(project.part) == [0, 1]
    assert [row["containerPort"] for row in project.rows] == [443]
    assert project.next(target) is None
    assert weights(project.part) == []
    assert f"{OUTPUT}Before" not in project.part.outputs


def test_a_rule_that_has_moved_waits_until_the_service_has_left() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    project.next(target)
    project.is_healthy, both = True, project.rows
    project.next(target)
    project.rows = both  # cut off between the two calls
    again = project.next(target)
    assert again is not None
    assert again.move is not None
    assert again.move.moved
    assert weights(project.part) == [0, 1]
    assert [row["containerPort"] for row in project.rows] == [443]


def test_the_way_back_is_found_at_every_step() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    old = serving_group(project.part, OUTPUT)
    project.next(target)
    back = project.next(wanted(HTTP_PORT))
    assert back is not None
    assert weights(project.part) == [0, 1], "the other one is attached until nobody has it"
    assert serving_group(project.part, OUTPUT) == old
    assert [row["containerPort"] for row in project.rows] == [80]
    assert project.next(wanted(HTTP_PORT)) is None


GAPS = {
    "network mode": (HTTP_PORT, wanted(HTTP_PORT, mode="bridge"), "one network mode"),
    "grpc": (HTTP_PORT, wanted(replace(HTTP_PORT, version=GRPC)), "over HTTP and gRPC"),
    "same port": (HTTP_PORT, wanted(replace(HTTP_PORT, protocol=HTTPS)), "HTTP and HTTPS"),
    "port that is gone": (replace(HTTP_PORT, port=81), wanted(TLS_PORT), "needs web:81"),
    "http2": (HTTP_PORT, wanted(replace(HTTP_PORT, version=HTTP2)), ""),
}


@pytest.mark.parametrize("name", GAPS)
def test_what_one_task_cannot_answer_is_a_gap(name: str) -> None:
    port, target, gap = GAPS[name]
    project = Project(port)
    found = project.next(target)
    assert found is not None
    assert gap in found.gap
    assert bool(found.gap) == bool(gap)
    assert len(project.rows) == (1 if gap else 2)
    assert weights(project.part) == [1, 0], "the old group serves until the new one can"


def test_a_listener_of_the_network_balancer_changes_at_once() -> None:
    game = BalancedPort("web", 53, 53, TCP, health=TargetHealth(""))
    found = Project(game).next(wanted(replace(game, protocol=UDP)))
    assert found is not None
    assert found.gap
    assert found.move is None
    assert Project(game).next(wanted(HTTP_PORT)) is None, "the old balancer serves on"
    assert Project(HTTP_PORT).next(wanted(replace(HTTP_PORT, port=443))) is None


def test_a_service_that_is_not_meant_keeps_its_target_group() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    assert not project.unmeant(wanted(replace(HTTP_PORT, drain=5))), "the group stays"
    for other in (target, wanted(HTTP_PORT, mode="bridge")):
        [message] = project.unmeant(other)
        assert message.startswith("web: its target group becomes another one")
    project.next(target)
    assert project.unmeant(target), "the rule would move before its time"
    project.is_healthy = True
    project.next(target)
    assert not project.unmeant(target)


@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_service_without_room_for_both_groups_leaves_the_old_one_first(others: int) -> None:
    names = ("web", "api")
    before = wanted(*(BalancedPort(name, 80, paths=(f"/{name}",)) for name in names))
    ports = [replace(port, port=443, protocol=HTTPS) for port in before.all_ports]
    part, outputs = balancer_part(before), target_group_outputs(ports)
    arns = {name: f"arn:{group_of(part, name)}" for name in part.outputs}
    rows = [
        {"targetGroupArn": arns[outputs[name]], "containerName": name, "containerPort": 80}
        for name in names
    ]
    rows += [{"targetGroupArn": f"arn:other{number}"} for number in range(others)]
    service: Any = {"serviceName": "shop", "loadBalancers": rows}
    mappings = [{"containerPort": 80}, {"containerPort": 443}]
    containers = [{"name": name, "portMappings": mappings} for name in names]
    definition = {"containerDefinitions": containers}
    users = [Changing(port, outputs[port.service], service, definition) for port in ports]
    live = LiveGroups(part, arns, lambda arn: False)
    found = list(plan_moves(balancer_part(wanted(*ports)), live, users))
    kept = [one.kept for one in found if one.kept]
    assert len(rows) + len(kept) <= MOST_GROUPS
    assert [bool(one.gap) for one in found] == [False, others == MOST_GROUPS - len(names) - 1]
    assert all(one.move for one in found)
