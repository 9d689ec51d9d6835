"""logging of a service -> logConfiguration, with secret options of ecs-params."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.compose.project.model import Service
from ecscli.compose.task.scene import Scene


def log_configuration(service: Service, scene: Scene) -> Draft:
    """The log configuration of a container; empty where Compose names no driver, or the driver
    `none`."""
    params = scene.of(service)
    logging = service.logging
    unsent = (None, "") if scene.exact else (None, "", "none")
    if logging is None or logging.driver in unsent:
        if logging is not None and logging.options and logging.driver != "none":
            scene.findings.warning(
                f"services.{service.name}.logging: options without a driver are not sent",
                logging.mark,
                "say driver: awslogs",
            )
        if params.secret_options:
            scene.findings.error(
                f"services.{service.name}: secret_options need a log driver",
                scene.params.where("task_definition", "services", service.name, "logging"),
                "say logging.driver in the Compose file",
            )
        return {}
    values: Draft = {"logDriver": logging.driver}
    options = dict(logging.options)
    if logging.driver == "awslogs" and not scene.exact:
        options = _awslogs(service, options, scene)
    if options:
        values["options"] = options
    if params.secret_options:
        values["secretOptions"] = [dict(option) for option in params.secret_options]
    return values


def _awslogs(service: Service, options: dict[str, str], scene: Scene) -> dict[str, str]:
    """What ECS requires of awslogs and Compose files rarely say."""
    options.setdefault("awslogs-group", f"/ecs/{scene.project.name}")
    if scene.region:
        options.setdefault("awslogs-region", scene.region)
    options.setdefault("awslogs-stream-prefix", service.name)
    return options
