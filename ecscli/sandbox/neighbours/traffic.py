"""Who sends traffic to a task: target groups with their health, and Cloud Map instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.ecs.services import events
from ecscli.sandbox.ecs.tasks.containers import label
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.neighbours.region import Region
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.elbv2.models import FakeTargetGroup

#: States of targets that are not registered any more.
GONE = ("draining", "unused")


class Traffic(Region):
    def check_target_group(self, arn: str, network_mode: str) -> None:
        """A target group exists, hangs on a load balancer and has the type that the network mode
        needs."""
        group = self.backend("elbv2").target_groups.get(arn)
        if group is None:
            raise invalid(f"The target group with targetGroupArn {arn} does not exist.")
        if not group.load_balancer_arns:
            raise invalid(
                f"The target group with targetGroupArn {arn} does not have an associated load"
                " balancer."
            )
        wanted = "ip" if network_mode == "awsvpc" else "instance"
        if group.target_type != wanted:
            raise invalid(
                f"The provided target group {arn} has target type {group.target_type}, which is"
                f" incompatible with the {network_mode} network mode specified in the task"
                " definition."
            )

    def namespace_exists(self, name: str) -> bool:
        """Whether Cloud Map has a namespace of this name or ARN."""
        found = self.backend("servicediscovery").namespaces.values()
        return any(name in (one.name, one.arn) for one in found)

    def check_registry(self, registry: Json) -> None:
        service_id = registry["registryArn"].rpartition("/")[2]
        if service_id not in self.backend("servicediscovery").services:
            raise ApiError(
                "InvalidParameterException",
                f"The service registry {registry['registryArn']} does not exist.",
            )

    def join_traffic(self, task: Task) -> None:
        """Register a running task of a service with its target groups and in Cloud Map."""
        settings = task.service.settings if task.service else {}
        for balancer in settings.get("loadBalancers") or []:
            if balancer.get("targetGroupArn"):
                self._register_target(task, balancer)
        for registry in settings.get("serviceRegistries") or []:
            self._register_instance(task, registry)

    def _register_target(self, task: Task, balancer: Json) -> None:
        group = self.backend("elbv2").target_groups.get(balancer["targetGroupArn"])
        address = address_of(task, balancer["containerName"], balancer["containerPort"])
        if group is None or address is None:
            return
        target = {"Id": address[0], "Port": address[1], "arn": group.arn}
        group.register([{"Id": target["Id"], "Port": target["Port"]}])
        task.targets.append(target)
        task.targets_healthy = False
        group.set_state(target, "initial")
        self._write(task, f"registered 1 targets in (target-group {group.arn})")
        self.timeline.paced("target is checked", self._check_target, task, target)

    def _check_target(self, task: Task, target: Json) -> None:
        """The load balancer's verdict after its first checks; the label `target-healthy`
        decides."""
        group = self.backend("elbv2").target_groups.get(target["arn"])
        if group is None or not task.wanted or target not in task.targets:
            return
        bad = any(label(one, "target-healthy", "true") == "false" for one in task.containers)
        group.set_state(target, "unhealthy" if bad else "healthy")
        if bad:
            grace = float(
                (task.service.settings if task.service else {}).get("healthCheckGracePeriodSeconds")
                or 0
            )
            self.timeline.after(grace * self.timeline.pace, self._give_up, task, target)
        else:
            states = [group.state_of(one) for one in task.targets if one["arn"] == group.arn]
            task.targets_healthy = all(state == "healthy" for state in states)
            self.ecs.changed(task)

    def _give_up(self, task: Task, target: Json) -> None:
        if task.wanted:
            task.deployment_failure = True
            self._write(
                task,
                f"({'instance' if task.instance else 'task'} {target['Id']}) (port"
                f" {target['Port']}) is unhealthy in (target-group {target['arn']}) due to (reason"
                " Health checks failed)",
            )
            self.ecs.agent.stop(
                task,
                f"Task failed ELB health checks in (target-group {target['arn']})",
                "ServiceSchedulerInitiated",
            )

    def _register_instance(self, task: Task, registry: Json) -> None:
        service_id = registry["registryArn"].rpartition("/")[2]
        attributes = {**self._about(task), **port_of(task, registry)}
        backend = self.backend("servicediscovery")
        backend.register_instance(service_id, task.id, task.id, attributes)
        task.cloud_map.append((service_id, task.id))

    def _about(self, task: Task) -> dict[str, str]:
        """What Cloud Map knows of every task."""
        host = task.instance.host_ip if task.instance else ""
        return {
            "AWS_INIT_HEALTH_STATUS": "HEALTHY",
            "AVAILABILITY_ZONE": task.zone,
            "ECS_CLUSTER_NAME": task.cluster,
            "ECS_SERVICE_NAME": task.service.name if task.service else "",
            "ECS_TASK_DEFINITION_FAMILY": task.definition.family,
            "REGION": self.region,
            "AWS_INSTANCE_IPV4": task.private_ip or host,
        }

    def discovery_names(self, task: Task) -> list[str]:
        """The names under which Cloud Map's DNS gives the address of a task: SERVICE.NAMESPACE."""
        settings = task.service.settings if task.service else {}
        cloud_map = self.backend("servicediscovery")
        found = []
        for registry in settings.get("serviceRegistries") or []:
            service = cloud_map.services.get(registry["registryArn"].rpartition("/")[2])
            namespace = cloud_map.namespaces.get(service.namespace_id) if service else None
            if namespace is not None:
                found.append(f"{service.name}.{namespace.name}")
        return found

    def leave_traffic(self, task: Task) -> float:
        """Deregister the task everywhere; gives the seconds that its connections may take to
        end."""
        for service_id, instance_id in task.cloud_map:
            quietly(self.backend("servicediscovery").deregister_instance, service_id, instance_id)
        task.cloud_map = []
        delay = 0.0
        for target in task.targets:
            group = self.backend("elbv2").target_groups.get(target["arn"])
            if group is not None and group.state_of(target) not in GONE:
                delay = max(delay, self._deregister_target(task, group, target))
        return delay or self.timeline.lasting("service drains")

    def _deregister_target(self, task: Task, group: FakeTargetGroup, target: Json) -> float:
        """Let a target drain; gives the seconds that this takes."""
        quietly(group.deregister, [{"Id": target["Id"], "Port": target["Port"]}])
        delay = float(group.attributes.get("deregistration_delay.timeout_seconds", 300))
        wait = delay * self.timeline.pace
        group.drain(target, self.timeline, wait)
        self._write(task, f"deregistered 1 targets in (target-group {group.arn})")
        return wait

    def _write(self, task: Task, message: str) -> None:
        if task.service:
            events.write(self.ecs, task.service, message)


def port_of(task: Task, registry: Json) -> dict[str, str]:
    """The port of a Cloud Map instance, where the service registry names a port or a container."""
    port = registry.get("port") or registry.get("containerPort")
    name = registry.get("containerName") or task.containers[0].name
    address = address_of(task, name, registry.get("containerPort"))
    if address and not task.private_ip:
        port = address[1]
    return {"AWS_INSTANCE_PORT": str(port)} if port else {}


def quietly(action: Callable[..., object], *args: object) -> None:
    """Deregistering what somebody else has removed is no failure."""
    try:
        action(*args)
    except Exception:
        return


def address_of(task: Task, container: str, port: int | None) -> tuple[str, int] | None:
    """Where traffic for a container's port goes: the task's own address, or the instance and its
    host port."""
    if task.private_ip:
        return task.private_ip, port or 0
    for one in task.containers:
        for binding in one.bindings if one.name == container else ():
            if port in (None, binding["containerPort"]) and task.instance:
                return task.instance.ec2_id, binding["hostPort"]
    return None
