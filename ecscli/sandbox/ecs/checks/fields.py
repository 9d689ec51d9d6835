"""The limits of single members that the API model leaves to its prose: each row with the sentence
of the API reference that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from ecscli.sandbox.ecs.checks.limits import AtMost, Limit, Matches, Multiple, OneOf, Range
from ecscli.sandbox.ecs.checks.values import CAPABILITIES

NAME = r"[A-Za-z0-9_-]{1,255}"
PRINTABLE = r"[\x21-\x7e]"
ROLE = r"(arn:[\w-]+:iam::\d{12}:role/.+|[\w+=,.@/-]+)"


@dataclass(frozen=True, slots=True)
class Field:
    """A limit of one member, and the sentence of its API reference that sets it."""

    member: str
    limit: Limit
    source: str


ROWS: tuple[Field, ...] = (
    # RegisterTaskDefinition
    Field(
        "RegisterTaskDefinitionRequest.family",
        Matches(NAME),
        "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are"
        " allowed.",
    ),
    Field(
        "RegisterTaskDefinitionRequest.taskRoleArn",
        Matches(ROLE, "is not valid"),
        "The short name or full Amazon Resource Name (ARN) of the IAM role",
    ),
    Field(
        "RegisterTaskDefinitionRequest.executionRoleArn",
        Matches(ROLE, "is not valid"),
        "The Amazon Resource Name (ARN) of the task execution role",
    ),
    Field(
        "RegisterTaskDefinitionRequest.placementConstraints",
        AtMost(10),
        "You can specify a maximum of 10 constraints for each task.",
    ),
    Field("RegisterTaskDefinitionRequest.tags", AtMost(50), "Maximum number of tags per resource"),
    Field(
        "ContainerDefinition.name",
        Matches(NAME),
        "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are"
        " allowed.",
    ),
    Field("ContainerDefinition.cpu", Range(0), "The number of cpu units reserved"),
    Field(
        "ContainerDefinition.memory",
        Range(6),
        "So, don't specify less than 6 MiB of memory for your containers.",
    ),
    Field(
        "ContainerDefinition.memoryReservation",
        Range(0),
        "The soft limit (in MiB) of memory to reserve for the container.",
    ),
    Field("ContainerDefinition.startTimeout", Range(0), "Time duration (in seconds)"),
    Field("ContainerDefinition.stopTimeout", Range(0), "Time duration (in seconds)"),
    Field(
        "ContainerDefinition.environmentFiles",
        AtMost(10),
        "You can specify up to ten environment files.",
    ),
    Field("ContainerDefinition.credentialSpecs", AtMost(1), "The maximum number of ARNs is 1."),
    Field(
        "EnvironmentFile.value",
        Matches(r"arn:[\w-]+:s3:::.+\.env", "must be the ARN of an S3 object that ends with .env"),
        "The Amazon Resource Name (ARN) of the Amazon S3 object",
    ),
    Field(
        "PortMapping.containerPort",
        Range(1, 65535),
        "The port number on the container",
    ),
    Field("PortMapping.hostPort", Range(0, 65535), "The port number on the container instance"),
    Field(
        "PortMapping.name",
        Matches(r"[a-z0-9_][a-z0-9_-]{0,63}"),
        "The characters can include lowercase letters, numbers, underscores (_), and hyphens (-).",
    ),
    Field(
        "ContainerRestartPolicy.ignoredExitCodes",
        AtMost(50),
        "You can specify a maximum of 50 container exit codes.",
    ),
    Field(
        "ContainerRestartPolicy.restartAttemptPeriod",
        Range(60, 1800),
        "You can set a minimum restartAttemptPeriod of 60 seconds and a maximum"
        " restartAttemptPeriod of 1800 seconds.",
    ),
    Field("KernelCapabilities.add", OneOf(CAPABILITIES), "Valid values:"),
    Field("KernelCapabilities.drop", OneOf(CAPABILITIES), "Valid values:"),
    Field(
        "LinuxParameters.swappiness",
        Range(0, 100),
        "Accepted values are whole numbers between 0 and 100",
    ),
    Field("LinuxParameters.maxSwap", Range(0), "Accepted values are 0 or any positive integer."),
    Field(
        "LinuxParameters.sharedMemorySize",
        Range(0),
        "The value for the size (in MiB) of the /dev/shm volume.",
    ),
    Field("Tmpfs.size", Range(1), "The maximum size (in MiB) of the tmpfs volume."),
    Field("Tmpfs.containerPath", Matches("/.*", "must be absolute"), "The absolute file path"),
    Field("HealthCheck.interval", Range(5, 300), "You may specify between 5 and 300 seconds."),
    Field("HealthCheck.timeout", Range(2, 60), "You may specify between 2 and 60 seconds."),
    Field("HealthCheck.retries", Range(1, 10), "You may specify between 1 and 10 retries."),
    Field("HealthCheck.startPeriod", Range(0, 300), "You can specify between 0 and 300 seconds."),
    Field(
        "SystemControl.namespace",
        Matches(
            r"kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)"
            r"|fs\.mqueue\..+|net\..+",
            "is not a namespaced kernel parameter",
        ),
        "The namespaced kernel parameter",
    ),
    Field(
        "Volume.name",
        Matches(NAME),
        "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are"
        " allowed.",
    ),
    Field("EFSVolumeConfiguration.transitEncryptionPort", Range(1, 65535), "The port to use"),
    Field("S3FilesVolumeConfiguration.transitEncryptionPort", Range(1, 65535), "The port to use"),
    Field(
        "EphemeralStorage.sizeInGiB",
        Range(21, 200),
        "The minimum supported value is 21 GiB and the maximum supported value is 200 GiB.",
    ),
    # RunTask and StartTask
    Field("RunTaskRequest.count", Range(1, 10), "You can specify up to 10 tasks for each call."),
    Field(
        "RunTaskRequest.capacityProviderStrategy",
        AtMost(20),
        "A capacity provider strategy can contain a maximum of 20 capacity providers.",
    ),
    Field(
        "RunTaskRequest.clientToken",
        Matches(PRINTABLE + "{1,64}"),
        "Up to 64 characters are allowed.",
    ),
    Field(
        "RunTaskRequest.placementStrategy",
        AtMost(5),
        "You can specify a maximum of 5 strategy rules for each task.",
    ),
    Field(
        "RunTaskRequest.startedBy",
        Matches(r"[A-Za-z0-9/_-]{0,128}"),
        "Up to 128 letters (uppercase and lowercase), numbers, hyphens (-), forward slash (/), and"
        " underscores (_) are allowed.",
    ),
    Field("RunTaskRequest.tags", AtMost(50), "Maximum number of tags per resource"),
    Field(
        "StartTaskRequest.containerInstances",
        AtMost(10),
        "You can specify up to 10 container instances.",
    ),
    Field(
        "StartTaskRequest.startedBy",
        Matches(r"[A-Za-z0-9/_-]{0,36}"),
        "Up to 36 letters (uppercase and lowercase), numbers, hyphens (-), forward slash (/), and"
        " underscores (_) are allowed.",
    ),
    Field("StartTaskRequest.tags", AtMost(50), "Maximum number of tags per resource"),
    Field("ContainerOverride.cpu", Range(0), "The number of cpu units reserved"),
    Field("ContainerOverride.memory", Range(6), "The hard limit (in MiB) of memory"),
    Field("ContainerOverride.memoryReservation", Range(0), "The soft limit (in MiB) of memory"),
    Field(
        "TaskOverride.taskRoleArn",
        Matches(ROLE, "is not valid"),
        "The Amazon Resource Name (ARN) of the role",
    ),
    Field(
        "TaskOverride.executionRoleArn",
        Matches(ROLE, "is not valid"),
        "The Amazon Resource Name (ARN) of the task execution role override",
    ),
    Field(
        "AwsVpcConfiguration.subnets",
        AtMost(16),
        "There's a limit of 16 subnets that can be specified.",
    ),
    Field(
        "AwsVpcConfiguration.securityGroups",
        AtMost(5),
        "There's a limit of 5 security groups that can be specified.",
    ),
    Field(
        "PlacementConstraint.expression",
        AtMost(2000),
        "The expression can have a maximum length of 2000 characters.",
    ),
    # CreateService and UpdateService
    Field(
        "CreateServiceRequest.serviceName",
        Matches(NAME),
        "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are"
        " allowed.",
    ),
    Field(
        "CreateServiceRequest.clientToken",
        Matches(PRINTABLE + "{1,36}"),
        "Up to 36 ASCII characters in the range of 33-126 (inclusive) are allowed.",
    ),
    Field(
        "CreateServiceRequest.capacityProviderStrategy",
        AtMost(20),
        "A capacity provider strategy can contain a maximum of 20 capacity providers.",
    ),
    Field("CreateServiceRequest.desiredCount", Range(0), "The number of instantiations"),
    Field("UpdateServiceRequest.desiredCount", Range(0), "The number of instantiations"),
    Field(
        "CreateServiceRequest.placementStrategy",
        AtMost(5),
        "You can specify a maximum of 5 strategy rules for each service.",
    ),
    Field(
        "UpdateServiceRequest.placementStrategy",
        AtMost(5),
        "You can specify a maximum of five strategy rules for each service.",
    ),
    Field(
        "CreateServiceRequest.serviceRegistries",
        AtMost(1),
        "Each service may be associated with one service registry.",
    ),
    Field(
        "CreateServiceRequest.healthCheckGracePeriodSeconds",
        Range(0, 2147483647),
        "The period of time, in seconds",
    ),
    Field(
        "UpdateServiceRequest.healthCheckGracePeriodSeconds",
        Range(0, 2147483647),
        "you can specify a health check grace period of up to 2,147,483,647 seconds",
    ),
    Field("CreateServiceRequest.tags", AtMost(50), "Maximum number of tags per resource"),
    Field("LoadBalancer.containerPort", Range(1, 65535), "The port on the container"),
    Field("ServiceRegistry.port", Range(1, 65535), "The port value used"),
    Field("ServiceRegistry.containerPort", Range(1, 65535), "The port value to be used"),
    Field("DeploymentConfiguration.maximumPercent", Range(0), "an upper limit on the number"),
    Field("DeploymentConfiguration.minimumHealthyPercent", Range(0), "a lower limit on the number"),
    Field("ThresholdConfiguration.value", Range(1), "Specifies the integer"),
    Field(
        "LinearConfiguration.stepPercent",
        Multiple(3.0, 100.0),
        "Valid values are multiples of 0.1 from 3.0 to 100.0.",
    ),
    Field(
        "LinearConfiguration.stepBakeTimeInMinutes",
        Range(0, 1440),
        "Valid values are 0 to 1440 minutes (24 hours).",
    ),
    Field(
        "CanaryConfiguration.canaryPercent",
        Multiple(0.1, 100.0),
        "Valid values are multiples of 0.1 from 0.1 to 100.0.",
    ),
    Field(
        "CanaryConfiguration.canaryBakeTimeInMinutes",
        Range(0, 1440),
        "Valid values are 0 to 1440 minutes (24 hours).",
    ),
    Field(
        "DeploymentConfiguration.bakeTimeInMinutes",
        Range(0, 1440),
        "The time period when both blue and green service revisions are running",
    ),
    Field(
        "ServiceConnectService.discoveryName",
        Matches(r"[a-z0-9_][a-z0-9_-]{0,63}"),
        "The name can include lowercase letters, numbers, underscores (_), and hyphens (-).",
    ),
    Field(
        "ServiceConnectService.clientAliases",
        AtMost(1),
        "The maximum number of client aliases that you can have in this list is 1.",
    ),
    Field(
        "ServiceConnectClientAlias.dnsName",
        Matches(r"[a-z0-9_.][a-z0-9_.-]{0,126}"),
        "The name can include up to 127 characters.",
    ),
    Field(
        "MetricConfiguration.metricNames",
        OneOf(("CPUUtilization", "MemoryUtilization")),
        "The supported metric names are CPUUtilization and MemoryUtilization",
    ),
    Field(
        "MetricConfiguration.resolutionSeconds",
        OneOf(("20", "60")),
        "The valid values are 20 and 60",
    ),
    *(
        Field(
            f"{shape}.volumeType",
            OneOf(("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")),
            "The following are the supported volume types.",
        )
        for shape in ("TaskManagedEBSVolumeConfiguration", "ServiceManagedEBSVolumeConfiguration")
    ),
    *(
        Field(f"{shape}.throughput", Range(125, 1000), "with a maximum of 1,000 MiB/s")
        for shape in ("TaskManagedEBSVolumeConfiguration", "ServiceManagedEBSVolumeConfiguration")
    ),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    name: tuple(row for row in ROWS if row.member == name) for name in {row.member for row in ROWS}
}
