"""Placement and the scheduler by themselves: no HTTP, a clock of our own, and hypothesis as the
user."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ecscli.sandbox.ecs import api
from ecscli.sandbox.ecs.checks import sizes
from ecscli.sandbox.ecs.instances import api as instances
from ecscli.sandbox.ecs.instances import placement
from ecscli.sandbox.ecs.instances.expressions import compile_expression
from ecscli.sandbox.ecs.model import Cluster, Instance, Needs
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks.containers import PretendedContainers, command_line, script_of_command
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.neighbours import MotoNeighbours
from ecscli.sandbox.timeline import Timeline


def instance(number: int = 1, cpu: int = 2048, memory: int = 1000, **attributes: str) -> Instance:
    known = {"ecs.availability-zone": f"us-east-1{'abc'[number % 3]}", **attributes}
    return Instance(f"arn:x/{number:04}", f"i-{number}", "demo", cpu, memory, dict(known), 0.0)


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("attribute:color == red", True),
        ("attribute:color != red", False),
        ("attribute:color in [red, blue]", True),
        ("attribute:color not_in [red]", False),
        ("attribute:size exists", False),
        ("attribute:size !exists", True),
        ("attribute:color =~ r.*", True),
        ("not(attribute:color == red)", False),
        ("attribute:color == red and agentConnected == true", True),
        ("attribute:color == blue or (attribute:color == red and !(ec2InstanceId == i-2))", True),
        ("agentVersion >= 1.9", True),
        ("runningTasksCount == 0", True),
        ("task:group == service:web", False),
    ],
)
def test_the_query_language(expression: str, matches: bool) -> None:
    assert compile_expression(expression)(instance(color="red")) is matches


@pytest.mark.parametrize(
    "expression", ["", "color == red", "attribute:a ==", "attribute:a == b)", "attribute:a ~ b"]
)
def test_what_the_query_language_is_not(expression: str) -> None:
    with pytest.raises(ApiError, match="Invalid expression"):
        compile_expression(expression)


def test_spread_and_binpack_choose_as_they_say() -> None:
    machines = [instance(number) for number in range(6)]
    machines[4].free_memory = 200
    want = placement.Want(Needs(memory=100), "g")
    packed, _ = placement.place(
        machines,
        placement.Want(
            Needs(memory=100), "g", strategies=({"type": "binpack", "field": "memory"},)
        ),
    )
    assert packed is machines[4]
    machines[0].groups["g"] = machines[3].groups["g"] = 5
    spread, _ = placement.place(machines, want)
    assert spread is not None
    assert spread.attributes["ecs.availability-zone"] != "us-east-1a"


def test_among_equals_the_emptiest_instance_wins_then_the_lowest_id() -> None:
    machines = [instance(number, zone="a") for number in (4, 1, 2)]
    for one in machines:
        one.attributes["ecs.availability-zone"] = "us-east-1a"
    want = placement.Want(Needs(memory=10), "g")
    assert placement.choose(machines, want) is machines[1]
    machines[1].tasks["arn:other"] = a_task()
    assert placement.choose(machines, want) is machines[2], "fewer tasks"
    machines[2].groups["g"] = 1
    assert placement.choose(machines, want) is machines[0], "fewer tasks of its own group"
    machines[0].groups["g"] = 2
    machines[0].tasks.clear()
    assert placement.choose(machines[::2], want) is machines[2], "the group counts before the tasks"


def a_task() -> Any:
    return object()


@pytest.mark.parametrize(
    ("needs", "code"),
    [
        (Needs(cpu=2048), ""),
        (Needs(cpu=2049), "RESOURCE:CPU"),
        (Needs(memory=1000), ""),
        (Needs(memory=1001), "RESOURCE:MEMORY"),
        (Needs(cpu=2048, memory=1000, gpus=2, ports=((81, "tcp"), (80, "udp"))), ""),
        (Needs(gpus=3), "RESOURCE:GPU"),
        (Needs(ports=((80, "tcp"),)), "RESOURCE:PORTS"),
    ],
)
def test_an_exact_fit_is_a_fit_and_one_more_is_not(needs: Needs, code: str) -> None:
    machine = Instance(
        "arn:x/1",
        "i-1",
        "demo",
        2048,
        1000,
        {},
        0.0,
        gpus=("a", "b"),
        ports=frozenset({(80, "tcp")}),
    )
    chosen, refusals = placement.place([machine], placement.Want(needs, "g"))
    assert chosen is (None if code else machine)
    assert [one.code for one in refusals] == ([code] if code else [])


@pytest.mark.parametrize(
    ("cpu", "least", "most", "step"),
    [
        # "Task CPU and memory" in the Developer Guide; 256 has three sizes of its own
        (512, 1024, 4 * 1024, 1024),
        (1024, 2048, 8 * 1024, 1024),
        (2048, 4096, 16 * 1024, 1024),
        (4096, 8192, 30 * 1024, 1024),
        (8192, 16 * 1024, 60 * 1024, 4096),
        (16384, 32 * 1024, 120 * 1024, 8192),
    ],
)
def test_the_sizes_of_fargate_from_the_least_to_the_most(
    cpu: int, least: int, most: int, step: int
) -> None:
    found = [memory for memory in range(512, 130 * 1024, 512) if sizes.is_size(cpu, memory)]
    assert found == list(range(least, most + 1, step))


def test_the_smallest_sizes_of_fargate() -> None:
    assert [memory for memory in range(0, 9000, 256) if sizes.is_size(256, memory)] == [
        512,
        1024,
        2048,
    ]
    assert not any(sizes.is_size(cpu, 2048) for cpu in (0, 128, 300, 32768))


def test_what_plans_itself_again_lets_the_moment_end() -> None:
    """At pace 0 too: a container that starts again and again."""
    timeline = Timeline(lambda: 10.0, pace=0)
    happened: list[float] = []

    def again() -> None:
        happened.append(timeline.now)
        timeline.paced("container starts", again)

    timeline.paced("container starts", again)
    timeline.advance(10.1)
    assert 50 < len(happened) <= 101


def broken(*_: object) -> Instance:
    raise ValueError("nothing can be chosen")


@pytest.mark.parametrize(
    "choose", [broken, lambda fitting, want: None, lambda fitting, want: fitting[-1]]
)
def test_a_scheduler_that_is_broken_does_not_stop_the_world(
    choose: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in placement makes a test fail that counts tasks; it must not keep everything from
    answering."""
    monkeypatch.setattr(placement, "choose", choose)
    world = Scheduler()
    for _ in range(3):
        world.an_instance_joins(4096, 4000)
    container = {"name": "c", "image": "i", "memory": 10, "command": ["serve"]}
    world.call("RegisterTaskDefinition", family="web", containerDefinitions=[container])
    world.call(
        "CreateService", cluster="demo", serviceName="web", taskDefinition="web", desiredCount=3
    )
    for _ in range(20):
        world.time_passes(1.0)
    (service,) = world.call("DescribeServices", cluster="demo", services=["web"])["services"]
    assert service["runningCount"] in (0, 3)


@pytest.mark.parametrize(
    ("command", "script"),
    [
        (["sleep", "300"], ((), 300.0, 0)),
        (["sh", "-c", "echo a; sleep 2; exit 7"], (("a",), 2.0, 7)),
        (["/bin/bash", "-c", "echo 'a b' && false"], (("a b",), 0.0, 1)),
        (["nginx", "-g", "daemon off;"], ((), 0.0, None)),
        (["sh", "-c", "while true; do date; sleep 1; done"], ((), 0.0, None)),
    ],
)
def test_pretended_commands(command: list[str], script: tuple) -> None:
    told = script_of_command(command_line(command))
    assert (told.lines, told.seconds, told.code) == script


class Neighbours(MotoNeighbours):
    """Neighbours of a world that has nothing but ECS."""

    def group_of(self, ec2_id: str) -> None:
        return None


class Scheduler(RuleBasedStateMachine):
    """Instances come and go, services and tasks too, in any order; the books of ECS must always be
    right."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 1000.0
        timeline = Timeline(lambda: self.time, pace=0.01)
        neighbours = Neighbours("123456789012", "us-east-1", timeline)
        self.ecs = api.prepare(
            Ecs("123456789012", "us-east-1", timeline, neighbours, PretendedContainers(timeline))
        )
        neighbours.ecs = self.ecs
        self.call("CreateCluster", clusterName="demo")
        self.machines = 0

    def call(self, operation: str, **request: object) -> dict:
        return api.answer(self.ecs, operation, request)

    @property
    def cluster(self) -> Cluster:
        return self.ecs.clusters["demo"]

    @rule(cpu=st.sampled_from([1024, 4096]), memory=st.sampled_from([500, 4000]))
    def an_instance_joins(self, cpu: int, memory: int) -> None:
        self.machines += 1
        zone = {"ecs.availability-zone": f"us-east-1{'ab'[self.machines % 2]}"}
        machine = {
            "id": f"i-{self.machines}",
            "cpu": cpu,
            "memory": memory,
            "gpus": 0,
            "ip": "10.0.0.1",
            "attributes": zone,
        }
        instances.join(self.ecs, self.cluster, machine, [], {})
        instances.wake(self.ecs, self.cluster)

    @precondition(lambda self: self.cluster.instances)
    @rule(data=st.data(), drain=st.booleans())
    def an_instance_leaves_or_drains(self, data: st.DataObject, drain: bool) -> None:
        name = data.draw(st.sampled_from(list(self.cluster.instances)))  # by age: ids are random
        if drain:
            state = data.draw(st.sampled_from(["ACTIVE", "DRAINING"]))
            self.call(
                "UpdateContainerInstancesState",
                cluster="demo",
                containerInstances=[name],
                status=state,
            )
        else:
            instances.leave(self.ecs, self.cluster.instances[name], "gone")

    @rule(
        size=st.sampled_from([(0, 100), (128, 300)]),
        port=st.sampled_from([0, 80]),
        count=st.integers(0, 6),
        name=st.sampled_from(["a", "b"]),
        failing=st.booleans(),
    )
    def a_service_is_wanted(
        self, size: tuple[int, int], port: int, count: int, name: str, failing: bool
    ) -> None:
        command = ["false"] if failing else ["serve"]
        container = {
            "name": "c",
            "image": "i",
            "cpu": size[0],
            "memory": size[1],
            "command": command,
            "portMappings": [{"containerPort": 80, "hostPort": port}],
        }
        self.call("RegisterTaskDefinition", family=name, containerDefinitions=[container])
        service = self.cluster.services.get(name)
        limits = {"minimumHealthyPercent": 50, "maximumPercent": 150}
        request = {
            "cluster": "demo",
            "desiredCount": count,
            "taskDefinition": name,
            "deploymentConfiguration": limits,
        }
        if service is None or service.status == "INACTIVE":
            self.call("CreateService", serviceName=name, **request)
        elif service.status == "ACTIVE":
            self.call("UpdateService", service=name, **request)

    @precondition(
        lambda self: any(one.status == "ACTIVE" for one in self.cluster.services.values())
    )
    @rule(data=st.data(), count=st.integers(0, 4))
    def a_service_is_scaled(self, data: st.DataObject, count: int) -> None:
        names = [name for name, one in self.cluster.services.items() if one.status == "ACTIVE"]
        name = data.draw(st.sampled_from(names))
        self.call("UpdateService", cluster="demo", service=name, desiredCount=count)

    @precondition(
        lambda self: any(one.status == "ACTIVE" for one in self.cluster.services.values())
    )
    @rule(data=st.data())
    def a_service_is_deleted(self, data: st.DataObject) -> None:
        names = [name for name, one in self.cluster.services.items() if one.status == "ACTIVE"]
        self.call(
            "DeleteService", cluster="demo", service=data.draw(st.sampled_from(names)), force=True
        )

    @precondition(lambda self: self.cluster.tasks)
    @rule(data=st.data())
    def a_task_is_stopped(self, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(list(self.cluster.tasks)))  # by age: ids are random
        self.call("StopTask", cluster="demo", task=task)

    @rule(seconds=st.sampled_from([0.01, 0.1, 1.0]))
    def time_passes(self, seconds: float) -> None:
        self.time += seconds
        self.ecs.timeline.advance()

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        for one in self.cluster.instances.values():
            held = [task for task in one.tasks.values() if not task.stopped]
            assert one.free_cpu == one.cpu - sum(task.needs.cpu for task in held) >= 0
            assert one.free_memory == one.memory - sum(task.needs.memory for task in held) >= 0
            ports = [port for task in held for port in task.host_ports]
            assert len(ports) == len(set(ports))
            assert one.taken_ports == one.ports | set(ports)

    @invariant()
    def no_task_is_lost(self) -> None:
        for task in self.cluster.tasks.values():
            placed = task.instance is not None and task.arn in task.instance.tasks
            assert placed is not task.stopped
            if task.service is not None:
                assert (task.id in task.service.tasks) is not task.stopped

    def teardown(self) -> None:
        """With room enough and nothing more happening, every count converges."""
        for one in list(self.cluster.instances.values()):
            one.status = "ACTIVE"
        for _ in range(12):
            self.an_instance_joins(4096, 4000)
        for _ in range(200):
            self.time_passes(1.0)
        for service in self.cluster.services.values():
            running = sum(task.running for task in service.tasks.values())
            assert running == service.running
            failing = service.definition.containers[0]["command"] == ["false"]
            if service.status == "ACTIVE" and not failing:
                assert running == service.desired
                assert [one.rollout for one in service.deployments] == ["COMPLETED"]
            assert service.status != "DRAINING"


TestScheduler = Scheduler.TestCase
TestScheduler.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestScheduler.pytestmark = [pytest.mark.long]
