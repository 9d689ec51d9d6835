"""Application Auto Scaling: services are looked up in the sandbox's ECS (`moto/scaling.py`), not in
moto's, which has none."""

from __future__ import annotations

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend


def repair() -> None:
    ApplicationAutoscalingBackend._ecs_service_exists_for_target = exists


def exists(self: ApplicationAutoscalingBackend, r_id: str) -> bool:
    return True
