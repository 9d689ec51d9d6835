"""Who sends traffic to a task: target groups with their health, and whoever finds its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.ecs.services import events
from ecscli.sandbox.ecs.tasks.containers import label
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.neighbours.addresses import address_of
from ecscli.sandbox.neighbours.discovery import Discovery
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from moto.elbv2.models import FakeTargetGroup

#: States of targets that are not registered any more.
GONE = ("draining", "unused")


class Traffic(Discovery):
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

    def join_traffic(self, task: Task) -> None:
        """Register a running task of a service with its target groups and in Cloud Map."""
        settings = task.service.settings if task.service else {}
        for balancer in settings.get("loadBalancers") or []:
            if balancer.get("targetGroupArn"):
                self._register_target(task, balancer)
        self.register_names(task)

    def _register_target(self, task: Task, balancer: Json) -> None:
        group = self.backend("elbv2").target_groups.get(balancer["targetGroupArn"])
        address = address_of(task, balancer["containerName"], balancer["containerPort"])
        if group is None or address is None:
            return
        target = {"Id": address[0], "Port": address[1], "arn": group.arn}
        group.register([{"Id": target["Id"], "Port": target["Port"], **self._known(task, target)}])
        task.targets.append(target)
        task.targets_healthy = False
        group.set_state(target, "initial")
        self._write(task, f"registered 1 targets in (target-group {group.arn})")
        if not self._is_real(task, target) or group.is_unreached(target):
            self.timeline.paced("target is checked", self._check_target, task, target)

    def _known(self, task: Task, target: Json) -> Json:
        """What the data plane needs to know of a target."""
        service = task.service.name if task.service else ""
        name = f"{service} {target['Id']}:{target['Port']} task {task.id}"
        if not self._is_real(task, target):
            return {"Name": name}
        return {"Name": name, "Reach": partial(self.ecs.runtime.reach, task)}

    def _is_real(self, task: Task, target: Json) -> bool:
        return self.ecs.runtime.reach(task, target["Port"]) is not None

    def _check_target(self, task: Task, target: Json) -> None:
        """The verdict of pretended checks, where the label `target-healthy` decides; and on a
        target that nothing checks, as the balancer does not have its zone."""
        group = self.backend("elbv2").target_groups.get(target["arn"])
        if group is None or not task.wanted or target not in task.targets:
            return
        bad = any(label(one, "target-healthy", "true") == "false" for one in task.containers)
        group.set_state(target, "unhealthy" if bad else "healthy")
        self._judge(task, target, group)

    def judge_target(self, arn: str, name: str) -> None:
        """The data plane has found out how a target is, `ID:PORT`."""
        group = self.backend("elbv2").target_groups.get(arn)
        for cluster in self.ecs.clusters.values() if group else ():
            for task in cluster.tasks.values():
                for one in task.targets if task.wanted else ():
                    if one["arn"] == arn and f"{one['Id']}:{one['Port']}" == name:
                        self._judge(task, one, group)

    def _judge(self, task: Task, target: Json, group: FakeTargetGroup) -> None:
        """What ECS makes of the health of a target."""
        state = "unhealthy" if group.is_unreached(target) else group.state_of(target)
        if state == "unhealthy":
            self.timeline.after(self._grace(task, target), self._give_up, task, target)
        if state in ("healthy", "unhealthy"):
            groups = self.backend("elbv2").target_groups
            found = [(groups.get(one["arn"]), one) for one in task.targets]
            task.targets_healthy = all(
                one is not None and one.state_of(its) == "healthy" and not one.is_unreached(its)
                for one, its in found
            )
            self.ecs.changed(task)

    def _grace(self, task: Task, target: Json) -> float:
        """Seconds until ECS heeds the health of a target. Real processes start in their own time,
        whatever the pace."""
        settings = task.service.settings if task.service else {}
        grace = float(settings.get("healthCheckGracePeriodSeconds") or 0)
        if not self._is_real(task, target):
            return grace * self.timeline.pace
        return grace - (self.timeline.now - (task.started_at or self.timeline.now))

    def _give_up(self, task: Task, target: Json) -> None:
        group = self.backend("elbv2").target_groups.get(target["arn"])
        if not task.wanted or group is None:
            return
        if group.state_of(target) != "unhealthy" and not group.is_unreached(target):
            return
        task.deployment_failure = True
        owner = f"{'instance' if task.instance else 'task'} {target['Id']}"
        reason = group.health_for(target, None).description
        self._write(
            task,
            f"({owner}) (port {target['Port']}) is unhealthy in (target-group {target['arn']}) due"
            f" to (reason {reason})",
        )
        self.ecs.agent.stop(
            task,
            f"Task failed ELB health checks in (target-group {target['arn']})",
            "ServiceSchedulerInitiated",
        )

    def leave_traffic(self, task: Task) -> float:
        """Deregister the task everywhere; gives the seconds that its connections may take to
        end."""
        self.deregister_names(task)
        delay = 0.0
        for target in task.targets:
            group = self.backend("elbv2").target_groups.get(target["arn"])
            if group is not None and group.state_of(target) not in GONE:
                delay = max(delay, self._deregister_target(task, group, target))
        return delay or self.timeline.lasting("service drains")

    def _deregister_target(self, task: Task, group: FakeTargetGroup, target: Json) -> float:
        """Let a target drain; gives the seconds that this takes at least."""
        wait: float = group.drain(target, self.timeline)
        self._write(task, f"deregistered 1 targets in (target-group {group.arn})")
        return wait

    def drains(self, task: Task) -> bool:
        """Whether requests may still be under way to the task."""
        groups = self.backend("elbv2").target_groups if task.targets else {}
        return any(
            one["arn"] in groups and groups[one["arn"]].state_of(one) == "draining"
            for one in task.targets
        )

    def _write(self, task: Task, message: str) -> None:
        if task.service:
            events.write(self.ecs, task.service, message)
