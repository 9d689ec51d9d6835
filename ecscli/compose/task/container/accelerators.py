"""gpus, reserved devices and generic resources of a service, with `gpu` of ecs-params ->
resourceRequirements."""

from __future__ import annotations

from collections import Counter

from ecscli.base.findings import Findings
from ecscli.compose.project.model import DeviceRequest, GenericResource, Resources, Service
from ecscli.compose.task.scene import Scene

NO_RESOURCES = Resources()
GPU, NEURON = "GPU", "NeuronDevice"
GPU_CAPABILITIES = {"gpu", "nvidia"}
GPU_KINDS = ("gpu", "nvidia-gpu")


def accelerators(service: Service, scene: Scene) -> list[dict[str, str]]:
    """The GPUs and Neuron devices of a container; `gpu` of ecs-params replaces Compose's GPUs."""
    counts = _counts(service, scene.findings)
    requirements = []
    gpu = scene.of(service).gpu
    if gpu:
        del counts[GPU]
        requirements.append({"type": GPU, "value": gpu})
    for kind, count in counts.items():
        requirements.append({"type": kind, "value": str(count)})
    return requirements


def _counts(service: Service, findings: Findings) -> Counter[str]:
    """How many devices of each kind Compose asks for."""
    counts = Counter[str]()
    reserved = service.deploy.reservations if service.deploy else NO_RESOURCES
    for request in (*service.gpus, *reserved.devices):
        kind = _kind(service, request, findings)
        if kind:
            counts[kind] += request.count or len(request.device_ids) or 1
    for generic in reserved.generic:
        if _is_gpu(service, generic, findings):
            counts[GPU] += generic.value
    return counts


def _is_gpu(service: Service, resource: GenericResource, findings: Findings) -> bool:
    """Whether a generic resource is GPUs; an error where it is not."""
    if resource.kind.lower().rstrip("s") in GPU_KINDS:
        return True
    message, hint = f'ECS has no generic resource "{resource.kind}"', "GPUs are the only kind: gpu"
    findings.error(message, resource.mark, hint, key=f"services.{service.name}")
    return False


def _kind(service: Service, request: DeviceRequest, findings: Findings) -> str | None:
    """ECS's kind of the devices; None, with an error, where ECS has none."""
    if request.all:
        message = "ECS needs a number of GPUs, not all of them"
        findings.error(message, request.mark, "write count: 1", key=f"services.{service.name}")
        return None
    capabilities = set(request.capabilities)
    if "neuron" in capabilities:
        return NEURON
    if not capabilities or capabilities & GPU_CAPABILITIES:
        return GPU
    words = ", ".join(request.capabilities)
    message = f"ECS has no devices with {words}"
    findings.error(message, request.mark, "use [gpu] or [neuron]", key=f"services.{service.name}")
    return None
