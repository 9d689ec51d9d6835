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
from ecscli.support.balancer.names import WantedNames, are_elsewhere
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.target_groups import target_group_outputs
from ecscli.support.balancer.transition.routes import entrances
from ecscli.support.balancer.transition.steps import group_of, served_groups, serving_group
from ecscli.support.parts import Part
from ecscli.up.balancer.handover import (
    Handovers,
    LiveGroups,
    Others,
    User,
    find_unmeant,
    plan_handovers,
)
from tests.support.balancer.test_joined import BALANCER, OTHER, PLAIN, on
from tests.support.balancer.test_part import wanted

OUTPUT = "TargetGroupWeb"
HTTP_PORT = BalancedPort("web", 80, 8080)
TLS_PORT = replace(HTTP_PORT, port=443, protocol=HTTPS)
MAPPINGS = [{"containerPort": 80}, {"containerPort": 443}]


class Project:
    """The template of a live project, and a service in front of each Compose service; what is
    `healthy`: the logical ids of target groups."""

    def __init__(self, *ports: BalancedPort, mode: str = "awsvpc") -> None:
        self.part, self.mode = balancer_part(wanted(*ports)), mode
        self.rows = {port.service: [self.row(port, self.part)] for port in ports}
        self.is_settled = True
        self.healthy: set[str] = set()

    @property
    def web(self) -> list[dict[str, Any]]:
        return self.rows["web"]

    def row(self, port: BalancedPort, part: Part) -> dict[str, Any]:
        arn = f"arn:{group_of(part, target_group_outputs([port])[port.service])}"
        return {
            "targetGroupArn": arn,
            "containerName": port.service,
            "containerPort": port.port,
        }

    def live(self) -> LiveGroups:
        outputs = {name: f"arn:{group_of(self.part, name)}" for name in self.part.outputs}
        return LiveGroups(self.part, outputs, lambda arn: arn[4:] in self.healthy)

    def service(self, name: str) -> Any:
        state = "COMPLETED" if self.is_settled else "IN_PROGRESS"
        deployment = {"id": "1", "status": "PRIMARY", "rolloutState": state}
        return {
            "serviceName": f"shop-{name}",
            "status": "ACTIVE",
            "desiredCount": 1,
            "runningCount": 1,
            "loadBalancers": self.rows[name],
            "deployments": [deployment],
        }

    def unmeant(self, balancer: WantedBalancer) -> list[str]:
        """What is wrong while the service stays as it is."""
        part, outputs = balancer_part(balancer), {"web": OUTPUT}
        assert not list(find_unmeant(part, self.live(), outputs, [])), "nobody would notice"
        found = find_unmeant(part, self.live(), outputs, [self.service("web")])
        return [one.message for one in found]

    def plan(self, balancer: WantedBalancer, *orphans: str) -> Handovers:
        """The next step; services in `orphans` stay as they are."""
        final, ports = balancer_part(balancer), balancer.all_ports
        names = dict.fromkeys([*(port.service for port in ports), *self.rows])
        users = []
        for name in names:
            container = {"name": name, "portMappings": MAPPINGS}
            definition = {"containerDefinitions": [container], "networkMode": self.mode}
            own = tuple(port for port in ports if port.service == name)
            service = self.service(name) if name in self.rows else None
            users.append(User(f"shop-{name}", service, definition, own))
        users = [one for one in users if one.name.removeprefix("shop-") not in orphans]
        outputs = target_group_outputs(ports)
        staying = [self.service(name) for name in orphans]
        return plan_handovers(final, self.live(), outputs, users, Others(tuple(staying)))

    def next(self, balancer: WantedBalancer, *orphans: str) -> Handovers:
        """The next step, and the project as it is once that is done."""
        found = self.plan(balancer, *orphans)
        first, final = found.step.first(self.part), balancer_part(balancer)
        for group in served_groups(first) - served_groups(self.part):
            is_new = f"arn:{group}" not in {row["targetGroupArn"] for row in self.all_rows()}
            known = {one.listener for one in entrances(self.part).values() if one.serving}
            at = [one for one in entrances(first).values() if one.serving == group]
            was_answered = is_new and any(one.listener in known for one in at)
            assert not was_answered or group in self.healthy, "requests go to an empty group"
        ports = {port.service: port for port in balancer.all_ports}
        for name in dict.fromkeys([*ports, *self.rows]):
            if name not in orphans:
                kept = [dict(row) for row in found.kept.get(f"shop-{name}", ())]
                own = [self.row(ports[name], final)] if name in ports else []
                self.rows[name] = [*kept, *own]
        used = {row["targetGroupArn"][4:] for row in self.all_rows()}
        assert used <= first.resources.keys()
        attached = {id_ for one in entrances(first).values() for id_, _ in one.groups}
        assert used <= attached, "ECS refuses a group that hangs on no balancer"
        self.part = found.step.stays + found.step.after
        return found

    def all_rows(self) -> list[dict[str, Any]]:
        return [row for rows in self.rows.values() for row in rows]

    def serving(self, id_: str) -> str:
        """The group that an entrance sends requests to, without its hash."""
        return entrances(self.part)[id_].serving[:-6]


def weights(part: Part) -> list[int]:
    [action] = part.resources["Listener8080"]["Properties"]["DefaultActions"]
    return [row["Weight"] for row in action.get("ForwardConfig", {}).get("TargetGroups", ())]


def test_the_steps_follow_each_other() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    new = group_of(balancer_part(target), OUTPUT)
    first = project.next(target)
    assert first.goes_on
    assert [one.gap for one in first.all] == [""]
    assert weights(project.part) == [1, 0]
    assert [row["containerPort"] for row in project.web] == [80, 443]
    for project.is_settled, project.healthy in ((False, set()), (True, set()), (False, {new})):
        again = project.next(target)
        assert [one.is_begun for one in again.all] == [True], "it is waited for"
        assert weights(project.part) == [1, 0]
    project.is_settled = True
    before = project.plan(target).step.before
    assert weights(before) == [1, 0], "the new one, and the old one until the service has left it"
    assert serving_group(before, OUTPUT) == new
    last = project.next(target)
    assert not last.goes_on
    assert [row["containerPort"] for row in project.web] == [443]
    assert weights(project.part) == []
    assert f"{OUTPUT}Before" not in project.part.outputs
    assert not project.next(target).all


def test_a_rule_that_has_moved_waits_until_the_service_has_left() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    project.next(target)
    project.healthy = {group_of(balancer_part(target), OUTPUT)}
    both, cut_off = project.web, project.plan(target).step
    project.part = cut_off.first(project.part)  # before the service has changed
    again = project.next(target)
    assert [one.moved for one in again.all] == [True]
    assert len(both) == 2
    assert [row["containerPort"] for row in project.web] == [443]
    assert weights(project.part) == []


def test_the_way_back_is_found_at_every_step() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    old = serving_group(project.part, OUTPUT)
    project.next(target)
    back = project.plan(wanted(HTTP_PORT))
    assert weights(back.step.before) == [1, 0], "the other one is attached until nobody has it"
    project.next(wanted(HTTP_PORT))
    assert serving_group(project.part, OUTPUT) == old
    assert [row["containerPort"] for row in project.web] == [80]
    assert not project.next(wanted(HTTP_PORT)).all


SITE = BalancedPort("site", 80, 8080)
API = BalancedPort("api", 80, 8080, paths=("/api",))
HANDED_OVER = {
    "a default service with another name": ([HTTP_PORT], [SITE], "Listener8080", "web", "site"),
    "a path of a new service": ([HTTP_PORT], [HTTP_PORT, API], "RuleApi1", "web", "api"),
    "a path of another service": (
        [replace(HTTP_PORT, paths=("/api", "/web"))],
        [replace(HTTP_PORT, paths=("/web",)), API],
        "RuleApi1",
        "web",
        "api",
    ),
    "a rule of a service that goes": (
        [replace(API, service="web"), SITE],
        [API, SITE],
        "RuleApi1",
        "web",
        "api",
    ),
}


@pytest.mark.parametrize("name", HANDED_OVER)
def test_requests_pass_to_another_service_once_it_has_healthy_targets(name: str) -> None:
    before, after, entrance, old, new = HANDED_OVER[name]
    project, target = Project(*before), wanted(*after)
    first = project.next(target)
    assert [(one.port.service, one.gap, one.moved) for one in first.all] == [(new, "", False)]
    assert first.all[0].what == f"it takes requests over from {old}"
    serving = {one.serving[:-6] for one in entrances(project.part).values() if one.serving}
    assert f"TargetGroup{new.capitalize()}" not in serving
    assert len(project.rows[old]) == 1, "it goes on to answer"
    project.healthy = {group_of(balancer_part(target), f"TargetGroup{new.capitalize()}")}
    done = project.next(target)
    assert not done.goes_on
    assert project.serving(entrance) == f"TargetGroup{new.capitalize()}"
    assert project.part.resources == balancer_part(target).resources
    assert not project.next(target).all


def test_a_service_that_files_have_no_more_keeps_its_rule_until_another_one_takes_it() -> None:
    project, target = Project(API, HTTP_PORT), wanted(HTTP_PORT)
    assert not project.plan(target, "api").step.ended, "it runs, and answers"
    assert project.plan(target).step.ended == {"RuleApi1"}, "web answers"
    other = wanted(HTTP_PORT, replace(API, service="other"))
    project.next(other, "api")
    project.healthy = {group_of(balancer_part(other), "TargetGroupOther")}
    assert project.plan(other, "api").step.ended == {"RuleApi1"}


def test_the_group_of_a_layout_that_ends_hangs_on_the_balancer_until_then() -> None:
    """ECS refuses to stop a service otherwise."""
    project, target = Project(HTTP_PORT), wanted(SITE)
    project.next(target, "web")
    project.healthy = {group_of(balancer_part(target), "TargetGroupSite")}
    for _ in range(2):
        found = project.next(target, "web")
        assert weights(found.step.after) == [1, 0]
        assert project.serving("Listener8080") == "TargetGroupSite"
    del project.rows["web"]
    project.next(target)
    assert project.part.resources == balancer_part(target).resources


ELSEWHERE = replace(OTHER, listeners=(replace(PLAIN, arn=f"{PLAIN.arn}9"),))
MOVES = {
    "to a shared one": (wanted(HTTP_PORT), on(BALANCER, HTTP_PORT)),
    "to one of its own": (on(BALANCER, HTTP_PORT), wanted(HTTP_PORT)),
    "between others": (on(BALANCER, HTTP_PORT), on(ELSEWHERE, HTTP_PORT)),
    "to a network load balancer": (
        wanted(HTTP_PORT),
        wanted(replace(HTTP_PORT, protocol=TCP, health=TargetHealth(""))),
    ),
}


@pytest.mark.parametrize("name", MOVES)
def test_the_old_load_balancer_has_its_targets_until_the_new_one_has_them(name: str) -> None:
    before, target = MOVES[name]
    project = Project(HTTP_PORT)
    project.part = balancer_part(before)
    project.rows = {"web": [project.row(before.all_ports[0], project.part)]}
    first = project.next(target)
    assert [one.gap for one in first.all] == [""]
    assert first.all[0].what.startswith("another load balancer")
    assert len(project.web) == 2
    here, there = (entrances(balancer_part(one)).keys() for one in (before, target))
    assert here | there <= project.part.resources.keys(), "both answer"
    assert balancer_part(before).resources.keys() <= project.part.resources.keys()
    project.healthy = set(served_groups(balancer_part(target)))
    second = project.next(target)
    assert [one.moved for one in second.all] == [True]
    assert len(project.web) == 1
    assert project.part == balancer_part(target)
    assert not project.next(target).all


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
    project = Project(port, mode=target.groups[0].mode)
    [found] = project.next(target).all
    assert gap in found.gap
    assert bool(found.gap) == bool(gap)
    assert len(project.web) == (1 if gap else 2)
    assert weights(project.part) == [1, 0], "the old group serves until the new one can"


def test_a_listener_of_the_network_balancer_changes_at_once() -> None:
    game = BalancedPort("web", 53, 53, TCP, health=TargetHealth(""))
    for changed in (replace(game, protocol=UDP), replace(game, service="other")):
        planned = Project(game).plan(wanted(changed))
        [found] = planned.all
        assert "changes at once" in found.gap
        assert not found.is_endless
        assert not planned.goes_on
    assert not Project(HTTP_PORT).plan(wanted(replace(HTTP_PORT, port=443))).all


def test_a_service_that_is_not_meant_keeps_its_target_group() -> None:
    project, target = Project(HTTP_PORT), wanted(TLS_PORT)
    assert not project.unmeant(wanted(replace(HTTP_PORT, drain=5))), "the group stays"
    for other in (target, wanted(HTTP_PORT, mode="bridge")):
        [message] = project.unmeant(other)
        assert message.startswith("web: its target group becomes another one")
    project.next(target)
    assert project.unmeant(target), "the rule would move before its time"
    project.healthy = {group_of(balancer_part(target), OUTPUT)}
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
    containers = [{"name": name, "portMappings": MAPPINGS} for name in names]
    definition = {"containerDefinitions": containers, "networkMode": "awsvpc"}
    user = User("shop", service, definition, tuple(ports))
    live = LiveGroups(part, arns, lambda arn: False)
    found = plan_handovers(balancer_part(wanted(*ports)), live, outputs, [user])
    kept = found.kept["shop"]
    assert len(rows) + len(kept) <= MOST_GROUPS
    assert [bool(one.gap) for one in found.all] == [False, others == MOST_GROUPS - len(names) - 1]


def test_services_stay_behind_the_old_balancer_until_the_records_have_moved() -> None:
    project, target = Project(HTTP_PORT), on(BALANCER, HTTP_PORT)
    project.next(target)
    project.healthy = set(served_groups(balancer_part(target)))
    assert not project.plan(target).goes_on
    live = replace(project.live(), names_follow=True)
    user = User("shop-web", project.service("web"), {"networkMode": "awsvpc"}, target.all_ports)
    outputs = target_group_outputs(target.all_ports)
    found = plan_handovers(balancer_part(target), live, outputs, [user])
    assert found.goes_on
    names = WantedNames(recorded=(("shop.example.com", "Z1"),))
    here, there = (balancer_part(replace(one, names=names)) for one in (wanted(HTTP_PORT), target))
    assert are_elsewhere(here, there)
    assert not are_elsewhere(here, here)
    assert not are_elsewhere(balancer_part(target), there), "nobody knows another address"
