"""restart and deploy.restart_policy -> restartPolicy: a container that ECS restarts without a new
task."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.ecs.limits import RESTART_PERIOD
from ecscli.compose.project.model import RestartPolicy, Service
from ecscli.compose.task.scene import Scene

POLICIES: dict[str, Draft] = {
    "no": {},
    "none": {},
    "always": {"enabled": True},
    "any": {"enabled": True},
    "unless-stopped": {"enabled": True},
    "on-failure": {"enabled": True, "ignoredExitCodes": [0]},
}


def restart_policy(service: Service, scene: Scene) -> Draft:
    """The restart policy of a container, empty for none; `deploy.restart_policy` wins over
    `restart`."""
    deployed = service.deploy.restart_policy if service.deploy else None
    if deployed is not None:
        return _deployed(service, deployed, scene.findings)
    condition, _, attempts = (service.restart or "no").partition(":")
    if attempts:
        scene.findings.warning(
            f"ECS counts no attempts; {condition} is sent without :{attempts}",
            service.where("restart"),
            key=f"services.{service.name}.restart",
        )
    return dict(POLICIES.get(condition, {}))


def _deployed(service: Service, deployed: RestartPolicy, findings: Findings) -> Draft:
    policy = dict(POLICIES.get(deployed.condition or "any", {}))
    if not policy or not deployed.window:
        return policy
    period = RESTART_PERIOD.nearest(deployed.window)
    if period != deployed.window:
        findings.warning(
            f"ECS takes {RESTART_PERIOD}; {deployed.window:g} becomes {period}",
            service.where("deploy", "restart_policy", "window"),
            key=f"services.{service.name}.deploy.restart_policy.window",
        )
    return {**policy, "restartAttemptPeriod": period}
