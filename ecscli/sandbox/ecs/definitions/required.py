"""Which attributes an instance must have for a task definition, and which ones an agent of today
reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ecscli.sandbox.shapes import Json

CAPABILITY = "com.amazonaws.ecs.capability."

#: Attributes of every Linux instance with a current agent, besides those of its type and zone.
AGENT_ATTRIBUTES: tuple[str, ...] = (
    *(f"{CAPABILITY}docker-remote-api.1.{minor}" for minor in range(17, 45)),
    *(
        CAPABILITY + name
        for name in (
            "ecr-auth",
            "task-iam-role",
            "task-iam-role-network-host",
            "privileged-container",
            "logging-driver.json-file",
            "logging-driver.awslogs",
            "logging-driver.syslog",
            "logging-driver.journald",
            "logging-driver.fluentd",
            "logging-driver.gelf",
            "logging-driver.none",
            "logging-driver.awsfirelens",
            "selinux",
            "apparmor",
        )
    ),
    *(
        "ecs.capability." + name
        for name in (
            "task-eni",
            "task-eia",
            "execution-role-awslogs",
            "execution-role-ecr-pull",
            "container-health-check",
            "container-ordering",
            "private-registry-authentication.secretsmanager",
            "secrets.ssm.environment-variables",
            "secrets.asm.environment-variables",
            "secrets.ssm.bootstrap.log-driver",
            "secrets.asm.bootstrap.log-driver",
            "efs",
            "efsAuth",
            "full-sync",
            "cpu-task-scoped",
            "env-files.s3",
            "firelens.fluentd",
            "firelens.fluentbit",
            "firelens.options.config.file",
            "firelens.options.config.s3",
            "logging-driver.awsfirelens.log-driver-buffer-limit",
            "pid-ipc-namespace-sharing",
            "docker-plugin.local",
            "docker-plugin.amazon-ecs-volume-plugin",
            "storage.ebs-task-volume-attach",
            "task-eni-block-instance-metadata",
            "aws-appmesh",
            "task-cpu-mem-limit",
            "execute-command",
            "container-restart-policy",
        )
    ),
)


def has_secret(container: Json, service: str) -> bool:
    return any(f":{service}:" in one.get("valueFrom", "") for one in container.get("secrets", []))


def has_parameter(container: Json) -> bool:
    """Secrets by plain name are SSM parameters."""
    return any(
        ":secretsmanager:" not in one.get("valueFrom", "") for one in container.get("secrets", [])
    )


#: A container definition that ... needs ...
CONTAINER_RULES: tuple[tuple[Callable[[Json], object], str], ...] = (
    (lambda one: True, CAPABILITY + "docker-remote-api.1.18"),
    (lambda one: one.get("memoryReservation"), CAPABILITY + "docker-remote-api.1.21"),
    (lambda one: one.get("privileged"), CAPABILITY + "privileged-container"),
    (lambda one: ".dkr.ecr." in one.get("image", ""), CAPABILITY + "ecr-auth"),
    (lambda one: one.get("healthCheck"), "ecs.capability.container-health-check"),
    (lambda one: one.get("dependsOn"), "ecs.capability.container-ordering"),
    (
        lambda one: one.get("repositoryCredentials"),
        "ecs.capability.private-registry-authentication.secretsmanager",
    ),
    (has_parameter, "ecs.capability.secrets.ssm.environment-variables"),
    (
        lambda one: has_secret(one, "secretsmanager"),
        "ecs.capability.secrets.asm.environment-variables",
    ),
    (lambda one: one.get("environmentFiles"), "ecs.capability.env-files.s3"),
    (
        lambda one: (one.get("firelensConfiguration") or {}).get("type") == "fluentd",
        "ecs.capability.firelens.fluentd",
    ),
    (
        lambda one: (one.get("firelensConfiguration") or {}).get("type") == "fluentbit",
        "ecs.capability.firelens.fluentbit",
    ),
    (
        lambda one: (one.get("restartPolicy") or {}).get("enabled"),
        "ecs.capability.container-restart-policy",
    ),
)


def log_attributes(container: Json, execution_role: bool) -> Iterator[str]:
    driver = (container.get("logConfiguration") or {}).get("logDriver")
    if driver:
        yield f"{CAPABILITY}logging-driver.{driver}"
    if driver == "awslogs" and execution_role:
        yield "ecs.capability.execution-role-awslogs"


def task_attributes(document: Json) -> Iterator[str]:
    if document.get("taskRoleArn"):
        yield CAPABILITY + "task-iam-role"
        if document.get("networkMode") == "host":
            yield CAPABILITY + "task-iam-role-network-host"
    if document.get("networkMode") == "awsvpc":
        yield "ecs.capability.task-eni"
    if document.get("pidMode") or document.get("ipcMode"):
        yield "ecs.capability.pid-ipc-namespace-sharing"
    if document.get("cpu") or document.get("memory"):
        yield "ecs.capability.task-cpu-mem-limit"
    for volume in document.get("volumes", []):
        if volume.get("efsVolumeConfiguration"):
            yield "ecs.capability.efs"
        driver = (volume.get("dockerVolumeConfiguration") or {}).get("driver")
        if driver:
            yield f"ecs.capability.docker-plugin.{driver}"


def required_attributes(document: Json) -> list[Json]:
    """The `requiresAttributes` of a task definition, sorted by name."""
    names = set(task_attributes(document))
    role = bool(document.get("executionRoleArn"))
    for container in document["containerDefinitions"]:
        names.update(attribute for rule, attribute in CONTAINER_RULES if rule(container))
        names.update(log_attributes(container, role))
        if role and ".dkr.ecr." in container.get("image", ""):
            names.add("ecs.capability.execution-role-ecr-pull")
    return [{"name": name} for name in sorted(names)]


def attribute_names(attributes: Iterable[Json]) -> frozenset[str]:
    return frozenset(one["name"] for one in attributes)
