"""logging of a service -> logConfiguration, with secret options of ecs-params."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.documents import Draft
from ecscli.compose.project.model import Logging, Service
from ecscli.compose.task.scene import Scene

AWSLOGS, GROUP = "awslogs", "awslogs-group"


def log_configuration(service: Service, scene: Scene) -> Draft:
    """The log configuration of a container; empty where Compose names no driver, or the driver
    `none`."""
    logging = service.logging
    if logging is None or not logging.driver or (logging.driver == "none" and not scene.exact):
        _check_unused_options(service, scene)
        return {}
    values: Draft = {"logDriver": logging.driver}
    options = _options(service, logging, scene)
    if options:
        values["options"] = options
    secret_options = scene.of(service).secret_options
    if secret_options:
        values["secretOptions"] = [dict(option) for option in secret_options]
    return values


def _check_unused_options(service: Service, scene: Scene) -> None:
    """Options without a log driver have no effect; secret ones are refused by ECS."""
    logging = service.logging
    if logging is not None and logging.options and logging.driver != "none":
        scene.findings.warning(
            "options without a driver are not sent",
            logging.mark,
            "add driver: awslogs",
            key=f"services.{service.name}.logging",
        )
    if scene.of(service).secret_options:
        scene.findings.error(
            "secret_options need a log driver",
            scene.params.where("task_definition", "services", service.name, "logging"),
            "set logging.driver in the Compose file",
            key=f"services.{service.name}.logging",
        )


def _options(service: Service, logging: Logging, scene: Scene) -> dict[str, str]:
    """The options as written, with what ECS requires of awslogs and Compose files rarely have."""
    options = dict(logging.options)
    if logging.driver != AWSLOGS or scene.exact:
        return options
    return awslogs_options(service.name, options, scene)


def awslogs_options(name: str, given: Mapping[str, str], scene: Scene) -> dict[str, str]:
    """The options of awslogs for the container of this name: those given, and what ECS requires."""
    options = dict(given)
    options.setdefault(GROUP, default_group(scene))
    if scene.region:
        options.setdefault("awslogs-region", scene.region)
    options.setdefault("awslogs-stream-prefix", name)
    return options


def default_group(scene: Scene) -> str:
    """The log group of a project whose files name none."""
    return f"/ecs/{scene.project.name}"
