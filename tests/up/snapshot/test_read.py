"""A cluster that is read round by round: with few calls, however large it is, and whole all the
same."""

import re
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.httpsession import URLLib3Session

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, AwsError, Finding
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.snapshot.model import Snapshot
from ecscli.up.snapshot.read import FEWEST, Reader, Scope
from ecscli.watch.changes import changes
from ecscli.workflows.watch import LONGEST, PERIOD_OF_SANDBOX, Watching
from tests.conftest import Cli
from tests.copies import Copies

SERVICES, EACH = 20, 25
CONTAINER = {"name": "app", "image": "nginx", "memory": 6}
INSTANCE = "#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config"


class World:
    """A cluster with one instance, and how it is changed."""

    def __init__(self, sandbox: Cli, copies: Copies) -> None:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
        self.client: Callable[..., Any] = lambda name: boto3.client(
            name, endpoint_url=copies.url, **keys
        )
        self.ecs = self.client("ecs")
        flags = Flags(cluster="demo", region="us-east-1", sandbox_url=copies.url)
        self.aws = Aws(resolve(flags, sandbox.environment))

    def make_instance(self) -> None:
        self.ecs.create_cluster(clusterName="demo")
        self.client("ec2").run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.large",
            MinCount=1,
            MaxCount=1,
            UserData=INSTANCE,
        )
        wait_for(lambda: self.ecs.list_container_instances(cluster="demo")["containerInstanceArns"])

    def make_services(self, services: int, each: int) -> None:
        self.make_instance()
        self.register()
        for number in range(services):
            self.ecs.create_service(
                cluster="demo", serviceName=f"s{number}", taskDefinition="app", desiredCount=each
            )
        wait_for(lambda: self.count() == services * each)

    def register(self, image: str = "nginx") -> None:
        self.ecs.register_task_definition(
            family="app", containerDefinitions=[{**CONTAINER, "image": image}]
        )

    def count(self) -> int:
        (cluster,) = self.ecs.describe_clusters(clusters=["demo"])["clusters"]
        return int(cluster["runningTasksCount"])


def wait_for(what: Callable[[], object]) -> None:
    for _ in range(2000):
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("it has not come")


@pytest.fixture
def world(sandbox: Cli, copies: Copies) -> World:
    return World(sandbox, copies)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requests that go out."""
    send, found = URLLib3Session.send, list[str]()

    def noted(session: URLLib3Session, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target", b"")
        found.append(target.decode() if isinstance(target, bytes) else str(target))
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", noted)
    return found


@pytest.mark.slow
def test_a_cluster_of_500_tasks_takes_at_most_12_calls_a_round(
    world: World, copies: Copies, sent: list[str]
) -> None:
    copies.serve_made("500 tasks", lambda: world.make_services(SERVICES, EACH))
    reader, rounds = Reader(world.aws, "demo"), list[int]()
    for _ in range(12):
        sent.clear()
        snapshot = reader.read()
        rounds.append(len(sent))
    assert max(rounds) <= FEWEST == 12, rounds
    assert len(snapshot.tasks) == SERVICES * EACH == snapshot.cluster.running
    assert len(snapshot.services) == SERVICES
    assert {service.state for service in snapshot.services} == {"steady"}
    sent.clear()
    whole = Reader(world.aws, "demo").read(whole=True)
    assert [one.id for one in whole.tasks] == [one.id for one in snapshot.tasks]
    assert (whole.instances, len(whole.services)) == (snapshot.instances, SERVICES)


def test_a_rolling_update_is_seen_step_by_step(world: World, copies: Copies) -> None:
    copies.serve_made("2 services", lambda: world.make_services(2, 2))
    watching = Watching(world.aws, Scope(frozenset(["s0"])))
    before = watching.look()
    lines = [change.line[10:] for change in changes(None, before)]
    assert lines == ["cluster     demo  ACTIVE", "service     s0  2/2 steady app:1"]
    world.register("nginx:2")
    world.ecs.update_service(cluster="demo", service="s0", taskDefinition="app:2")
    seen: list[str] = []

    def is_over() -> bool:
        nonlocal before
        after = watching.look()
        seen.extend(change.line[10:] for change in changes(before, after))
        before = after
        return [one.state for one in after.services] == ["steady"] and bool(seen)

    wait_for(is_over)
    text = "\n".join(seen)
    assert re.search(r"^service     s0  2/2 steady app:1 -> .* app:2$", text, re.M)
    assert "app:2 PRIMARY" in text
    assert "s0 app:2 RUNNING" in text
    assert "has reached a steady state" in text
    assert "s1" not in text
    world.ecs.delete_service(cluster="demo", service="s0", force=True)
    wait_for(lambda: not watching.look().services)


def test_a_poll_that_fails_doubles_the_pause_and_ends_nothing(
    world: World, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.serve_made("2 services", lambda: world.make_services(2, 2))
    watching, call = Watching(world.aws), Aws.call
    found, pauses = watching.look(), list[float]()

    def throttled(aws: Aws, service: str, operation: str, /, **parameters: object) -> Any:
        raise AwsError("Rate exceeded", code="ThrottlingException")

    monkeypatch.setattr(Aws, "call", throttled)
    for _ in range(6):
        stale = watching.look()
        pauses.append(watching.pause)
    assert pauses == [2, 4, 8, 16, LONGEST, LONGEST]
    assert stale.problem
    assert "Rate exceeded" in stale.problem.message
    assert stale.services == found.services

    def over(aws: Aws, service: str, operation: str, /, **parameters: object) -> Any:
        raise AccessError("the token has expired", code="ExpiredTokenException", hint="log in")

    before = world.aws.client("ecs")
    watching.retry()
    monkeypatch.setattr(Aws, "call", over)
    assert watching.look().problem == Finding(
        "the token has expired; asked again in 30 s", hint="log in"
    )
    monkeypatch.setattr(Aws, "call", call)
    assert world.aws.client("ecs") is not before  # its keys are read anew
    assert watching.look().problem is None
    assert watching.pause == PERIOD_OF_SANDBOX


def make_balanced(world: World) -> None:
    """A service behind a balancer, and one that is not."""
    world.make_services(1, 1)
    elb = world.client("elbv2")
    rows = world.client("ec2").describe_subnets()["Subnets"]
    subnets = list({row["AvailabilityZone"]: row["SubnetId"] for row in rows}.values())[:2]
    (made,) = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"]
    (group,) = elb.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=rows[0]["VpcId"], TargetType="instance"
    )["TargetGroups"]
    action = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
    elb.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
    )
    ports = [{"containerPort": 80}]
    world.ecs.register_task_definition(
        family="web", containerDefinitions=[{**CONTAINER, "portMappings": ports}]
    )
    balancer = {
        "targetGroupArn": group["TargetGroupArn"],
        "containerName": "app",
        "containerPort": 80,
    }
    world.ecs.create_service(
        cluster="demo",
        serviceName="web",
        taskDefinition="web",
        desiredCount=2,
        loadBalancers=[balancer],
    )
    wait_for(lambda: world.count() == 3)


def test_what_stands_in_front_of_services_is_read_within_the_calls_of_a_round(
    world: World, copies: Copies, sent: list[str]
) -> None:
    copies.serve_made("balanced", lambda: make_balanced(world))
    reader, rounds = Reader(world.aws, "demo"), list[int]()
    for _ in range(5):
        sent.clear()
        services = {one.name: one for one in reader.read().services}
        rounds.append(len(sent))
    assert max(rounds) <= FEWEST, rounds
    assert re.fullmatch(r"http://front\S*", services["web"].url)
    assert services["web"].targets
    assert services["web"].targets.registered == 2
    assert (services["s0"].url, services["s0"].targets) == ("", None)
    whole = {one.name: one for one in Reader(world.aws, "demo").read(whole=True).services}
    assert whole["web"].url == services["web"].url


def test_what_may_not_be_read_is_named_and_the_rest_is_there(
    world: World, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.serve_made("2 services", lambda: world.make_services(2, 2))
    pages = Aws.pages

    def refused(aws: Aws, service: str, operation: str, key: str, /, **parameters: object) -> Any:
        if operation == "list_container_instances":
            raise AccessError("not allowed", code="AccessDeniedException")
        return pages(aws, service, operation, key, **parameters)

    monkeypatch.setattr(Aws, "pages", refused)
    found: Snapshot = Watching(world.aws).look()
    (unread,) = found.unread
    assert str(unread) == "container instances could not be read: not allowed"
    assert len(found.services) == 2


def test_tasks_that_may_not_be_described_are_not_gathered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ecs.create_cluster(clusterName="demo")
    pages, call, asked, number = Aws.pages, Aws.call, list[int](), 0

    def others(aws: Aws, service: str, operation: str, key: str, /, **parameters: object) -> Any:
        nonlocal number
        if operation != "list_tasks":
            return pages(aws, service, operation, key, **parameters)
        number += 1
        return [f"arn:aws:ecs:us-east-1:123456789012:task/demo/{number}-{at}" for at in range(5)]

    def refused(aws: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        if operation == "describe_tasks":
            asked.append(len(parameters["tasks"]))
            raise AccessError("not allowed", code="AccessDeniedException")
        return call(aws, service, operation, **parameters)

    monkeypatch.setattr(Aws, "pages", others)
    monkeypatch.setattr(Aws, "call", refused)
    reader = Reader(world.aws, "demo")
    for _ in range(6):
        reader.read()
    assert len(asked) == 6
    assert max(asked) <= 10
