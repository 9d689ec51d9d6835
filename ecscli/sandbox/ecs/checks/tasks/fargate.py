"""What RegisterTaskDefinition refuses about a task definition for Fargate, and what keeps one from
being compatible with it."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.ecs.checks.sizes import is_size
from ecscli.sandbox.shapes import Json

LOG_DRIVERS = ("awslogs", "splunk", "awsfirelens")
LEAST_SECONDS, MOST_SECONDS = 2, 120
#: Members of a container definition, by their path in it, that Fargate has no use for.
CONTAINER_MEMBERS = (
    "privileged",
    "dockerSecurityOptions",
    "linuxParameters.devices",
    "linuxParameters.sharedMemorySize",
    "linuxParameters.maxSwap",
    "linuxParameters.swappiness",
)
#: The same for volumes.
VOLUME_MEMBERS = (
    "host.sourcePath",
    "dockerVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
)


def value_at(document: Json, path: str) -> object:
    """The value at a path of member names, None where one of them is missing."""
    value: object = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def other_network(document: Json) -> Iterator[str]:
    if document.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode 'awsvpc'."


def no_size(document: Json) -> Iterator[str]:
    cpu, memory = document.get("cpu"), document.get("memory")
    if not cpu or not memory:
        missing = "memory" if cpu else "cpu"
        yield f"Fargate requires that '{missing}' be defined at the task level."
    elif not is_size(int(cpu), int(memory)):
        yield (f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory.")


def cpu_above_task(document: Json) -> Iterator[str]:
    cpu = document.get("cpu")
    reserved = sum(one.get("cpu") or 0 for one in document["containerDefinitions"])
    if cpu and reserved > int(cpu):
        yield (
            "Invalid 'cpu' setting for task. The CPU reserved for its containers"
            f" ({reserved}) is greater than for the task ({cpu})."
        )


def container_members(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        for path in CONTAINER_MEMBERS:
            if value_at(one, path):
                name = path.rpartition(".")[2]
                yield f"Fargate compatible task definitions do not support {name}"


def volume_members(document: Json) -> Iterator[str]:
    for one in document["volumes"]:
        for path in VOLUME_MEMBERS:
            if value_at(one, path):
                name = path.rpartition(".")[2]
                yield f"Fargate compatible task definitions do not support {name}"


def other_capability(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        capabilities = (one.get("linuxParameters") or {}).get("capabilities") or {}
        others = [name for name in capabilities.get("add") or [] if name != "SYS_PTRACE"]
        if others:
            yield f"Fargate compatible task definitions do not support capability {others[0]}"


def accelerators(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        for need in one.get("resourceRequirements") or []:
            yield f"Fargate compatible task definitions do not support {need['type']} resources"
    if document.get("inferenceAccelerators"):
        yield "Fargate compatible task definitions do not support inferenceAccelerators"


def host_namespaces(document: Json) -> Iterator[str]:
    if document.get("pidMode") == "host":
        yield "Fargate compatible task definitions do not support pidMode host"
    if document.get("ipcMode"):
        yield "Fargate compatible task definitions do not support ipcMode"


def placement(document: Json) -> Iterator[str]:
    if document["placementConstraints"]:
        yield "Fargate compatible task definitions do not support placementConstraints"


def bad_timeouts(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        for name in ("startTimeout", "stopTimeout"):
            seconds = one.get(name)
            if seconds is not None and not LEAST_SECONDS <= seconds <= MOST_SECONDS:
                yield (
                    f"Invalid '{name}' setting for container '{one['name']}'. On Fargate it must be"
                    f" between {LEAST_SECONDS} and {MOST_SECONDS} seconds."
                )


def bad_log_driver(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        logs = one.get("logConfiguration") or {}
        driver, options = logs.get("logDriver"), logs.get("options") or {}
        if driver and driver not in LOG_DRIVERS:
            yield f"Fargate compatible task definitions do not support log driver {driver}"
        if driver == "awslogs" and not options.get("awslogs-stream-prefix"):
            yield "Log driver awslogs requires options: awslogs-stream-prefix"


def no_execution_role(document: Json) -> Iterator[str]:
    if document.get("executionRoleArn"):
        return
    for one in document["containerDefinitions"]:
        if (one.get("logConfiguration") or {}).get("logDriver") == "awslogs":
            yield (
                "Fargate requires task definition to have execution role ARN to support log driver"
                " awslogs."
            )
        if ".dkr.ecr." in one.get("image", ""):
            yield (
                "Fargate requires task definition to have execution role ARN to support ECR images."
            )


def firelens_file(document: Json) -> Iterator[str]:
    for one in document["containerDefinitions"]:
        if value_at(one, "firelensConfiguration.options.config-file-type") == "s3":
            yield "Tasks hosted on Fargate only support the file configuration file type."


FARGATE_RULES: tuple[Rule[Json], ...] = (
    Rule(
        other_network,
        ("RegisterTaskDefinitionRequest.networkMode",),
        "For Amazon ECS tasks on Fargate, the awsvpc network mode is required.",
    ),
    Rule(
        no_size,
        ("RegisterTaskDefinitionRequest.cpu", "RegisterTaskDefinitionRequest.memory"),
        "This field is required for Fargate.",
    ),
    Rule(
        cpu_above_task,
        ("ContainerDefinition.cpu",),
        "the total amount of CPU reserved for all containers within a task be lower than the"
        " task-level cpu value.",
    ),
    Rule(
        container_members,
        (
            "ContainerDefinition.privileged",
            "ContainerDefinition.dockerSecurityOptions",
            "LinuxParameters.devices",
            "LinuxParameters.sharedMemorySize",
            "LinuxParameters.maxSwap",
            "LinuxParameters.swappiness",
        ),
        "This parameter is not supported for Windows containers or tasks run on Fargate.",
    ),
    Rule(
        volume_members,
        (
            "HostVolumeProperties.sourcePath",
            "Volume.dockerVolumeConfiguration",
            "Volume.fsxWindowsFileServerVolumeConfiguration",
        ),
        "If you're using the Fargate launch type, the sourcePath parameter is not supported.",
    ),
    Rule(
        other_capability,
        ("KernelCapabilities.add",),
        "Tasks launched on Fargate only support adding the SYS_PTRACE kernel capability.",
    ),
    Rule(
        accelerators,
        ("ResourceRequirement.type", "RegisterTaskDefinitionRequest.inferenceAccelerators"),
        "Developer Guide, Task definition differences for Fargate: GPUs aren't supported",
    ),
    Rule(
        host_namespaces,
        ("RegisterTaskDefinitionRequest.pidMode", "RegisterTaskDefinitionRequest.ipcMode"),
        "On Fargate for Linux containers, the only valid value is task .",
    ),
    Rule(
        placement,
        ("RegisterTaskDefinitionRequest.placementConstraints",),
        "Developer Guide, Task definition differences for Fargate: no placementConstraints",
    ),
    Rule(
        bad_timeouts,
        ("ContainerDefinition.startTimeout", "ContainerDefinition.stopTimeout"),
        "The valid values for Fargate are 2-120 seconds.",
    ),
    Rule(
        bad_log_driver,
        ("LogConfiguration.logDriver", "LogConfiguration.options"),
        "For tasks on Fargate, the supported log drivers are awslogs , splunk , and awsfirelens .",
    ),
    Rule(
        no_execution_role,
        ("RegisterTaskDefinitionRequest.executionRoleArn",),
        "Developer Guide, Task execution IAM role: Fargate needs it for ECR images and awslogs",
    ),
    Rule(
        firelens_file,
        ("FirelensConfiguration.options",),
        "Tasks hosted on Fargate only support the file configuration file type.",
    ),
)
