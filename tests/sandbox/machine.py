"""The whole sandbox as a state machine: instances, tasks, services, deployments and stacks, made,
changed and removed in any order, in this process and with a time of its own.

Time passes event by event, and after each one the promises that ECS makes at any moment are
checked; after each rule what the API shows must add up; after a while without changes services must
be where they belong.
"""

from __future__ import annotations

import json
import math
import random
import secrets
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ecscli.sandbox.ecs import api
from ecscli.sandbox.ecs.model import Cluster, Service, Task
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.stacks import operation
from ecscli.sandbox.world import World

ACCOUNT, REGION = "123456789012", "us-east-1"
SCALED = "Scaling activity initiated by"
#: Container definitions by family: scarce memory, a static port, scarce CPU, a crash loop, and an
#: interface of its own.
FAMILIES: dict[str, dict[str, Any]] = {
    "light": {"cpu": 128, "memory": 100, "portMappings": [{"containerPort": 80}]},
    "port": {"cpu": 0, "memory": 200, "portMappings": [{"containerPort": 80, "hostPort": 80}]},
    "heavy": {"cpu": 1024, "memory": 400},
    "crash": {"cpu": 64, "memory": 50, "command": ["false"]},
    "own": {"cpu": 0, "memory": 100},
}
#: Minimum healthy and maximum percent.
LIMITS = [(100, 200), (50, 100), (50, 150), (0, 100), (100, 150)]
MOST_INSTANCES = 4
#: Seconds of the sandbox's time in which everything comes to rest, and in which a stack ends; how
#: often a stack looks at a service before it gives up.
REST, STACK_LIMIT, STACK_LOOKS = 3.0, 20.0, 15

families = st.sampled_from(sorted(FAMILIES))
names = st.sampled_from(["a", "b"])
counts = st.integers(0, 5)


@cache
def world() -> World:
    """One world for all examples: making it takes longer than emptying it."""
    return World(clock=lambda: 0.0)


def template(parts: str) -> str:
    """A stack of a log group, a role and a cluster; with `service` a service in `demo` as well, and
    with `broken` one that cannot be made."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    resources: dict[str, Any] = {
        "Logs": {"Type": "AWS::Logs::LogGroup"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Statement": [statement]}},
        },
        "Cluster": {"Type": "AWS::ECS::Cluster", "DependsOn": ["Logs", "Role"]},
    }
    if parts in ("service", "broken"):
        definition = "light" if parts == "service" else "nowhere:7"
        resources["Service"] = {
            "Type": "AWS::ECS::Service",
            "DependsOn": "Cluster",
            "Properties": {"Cluster": "demo", "TaskDefinition": definition, "DesiredCount": "1"},
        }
    return json.dumps({"Resources": resources})


class Sandbox(RuleBasedStateMachine):
    """Everything that somebody may do to a cluster, and what must hold all the while."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = repeatable()
        self.world = world()
        self.world.reset()
        self.world.ahead = 1_000_000.0
        self.world.timeline.advance()
        self.needs: dict[str, tuple[int, int, list[int]]] = {}
        self.machines: list[str] = []
        self.stacks: dict[str, str] = {}
        self.active: dict[str, int] = {}
        self.wanted: set[str] = set()

    # ------------------------------------------------------------------------------- how it is asked

    @property
    def ecs(self) -> Ecs:
        return self.world.regions.ecs(ACCOUNT, REGION)

    @property
    def cluster(self) -> Cluster:
        return self.ecs.clusters["demo"]

    def client(self, service: str) -> Any:
        return self.world.clients.get(service, REGION)

    def call(self, operation: str, **request: object) -> dict[str, Any]:
        return api.answer(self.ecs, operation, json.loads(json.dumps(request)))

    def tried(self, operation: str, **request: object) -> bool:
        """Whether a call was answered; one that is refused must have changed nothing."""
        before = self.everything()
        try:
            self.call(operation, **request)
        except ApiError:
            assert self.everything() == before, f"{operation} was refused, and changed something"
            return False
        return True

    def pages(self, operation: str, member: str, **request: object) -> list[str]:
        found: list[str] = []
        token: dict[str, str] = {}
        while token is not None:
            answer = self.call(operation, **request, **token)
            found += answer[member]
            token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else None  # type: ignore[assignment]
        return found

    def tasks(self) -> list[dict[str, Any]]:
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in self.pages("ListTasks", "taskArns", cluster="demo", desiredStatus=status)
        ]
        return [
            task
            for start in range(0, len(arns), 100)
            for task in self.call("DescribeTasks", cluster="demo", tasks=arns[start : start + 100])[
                "tasks"
            ]
        ]

    def services(self) -> list[dict[str, Any]]:
        arns = self.pages("ListServices", "serviceArns", cluster="demo")
        return [
            self.call("DescribeServices", cluster="demo", services=[arn])["services"][0]
            for arn in arns
        ]

    def instances(self) -> list[dict[str, Any]]:
        arns = self.pages("ListContainerInstances", "containerInstanceArns", cluster="demo")
        if not arns:
            return []
        return self.call("DescribeContainerInstances", cluster="demo", containerInstances=arns)[
            "containerInstances"
        ]

    def everything(self) -> str:
        """All that the API shows, to compare before and after a refused call."""
        shown = [
            self.call("DescribeClusters", clusters=["demo"]),
            self.services(),
            self.tasks(),
            self.instances(),
            self.pages("ListTaskDefinitions", "taskDefinitionArns"),
            self.pages("ListTaskDefinitions", "taskDefinitionArns", status="INACTIVE"),
        ]
        return json.dumps(shown, default=str, sort_keys=True)

    # -------------------------------------------------------------------------------- what is done

    @initialize()
    def a_cluster_and_its_definitions(self) -> None:
        self.call("CreateCluster", clusterName="demo")
        for family in FAMILIES:
            self.a_revision(family)

    @rule(family=families)
    def a_revision(self, family: str) -> None:
        container = {"name": "c", "image": "i", **FAMILIES[family]}
        mode = "awsvpc" if family == "own" else "bridge"
        made = self.call(
            "RegisterTaskDefinition",
            family=family,
            networkMode=mode,
            containerDefinitions=[container],
        )
        ports = [
            port["hostPort"] for port in container.get("portMappings", ()) if "hostPort" in port
        ]
        needs = container["cpu"], container["memory"], ports
        self.needs[made["taskDefinition"]["taskDefinitionArn"]] = needs

    @precondition(lambda self: len(self.machines) < MOST_INSTANCES)
    @rule()
    def an_instance_starts(self) -> None:
        made = self.client("ec2").run_instances(
            ImageId="ami-12345678",
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.micro",
            UserData="#!/bin/bash\necho ECS_CLUSTER=demo >> /etc/ecs/ecs.config\n",
        )
        self.machines.append(made["Instances"][0]["InstanceId"])

    @precondition(lambda self: self.machines)
    @rule(data=st.data())
    def an_instance_is_terminated(self, data: st.DataObject) -> None:
        name = self.machines.pop(data.draw(st.integers(0, len(self.machines) - 1)))
        self.client("ec2").terminate_instances(InstanceIds=[name])
        self.check_every_moment()

    @precondition(lambda self: self.cluster.instances)
    @rule(data=st.data(), how=st.sampled_from(["ACTIVE", "DRAINING", "deregister", "force"]))
    def an_instance_is_drained_or_deregistered(self, data: st.DataObject, how: str) -> None:
        arns = self.pages("ListContainerInstances", "containerInstanceArns", cluster="demo")
        arn = arns[data.draw(st.integers(0, len(arns) - 1))]
        if how in ("deregister", "force"):
            request = {"containerInstance": arn, "force": how == "force"}
            self.tried("DeregisterContainerInstance", cluster="demo", **request)
        else:
            request = {"containerInstances": [arn], "status": how}
            self.call("UpdateContainerInstancesState", cluster="demo", **request)
        self.check_every_moment()

    @rule(
        name=names,
        family=families,
        count=counts,
        limits=st.sampled_from(LIMITS),
        breaker=st.booleans(),
    )
    def a_service_is_created(
        self, name: str, family: str, count: int, limits: tuple[int, int], breaker: bool
    ) -> None:
        self.tried(
            "CreateService",
            cluster="demo",
            serviceName=name,
            taskDefinition=family,
            desiredCount=count,
            deploymentConfiguration=configuration(limits, breaker),
            **network(self, family),
        )

    @rule(family=st.sampled_from(["light", "heavy"]))
    def a_daemon_is_created(self, family: str) -> None:
        request = {"serviceName": "d", "taskDefinition": family, "schedulingStrategy": "DAEMON"}
        self.tried("CreateService", cluster="demo", **request)

    @rule(name=names, count=counts)
    def a_service_is_scaled(self, name: str, count: int) -> None:
        self.tried("UpdateService", cluster="demo", service=name, desiredCount=count)

    @rule(name=names, family=families, limits=st.sampled_from(LIMITS), count=counts)
    def a_service_is_updated(
        self, name: str, family: str, limits: tuple[int, int], count: int
    ) -> None:
        """Often refused: half of the updates take a percentage pair that ECS does not, or a network
        that the family has not."""
        self.tried(
            "UpdateService",
            cluster="demo",
            service=name,
            taskDefinition=family,
            desiredCount=count,
            deploymentConfiguration=configuration(limits, True),
            **network(self, family),
        )

    @rule(name=names)
    def a_service_is_deployed_again(self, name: str) -> None:
        self.tried("UpdateService", cluster="demo", service=name, forceNewDeployment=True)

    @rule(name=names, how=st.sampled_from(["ROLLBACK", "ABORT"]))
    def a_deployment_is_stopped(self, name: str, how: str) -> None:
        service = self.cluster.services.get(name)
        if service is not None and service.history:
            arn = self.call("ListServiceDeployments", cluster="demo", service=name)
            newest = arn["serviceDeployments"][0]["serviceDeploymentArn"]
            self.tried("StopServiceDeployment", serviceDeploymentArn=newest, stopType=how)

    @rule(name=st.sampled_from(["a", "b", "d"]), force=st.booleans())
    def a_service_is_deleted(self, name: str, force: bool) -> None:
        self.tried("DeleteService", cluster="demo", service=name, force=force)

    @rule(family=families, count=st.integers(1, 3))
    def tasks_are_run(self, family: str, count: int) -> None:
        request = {"taskDefinition": family, "count": count, **network(self, family)}
        self.tried("RunTask", cluster="demo", **request)

    @precondition(lambda self: self.cluster.tasks)
    @rule(data=st.data())
    def a_task_is_stopped(self, data: st.DataObject) -> None:
        tasks = list(self.cluster.tasks.values())
        task = tasks[data.draw(st.integers(0, len(tasks) - 1))]
        self.call("StopTask", cluster="demo", task=task.arn)

    @rule(name=names, number=st.integers(0, 5))
    def a_request_is_refused(self, name: str, number: int) -> None:
        operation, request = REFUSED[number]
        request = {key: name if value == "NAME" else value for key, value in request.items()}
        assert not self.tried(operation, cluster="demo", **request), f"{operation} was answered"

    @rule(name=st.sampled_from(["s", "t"]), parts=st.sampled_from(["plain", "service", "broken"]))
    def a_stack_is_created_or_updated(self, name: str, parts: str) -> None:
        """Waits for its end; a stack that could not be created is deleted by the next rule."""
        client = self.client("cloudformation")
        change = client.update_stack if name in self.stacks else client.create_stack
        try:
            change(StackName=name, TemplateBody=template(parts), Capabilities=["CAPABILITY_IAM"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return
        self.stacks[name] = self.end_of_stack(name)

    @precondition(lambda self: self.stacks)
    @rule(data=st.data())
    def a_stack_is_deleted(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.stacks)))
        del self.stacks[name]
        client = self.client("cloudformation")
        arn = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        client.delete_stack(StackName=name)
        assert self.end_of_stack(arn) == "DELETE_COMPLETE"
        assert not self.leftovers(name), f"stack {name} is deleted, and left something"

    def end_of_stack(self, name: str) -> str:
        client = self.client("cloudformation")
        for _ in range(int(STACK_LIMIT)):
            status = str(client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
            if not status.endswith("IN_PROGRESS"):
                return status
            self.time_passes(1.0)
        raise AssertionError(f"stack {name} does not end")

    def leftovers(self, stack: str) -> list[str]:
        """What bears the name of a stack."""
        groups = self.client("logs").describe_log_groups()["logGroups"]
        roles = self.client("iam").list_roles()["Roles"]
        found = [one["logGroupName"] for one in groups] + [one["RoleName"] for one in roles]
        found += [one.name for one in self.ecs.clusters.values() if one.status == "ACTIVE"]
        found += [one.name for one in self.cluster.services.values() if one.status == "ACTIVE"]
        return [name for name in found if name.startswith(f"{stack}-")]

    @rule(seconds=st.sampled_from([0.005, 0.02, 0.1]))
    def time_passes(self, seconds: float) -> None:
        """Event by event, so that nothing between two of them remains unseen."""
        timeline = self.world.timeline
        end = timeline.now + seconds
        while (due := timeline.due()) is not None and due <= end:
            self.world.ahead = due
            timeline.advance()
            self.check_every_moment()
        self.world.ahead = end
        timeline.advance()

    @rule()
    def everything_comes_to_rest(self) -> None:
        self.time_passes(REST)
        for service in self.cluster.services.values():
            self.check_rest(service)
        self.check_interfaces()

    # ---------------------------------------------------------------------------- what always holds

    def check_every_moment(self) -> None:
        self.check_room()
        for service in self.cluster.services.values():
            self.check_percentages(service)
            if service.strategy == "DAEMON":
                hosts = Counter(id(task.instance) for task in service.tasks.values())
                assert max(hosts.values(), default=0) <= 1, "two tasks of a daemon on an instance"
        self.wanted = {task.id for task in self.cluster.tasks.values() if task.wanted}

    def check_room(self) -> None:
        """No CPU, memory or port is given twice, and tasks are where instances are."""
        for instance in self.cluster.instances.values():
            held = [task for task in instance.tasks.values() if not task.stopped]
            needs = [self.needs[task.definition.arn] for task in held]
            assert sum(need[0] for need in needs) <= instance.cpu, "CPU is oversubscribed"
            assert sum(need[1] for need in needs) <= instance.memory, "memory is oversubscribed"
            bound = [one["hostPort"] for task in held for one in bindings(task)]
            static = [
                port
                for task, need in zip(held, needs, strict=True)
                for port in need[2]
                if not bindings(task)
            ]
            ports = bound + static
            assert len(ports) == len(set(ports)), "a port is given twice"
        for task in self.cluster.active_tasks():
            if task.instance is not None:
                is_there = self.cluster.instances.get(task.instance.id) is task.instance
                assert is_there, "a task runs on an instance that has left"

    def check_percentages(self, service: Service) -> None:
        """Never more tasks than the maximum, never fewer healthy ones by the scheduler's own doing
        than the minimum."""
        if service.strategy == "DAEMON" or service.status != "ACTIVE":
            return
        desired = service.desired
        percents = service.settings["deploymentConfiguration"]
        most = max(math.floor(desired * percents["maximumPercent"] / 100), desired)
        active = sum(task.wanted for task in service.tasks.values())
        before = self.active.get(service.arn, 0)
        assert active <= max(most, before), "more tasks than the maximum percent"
        self.active[service.arn] = active
        least = math.ceil(desired * percents["minimumHealthyPercent"] / 100)
        stopped = [task for task in self.cluster.tasks.values() if was_scaled(task, service)]
        if any(task.id in self.wanted and task.started_at for task in stopped):
            healthy = sum(task.healthy for task in service.tasks.values())
            assert healthy >= least, "fewer tasks than the minimum healthy percent"

    @invariant()
    def counts_add_up(self) -> None:
        if "demo" not in self.ecs.clusters:
            return
        self.check_every_moment()
        (shown,) = self.call("DescribeClusters", clusters=["demo"])["clusters"]
        tasks, instances, services = self.tasks(), self.instances(), self.services()
        running = [task for task in tasks if runs(task)]
        pending = [task for task in tasks if task["desiredStatus"] == "RUNNING" and not runs(task)]
        assert shown["runningTasksCount"] == len(running)
        assert shown["pendingTasksCount"] == len(pending)
        assert shown["registeredContainerInstancesCount"] == len(instances)
        active = [one for one in services if one["status"] == "ACTIVE"]
        assert shown["activeServicesCount"] == len(active)
        for one in instances:
            held = [
                task
                for task in tasks
                if task.get("containerInstanceArn") == one["containerInstanceArn"]
            ]
            assert one["runningTasksCount"] == sum(runs(task) for task in held)
            self.check_remaining(one, held)
        for service in services:
            for member in ("runningCount", "pendingCount"):
                parts = sum(one[member] for one in service["deployments"])
                assert service[member] == parts, "the counts of deployments do not add up"

    def check_remaining(self, instance: dict[str, Any], held: list[dict[str, Any]]) -> None:
        """What an instance shows as left is what its tasks leave."""
        needs = [
            self.needs[task["taskDefinitionArn"]]
            for task in held
            if task["lastStatus"] != "STOPPED"
        ]
        for number, name in enumerate(("CPU", "MEMORY")):
            left = resource(instance, "remainingResources", name)
            whole = resource(instance, "registeredResources", name)
            assert left == whole - sum(need[number] for need in needs), f"{name} does not add up"

    def check_rest(self, service: Service) -> None:
        """With nothing left to do, a service has what it wants, or there is a reason."""
        tasks = [task for task in service.tasks.values() if task.wanted]
        shown = self.call("DescribeServices", cluster="demo", services=[service.name])
        counted = shown["services"][0]
        assert service.status != "DRAINING", "a deleted service never goes"
        if service.status == "INACTIVE":
            assert not tasks
            return
        assert counted["runningCount"] == sum(task.running for task in tasks)
        assert counted["pendingCount"] == sum(not task.running for task in tasks)
        if service.definition.family == "crash":
            return
        assert len(tasks) <= service.desired, "more tasks than desired, with nothing left to do"
        current = [task for task in tasks if is_current(task, service)]
        if service.steady:
            assert len(current) == len(tasks) == service.desired, "a steady service is not complete"
            assert [one["rolloutState"] for one in counted["deployments"]] == ["COMPLETED"]
        elif service.primary.rollout == "IN_PROGRESS":
            assert not self.has_room(service, tasks), "a service waits, and there is room"

    def has_room(self, service: Service, tasks: list[Task]) -> bool:
        """Whether an instance could take one more task, and the maximum percent lets it start."""
        percents = service.settings["deploymentConfiguration"]
        most = math.floor(service.desired * percents["maximumPercent"] / 100)
        if service.strategy == "REPLICA" and len(tasks) >= max(most, service.desired):
            return False
        cpu, memory, ports = self.needs[service.definition.arn]
        for one in self.cluster.instances.values():
            has_daemon = any(task.service is service for task in one.tasks.values())
            if one.status != "ACTIVE" or (service.strategy == "DAEMON" and has_daemon):
                continue
            held = [self.needs[task.definition.arn] for task in one.tasks.values()]
            taken = {port for need in held for port in need[2]}
            fits = one.cpu - sum(need[0] for need in held) >= cpu
            fits = fits and one.memory - sum(need[1] for need in held) >= memory
            if fits and taken.isdisjoint(ports):
                return True
        return False

    def check_interfaces(self) -> None:
        """Each awsvpc task that has not ended has its interface, and nothing else has one."""
        found = self.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
        used = {one["NetworkInterfaceId"] for one in found}
        wanted = {task.eni for task in self.cluster.active_tasks() if task.eni}
        ended = {task.eni for task in self.cluster.tasks.values() if task.stopped and task.eni}
        assert wanted <= used, "a task has lost its interface"
        assert not ended & used, "a task that has ended keeps its interface"

    def teardown(self) -> None:
        try:
            if "demo" in self.ecs.clusters:
                self.everything_comes_to_rest()
        finally:
            self.undo()


#: Requests that ECS refuses, whatever there is.
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("UpdateService", {"service": "NAME", "desiredCount": 9, "taskDefinition": "nowhere"}),
    (
        "UpdateService",
        {
            "service": "NAME",
            "desiredCount": 9,
            "deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 100},
        },
    ),
    ("UpdateService", {"service": "NAME", "desiredCount": -1}),
    ("CreateService", {"serviceName": "new", "taskDefinition": "light", "desiredCount": -1}),
    ("RunTask", {"taskDefinition": "light", "count": 11}),
    ("StopTask", {"task": "nowhere"}),
]


def configuration(limits: tuple[int, int], breaker: bool) -> dict[str, Any]:
    least, most = limits
    return {
        "minimumHealthyPercent": least,
        "maximumPercent": most,
        "deploymentCircuitBreaker": {"enable": breaker, "rollback": breaker},
    }


def network(machine: Sandbox, family: str) -> dict[str, Any]:
    if family != "own":
        return {}
    subnet = machine.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}}}


def bindings(task: Task) -> list[dict[str, Any]]:
    return [one for container in task.containers for one in container.bindings]


def was_scaled(task: Task, service: Service) -> bool:
    """Whether the scheduler has stopped a task to scale or to roll."""
    reason = task.stopped_reason or ""
    return task.service is service and not task.wanted and reason.startswith(SCALED)


def is_current(task: Task, service: Service) -> bool:
    """Whether a task runs, belongs to the newest deployment, and is on an instance that stays."""
    is_drained = task.instance is not None and task.instance.status != "ACTIVE"
    return task.running and task.started_by == service.primary.id and not is_drained


def runs(task: dict[str, Any]) -> bool:
    return task["lastStatus"] == "RUNNING" and task["desiredStatus"] == "RUNNING"


def resource(instance: dict[str, Any], member: str, name: str) -> int:
    return int(next(one["integerValue"] for one in instance[member] if one["name"] == name))


def repeatable() -> Callable[[], None]:
    """Let all ids come from one seeded source, so that an example can be repeated, and let stacks
    give up early; gives what ends it."""
    from moto.moto_api._internal import mock_random

    source = random.Random(7)
    hexadecimal, below, looks = secrets.token_hex, secrets.randbelow, operation.LOOKS
    mock_random.seed(7)
    secrets.token_hex = lambda size=16: f"{source.getrandbits(size * 8):0{size * 2}x}"
    secrets.randbelow = source.randrange
    operation.LOOKS = STACK_LOOKS

    def undo() -> None:
        secrets.token_hex, secrets.randbelow, operation.LOOKS = hexadecimal, below, looks

    return undo
