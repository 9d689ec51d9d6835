"""restart and deploy.restart_policy -> restartPolicy: a container that ECS restarts without a new
task."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.ecs.limits import RESTART_PERIOD
from ecscli.compose.project.model import Service

POLICIES: dict[str, Draft] = {
    "no": {},
    "none": {},
    "always": {"enabled": True},
    "any": {"enabled": True},
    "unless-stopped": {"enabled": True},
    "on-failure": {"enabled": True, "ignoredExitCodes": [0]},
}


def restart_policy(service: Service, findings: Findings) -> Draft:
    """The restart policy of a container; `deploy.restart_policy` wins over `restart`, empty for
    none."""
    deployed = service.deploy.restart_policy if service.deploy else None
    if deployed is not None:
        policy = dict(POLICIES.get(deployed.condition or "any", {}))
        if policy and deployed.window:
            policy["restartAttemptPeriod"] = _period(service, deployed.window, findings)
        return policy
    condition, _, attempts = (service.restart or "no").partition(":")
    if attempts:
        findings.warning(
            f"services.{service.name}.restart: ECS counts no attempts; {condition} is sent without"
            f" :{attempts}",
            service.where("restart"),
        )
    return dict(POLICIES.get(condition, {}))


def _period(service: Service, window: float, findings: Findings) -> int:
    nearest = min(max(int(window), RESTART_PERIOD.low), RESTART_PERIOD.high)
    if nearest != window:
        findings.warning(
            f"services.{service.name}.deploy.restart_policy.window: ECS takes {RESTART_PERIOD}; "
            f"{window:g} becomes {nearest}",
            service.where("deploy", "restart_policy", "window"),
        )
    return nearest
