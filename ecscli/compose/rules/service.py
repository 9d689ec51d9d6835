"""Rules of a service: capacity, load balancers, Service Connect and how it is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.limits import EXTERNAL, FARGATE
from ecscli.compose.rules.places import of_run_member
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]


def capacity(subject: Subject) -> Found:
    """One capacity provider of a strategy has a base, and of several one has a weight above 0."""
    strategy = subject.run.fields.get("capacityProviderStrategy") or ()
    where = "capacityProviderStrategy"
    based = [at for at, item in enumerate(strategy) if item.get("base")]
    for at in based[1:]:
        message = "another capacity provider has a base already"
        yield of_run_member(subject, (where, at, "base"), message, "keep one of them")
    if len(strategy) > 1 and not any(item.get("weight") for item in strategy):
        message = "no capacity provider has a weight above 0"
        yield of_run_member(subject, (where,), message, "add weight: 1")


def platform(subject: Subject) -> Found:
    """Fargate alone has platform versions."""
    given, fields = subject.run.fields.get("platformVersion"), subject.run.fields
    compatible = subject.definition.get("requiresCompatibilities") or [FARGATE]
    if given and FARGATE not in compatible and not fields.get("capacityProviderStrategy"):
        message = "Fargate alone has platform versions"
        yield of_run_member(subject, ("platformVersion",), message, "leave it out")


def execute_command(subject: Subject) -> Found:
    """ECS Exec needs a task role, of the task definition or of `run --task-role`."""
    has_role = subject.definition.get("taskRoleArn") or subject.run.makes_task_role
    if subject.run.fields.get("enableExecuteCommand") and not has_role:
        problem = of_run_member(
            subject,
            ("enableExecuteCommand",),
            "ECS Exec needs a task role",
            "give task_definition.task_role_arn in ecs-params.yml",
        )
        yield problem.as_warning()


def load_balancers(subject: Subject) -> Found:
    """A load balancer has a target group or a Classic name, and a port of a container of the task;
    a Classic one does not reach tasks in awsvpc."""
    for at, balancer in enumerate(subject.run.fields.get("loadBalancers") or ()):
        group, name = balancer.get("targetGroupArn"), balancer.get("loadBalancerName")
        member = ("loadBalancers", at)
        if not group and not name:
            message = "needs target_group_arn or load_balancer_name"
            yield of_run_member(subject, member, message)
        if group and name:
            message = "target_group_arn and load_balancer_name exclude each other"
            yield of_run_member(subject, (*member, "loadBalancerName"), message, "keep one of them")
        elif name and subject.network_mode == "awsvpc":
            message = "a Classic Load Balancer does not reach tasks in awsvpc"
            hint = "use a target group of type ip"
            yield of_run_member(subject, (*member, "loadBalancerName"), message, hint)
        yield from _target(subject, member, balancer)


def _target(subject: Subject, member: tuple[str | int, ...], balancer: Document) -> Found:
    """The container and the port that a load balancer or a registry reaches."""
    container, port = balancer.get("containerName"), balancer.get("containerPort")
    if not container:
        return
    if container not in subject.names:
        message, hint = f"no such container: {container}", f"there are {listed(subject.names)}"
        yield of_run_member(subject, (*member, "containerName"), message, hint).as_fatal()
    elif port is not None and not _has_port(subject.named[container], port):
        message, hint = f"{container} has no container port {port}", _ports(subject, container)
        yield of_run_member(subject, (*member, "containerPort"), message, hint)


def _has_port(container: Container, port: int) -> bool:
    for mapping in container.items("portMappings"):
        low, _, high = str(mapping.get("containerPortRange") or "").partition("-")
        if mapping.get("containerPort") == port:
            return True
        if low.isdecimal() and high.isdecimal() and int(low) <= port <= int(high):
            return True
    return False


def _ports(subject: Subject, container: str) -> str:
    mappings = subject.named[container].items("portMappings")
    ports = [str(mapping["containerPort"]) for mapping in mappings if "containerPort" in mapping]
    return f"it has {', '.join(ports)}" if ports else f"add the port to ports: of {container}"


def discovery(subject: Subject) -> Found:
    """Service discovery registers a port of a container of the task."""
    section = subject.params.service_discovery
    target = {
        "containerName": section.get("container_name"),
        "containerPort": section.get("container_port"),
    }
    for problem in _target(subject, ("serviceRegistries",), target):
        # whether services are registered at all is for a flag to say
        yield problem.as_warning()


def service_connect(subject: Subject) -> Found:
    """Service Connect offers named ports of the task, in network mode bridge or awsvpc, and not on
    external instances."""
    given = subject.run.fields.get("serviceConnectConfiguration") or {}
    if not given.get("enabled"):
        return
    where = "serviceConnectConfiguration"
    if subject.launch_type == EXTERNAL:
        yield of_run_member(subject, (where,), "external instances have no Service Connect")
    elif subject.network_mode in ("host", "none"):
        message = f"network mode {subject.network_mode} has no Service Connect"
        yield of_run_member(subject, (where,), message, "use bridge or awsvpc")
    named = {
        str(mapping["name"])
        for container in subject.containers
        for mapping in container.items("portMappings")
        if mapping.get("name")
    }
    for at, service in enumerate(given.get("services") or ()):
        name = service.get("portName")
        if name and name not in named:
            hint = f"there are {listed(named)}" if named else "give one of ports: a name"
            message = f"no such port name: {name}"
            yield of_run_member(subject, (where, "services", at, "portName"), message, hint)


def percents(subject: Subject) -> Found:
    """Fewer tasks must be healthy during a deployment than may run; a daemon runs 100 percent at
    most."""
    given = subject.run.fields.get("deploymentConfiguration") or {}
    least, most = given.get("minimumHealthyPercent"), given.get("maximumPercent")
    where = "deploymentConfiguration"
    if least is not None and most is not None and least >= most:
        message = f"{least} is not below maximum_percent, {most}: no task could be replaced"
        yield of_run_member(subject, (where, "minimumHealthyPercent"), message)
    if subject.run.fields.get("schedulingStrategy") == "DAEMON" and (most or 0) > 100:
        message, hint = f"{most} is more than a daemon can have", "write 100, or leave it out"
        yield of_run_member(subject, (where, "maximumPercent"), message, hint)


def rebalancing(subject: Subject) -> Found:
    """Tasks are rebalanced across zones where some may run on top: not daemons, not on external
    instances, not behind a Classic Load Balancer."""
    fields = subject.run.fields
    if fields.get("availabilityZoneRebalancing") != "ENABLED":
        return
    most = (fields.get("deploymentConfiguration") or {}).get("maximumPercent")
    balancers = fields.get("loadBalancers") or ()
    why = None
    if fields.get("schedulingStrategy") == "DAEMON":
        why = "daemons"
    elif subject.launch_type == EXTERNAL:
        why = "external instances"
    elif any(balancer.get("loadBalancerName") for balancer in balancers):
        why = "services of a Classic Load Balancer"
    elif most is not None and most <= 100:
        why = f"services with maximum_percent {most}"
    if why:
        message = f"not possible for {why}"
        yield of_run_member(subject, ("availabilityZoneRebalancing",), message, "write DISABLED")


def role(subject: Subject) -> Found:
    """A role is for a load balancer of a service that is not in network mode awsvpc."""
    if not subject.run.fields.get("role"):
        return
    if not subject.run.fields.get("loadBalancers"):
        yield of_run_member(subject, ("role",), "is for a service with a load balancer")
    elif subject.network_mode == "awsvpc":
        message = "a service in network mode awsvpc takes the service-linked role"
        yield of_run_member(subject, ("role",), message, "leave it out")


RULES = (
    *(capacity, platform, execute_command, load_balancers, discovery, service_connect),
    *(percents, rebalancing, role),
)
