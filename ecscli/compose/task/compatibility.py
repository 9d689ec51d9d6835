"""A drafted task definition -> one that its launch type and network mode take, where something can
be adapted; the rules report what cannot."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Draft
from ecscli.compose.project.model import Service
from ecscli.compose.task.scene import Scene
from ecscli.compose.task.sizes import fargate_size


def adapt(request: Draft, scene: Scene, connected: bool = False) -> None:
    """Change `request` in place: no host names in awsvpc, and a size on Fargate. `connected`: a
    proxy of Service Connect runs beside the containers."""
    if request.get("networkMode") == "awsvpc":
        services = {service.name: service for service in scene.project.services}
        for container in request["containerDefinitions"]:
            _drop_hostname(container, services, scene)
    if scene.launch.on_fargate:
        _size(request, scene, connected)
    elif request.get("ephemeralStorage"):
        place = scene.params.where("task_definition", "ephemeral_storage")
        scene.findings.warning("ephemeral_storage: has an effect on Fargate only", place)


def _drop_hostname(container: Draft, services: Mapping[str, Service], scene: Scene) -> None:
    written = container.pop("hostname", None)
    if not written or written == container["name"]:
        return
    service = services[container["name"]]
    scene.findings.warning(
        "not sent, awsvpc gives each task its own",
        service.where("hostname"),
        "use service discovery or a Service Connect alias",
        key=f"services.{service.name}.hostname",
    )


def _size(request: Draft, scene: Scene, connected: bool) -> None:
    """A size for the whole task; files of ecs-cli that name none are sent without one."""
    is_sized = "cpu" in request or "memory" in request
    if is_sized or not scene.exact:
        request |= fargate_size(request, scene, connected)
