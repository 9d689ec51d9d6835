"""THE table: each of the 344 paths of the Compose Specification -> what becomes of it on EC2 and on
Fargate.

The warnings of the commands, `compose check`, docs/compose-support.md and their tests are all made
from it. In a path `*` stands for a name that the user chose and `[]` for an entry of a list. A
field without a prefix belongs to RegisterTaskDefinition; the others name their operation. The names
are those of the ECS API (botocore's model).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from ecscli.base.errors import Finding
from ecscli.base.limits import FARGATE
from ecscli.base.marks import Mark, dotted
from ecscli.compose.dialect import Dialect
from ecscli.compose.ecs.refusals import FARGATE_HINTS, NO_GPU
from ecscli.compose.project.model import Project


class Outcome(Enum):
    """What becomes of a key; `worth` orders them, the worst last."""

    MAPPED = "mapped"
    LOADED = "loaded"  # used while loading, nothing of it is left to send
    IGNORED = "ignored"  # has no meaning on ECS, and nothing is lost
    LIMITED = "limited"  # mapped, with a limit that the hint names
    UNSUPPORTED = "unsupported"  # dropped, with a warning
    REFUSED = "refused"

    @property
    def severity(self) -> str:
        """`error`, `warning` or `info`."""
        return SEVERITY.get(self, "info")

    @property
    def worth(self) -> int:
        return WORTH[self]


SEVERITY = {Outcome.REFUSED: "error", Outcome.UNSUPPORTED: "warning"}
WORTH = {outcome: at for at, outcome in enumerate(Outcome)}
MAPPED, LOADED, IGNORED = Outcome.MAPPED, Outcome.LOADED, Outcome.IGNORED
LIMITED, UNSUPPORTED, REFUSED = Outcome.LIMITED, Outcome.UNSUPPORTED, Outcome.REFUSED


class Fate(NamedTuple):
    """What becomes of a path on one launch type: `field` is empty where nothing is sent."""

    outcome: Outcome
    field: str = ""
    hint: str = ""


class Row(NamedTuple):
    """One line of the table."""

    path: str
    ec2: Fate
    fargate: Fate

    def on(self, launch_type: str) -> Fate:
        return self.fargate if launch_type == FARGATE else self.ec2


# ------------------------------------------------------------------------------------------------ t

C = "containerDefinitions[]"
LINUX = f"{C}.linuxParameters"
PORT = f"{C}.portMappings[]"
HEALTH = f"{C}.healthCheck"
DEPLOYMENT = "CreateService.deploymentConfiguration"
DOCKER_VOLUME = "volumes[].dockerVolumeConfiguration"
EFS_VOLUME = "volumes[].efsVolumeConfiguration"

# (path, outcome, field, hint); a pair in any of the last three says EC2 first, Fargate second.
Cell = str | tuple[str, str]
Line = (
    tuple[str, Outcome | tuple[Outcome, Outcome]]
    | tuple[str, Outcome | tuple[Outcome, Outcome], Cell]
    | tuple[str, Outcome | tuple[Outcome, Outcome], Cell, Cell]
)

VPC_ADDRESS = "the address comes from the subnet"
NO_BLKIO = "ECS has no block I/O settings; choose the volume type of the instances instead"
NO_HOOKS_START = (
    "a task has no hooks: start from a wrapper entrypoint, or use a container that others depend on"
)
NO_HOOKS_STOP = "a task has no hooks: handle SIGTERM within stop_grace_period"
VPC_RANGE = "address ranges belong to the VPC: cluster infra file"
ROLLBACK = "a rollback on ECS reuses the settings of update_config"
LOCAL_DEVELOPMENT = "for development on this machine only"
AS_VARIABLE = "given as an environment variable; as a file where the target has a slash"
AS_FILE = (
    "an external one is an environment variable; the rest are files, baked or written by a"
    " container"
)
FILE_DELIVERY = "of the file; an environment variable has none"
FILE_TARGET = (
    "the name of the environment variable, or the path of a file in a directory of its own"
)
ONE_TASK = (
    "services in one network are linked in mode bridge; in the others a task has one network",
    "containers of one task share its network; give services their own project to separate them",
)

TOP: tuple[Line, ...] = (
    (
        "version",
        LOADED,
        "",
        'only "2", "3" and no version at all select the reading of ecs-cli; never refused',
    ),
    ("name", LOADED, "family", "the project name: below --project-name and COMPOSE_PROJECT_NAME"),
    ("include", LOADED),
    ("include[].path", LOADED),
    ("include[].env_file", LOADED),
    ("include[].project_directory", LOADED),
    (
        "services",
        MAPPED,
        "containerDefinitions",
        "all services of a project are containers of one task, 10 at most",
    ),
)
PROCESS: tuple[Line, ...] = (
    ("image", MAPPED, f"{C}.image"),
    ("command", MAPPED, f"{C}.command"),
    ("entrypoint", MAPPED, f"{C}.entryPoint"),
    ("working_dir", MAPPED, f"{C}.workingDirectory"),
    ("user", MAPPED, f"{C}.user"),
    (
        "container_name",
        UNSUPPORTED,
        "",
        "the container is named after its service; rename the service",
    ),
    (
        "hostname",
        (LIMITED, UNSUPPORTED),
        (f"{C}.hostname", ""),
        (
            "not with network mode awsvpc",
            "tasks in awsvpc cannot choose one; use service discovery",
        ),
    ),
    ("domainname", UNSUPPORTED, "", "no counterpart; use service discovery"),
    ("init", MAPPED, f"{LINUX}.initProcessEnabled"),
    ("tty", MAPPED, f"{C}.pseudoTerminal"),
    ("stdin_open", MAPPED, f"{C}.interactive"),
    ("stop_signal", UNSUPPORTED, "", "set STOPSIGNAL in the image"),
    ("stop_grace_period", LIMITED, f"{C}.stopTimeout", ("whole seconds", "2 to 120 whole seconds")),
    ("read_only", MAPPED, f"{C}.readonlyRootFilesystem"),
    (
        "privileged",
        MAPPED,
        f"{C}.privileged",
    ),
    (
        "platform",
        LIMITED,
        "runtimePlatform",
        "linux or windows on amd64 or arm64, one for the whole task",
    ),
    ("runtime", UNSUPPORTED, "", "the agent chooses the runtime; for NVIDIA devices use gpus"),
    ("isolation", UNSUPPORTED, "", "Windows isolation is a setting of the instance"),
    ("annotations", UNSUPPORTED, "", "no counterpart; use labels"),
    ("attach", IGNORED, "", "about the terminal of `docker compose up`"),
    ("labels", MAPPED, f"{C}.dockerLabels"),
    ("label_file", LOADED, f"{C}.dockerLabels"),
    ("profiles", LOADED, "", "activate with --compose-profile or COMPOSE_PROFILES"),
    ("extends", LOADED),
    ("extends.service", LOADED),
    ("extends.file", LOADED),
    ("provider", REFUSED, "", "a plugin would own this service; put it behind a profile"),
    ("provider.type", REFUSED, "", "a plugin would own this service; put it behind a profile"),
    ("provider.options", REFUSED, "", "a plugin would own this service; put it behind a profile"),
    (
        "scale",
        LIMITED,
        "CreateService.desiredCount",
        "one count for the whole task; or `compose service scale`",
    ),
    (
        "restart",
        LIMITED,
        f"{C}.restartPolicy",
        "no count of attempts; a service replaces its stopped tasks in any case",
    ),
    (
        "pull_policy",
        UNSUPPORTED,
        "",
        "instances decide: ECS_IMAGE_PULL_BEHAVIOR in their user data",
    ),
    (
        "pull_refresh_after",
        UNSUPPORTED,
        "",
        "instances decide: ECS_IMAGE_PULL_BEHAVIOR in their user data",
    ),
    ("use_api_socket", REFUSED, "", "it would hand the Docker socket of the host to the task"),
)
ENVIRONMENT: tuple[Line, ...] = (
    ("environment", MAPPED, f"{C}.environment"),
    ("env_file", LOADED, f"{C}.environment", "read here and sent as environment"),
    ("env_file[].path", LOADED, f"{C}.environment", "read here and sent as environment"),
    ("env_file[].format", LOADED),
    ("env_file[].required", LOADED),
    ("configs", LIMITED, f"{C}.secrets[]", AS_FILE),
    (
        "configs[].source",
        LIMITED,
        f"{C}.secrets[].valueFrom",
        "an external config: an SSM parameter by name or ARN",
    ),
    ("configs[].target", LIMITED, f"{C}.secrets[].name", FILE_TARGET),
    ("configs[].uid", LOADED, "", FILE_DELIVERY),
    ("configs[].gid", LOADED, "", FILE_DELIVERY),
    ("configs[].mode", LOADED, "", FILE_DELIVERY),
    ("secrets", LIMITED, f"{C}.secrets[]", AS_VARIABLE),
    (
        "secrets[].source",
        LIMITED,
        f"{C}.secrets[].valueFrom",
        "an external secret: ARN or SSM parameter name; others with --ship-secrets",
    ),
    ("secrets[].target", LIMITED, f"{C}.secrets[].name", FILE_TARGET),
    ("secrets[].uid", LOADED, "", FILE_DELIVERY),
    ("secrets[].gid", LOADED, "", FILE_DELIVERY),
    ("secrets[].mode", LOADED, "", FILE_DELIVERY),
    ("credential_spec", LIMITED, f"{C}.credentialSpecs", "one ARN of SSM or S3"),
    ("credential_spec.file", LIMITED, f"{C}.credentialSpecs", "write the ARN in SSM or S3"),
    ("credential_spec.config", LIMITED, f"{C}.credentialSpecs", "write the ARN in SSM or S3"),
    (
        "credential_spec.registry",
        REFUSED,
        "",
        "a registry of one host; give the ARN in SSM or S3 as `file`",
    ),
)
NETWORK: tuple[Line, ...] = (
    (
        "ports",
        LIMITED,
        PORT,
        ("with awsvpc or host only the target counts", "only the target counts"),
    ),
    ("ports[].target", MAPPED, f"{PORT}.containerPort"),
    (
        "ports[].published",
        LIMITED,
        f"{PORT}.hostPort",
        ("with awsvpc or host only the target counts", "only the target counts"),
    ),
    ("ports[].protocol", LIMITED, f"{PORT}.protocol", "tcp or udp"),
    ("ports[].mode", IGNORED, "", "a published port is fixed, one without is dynamic"),
    ("ports[].host_ip", LIMITED, "", "every interface; a narrower one is dropped, with a warning"),
    ("ports[].name", MAPPED, f"{PORT}.name"),
    ("ports[].app_protocol", LIMITED, f"{PORT}.appProtocol", "http, http2 or grpc"),
    ("expose", MAPPED, PORT),
    (
        "links",
        LIMITED,
        f"{C}.links",
        "network mode bridge only",
    ),
    ("external_links", UNSUPPORTED, "", "use service discovery"),
    (
        "extra_hosts",
        LIMITED,
        f"{C}.extraHosts[]",
        "not with network mode awsvpc",
    ),
    (
        "dns",
        LIMITED,
        f"{C}.dnsServers",
        "not with network mode awsvpc",
    ),
    (
        "dns_search",
        LIMITED,
        f"{C}.dnsSearchDomains",
        "not with network mode awsvpc",
    ),
    ("dns_opt", UNSUPPORTED, "", "no counterpart"),
    (
        "network_mode",
        LIMITED,
        "networkMode",
        ("one for the whole task; ecs_network_mode in ecs-params wins", "Fargate has awsvpc alone"),
    ),
    ("networks", IGNORED, "", ONE_TASK),
    (
        "networks.*.aliases",
        (LIMITED, UNSUPPORTED),
        (f"{C}.links", ""),
        (
            "network mode bridge only, for services that start later; in awsvpc use localhost",
            "containers of one task share localhost; else use service discovery",
        ),
    ),
    ("networks.*.ipv4_address", UNSUPPORTED, "", VPC_ADDRESS),
    ("networks.*.ipv6_address", UNSUPPORTED, "", VPC_ADDRESS),
    ("networks.*.link_local_ips", UNSUPPORTED, "", VPC_ADDRESS),
    ("networks.*.priority", IGNORED, "", ONE_TASK),
    ("networks.*.mac_address", UNSUPPORTED, "", "the network interface has its own"),
    ("networks.*.interface_name", UNSUPPORTED, "", "no counterpart"),
    ("networks.*.driver_opts", UNSUPPORTED, "", "no counterpart"),
    ("networks.*.gw_priority", IGNORED, "", ONE_TASK),
    ("mac_address", UNSUPPORTED, "", "the network interface has its own"),
)
HOOK_KEYS = ("command", "user", "privileged", "working_dir", "environment")
LIFECYCLE: tuple[Line, ...] = (
    ("depends_on", MAPPED, f"{C}.dependsOn[]"),
    (
        "depends_on.*.condition",
        LIMITED,
        f"{C}.dependsOn[].condition",
        (
            "service_healthy needs a healthcheck; service_completed_successfully makes that"
            " container non-essential"
        ),
    ),
    ("depends_on.*.restart", UNSUPPORTED, "", "ECS replaces the whole task"),
    ("depends_on.*.required", LOADED),
    ("healthcheck", MAPPED, HEALTH),
    ("healthcheck.test", MAPPED, f"{HEALTH}.command"),
    ("healthcheck.interval", LIMITED, f"{HEALTH}.interval", "5 to 300 whole seconds"),
    ("healthcheck.timeout", LIMITED, f"{HEALTH}.timeout", "2 to 60 whole seconds"),
    ("healthcheck.retries", LIMITED, f"{HEALTH}.retries", "1 to 10"),
    ("healthcheck.start_period", LIMITED, f"{HEALTH}.startPeriod", "0 to 300 whole seconds"),
    ("healthcheck.start_interval", UNSUPPORTED, "", "checks run at the interval from the start"),
    (
        "healthcheck.disable",
        LOADED,
        "",
        "no health check is sent; that of the image is never used by ECS",
    ),
    ("post_start", UNSUPPORTED, "", NO_HOOKS_START),
    *((f"post_start[].{key}", UNSUPPORTED, "", NO_HOOKS_START) for key in HOOK_KEYS),
    ("pre_stop", UNSUPPORTED, "", NO_HOOKS_STOP),
    *((f"pre_stop[].{key}", UNSUPPORTED, "", NO_HOOKS_STOP) for key in HOOK_KEYS),
)
RESOURCES: tuple[Line, ...] = (
    ("cpus", MAPPED, f"{C}.cpu"),
    ("cpu_shares", MAPPED, f"{C}.cpu"),
    ("cpu_quota", LIMITED, f"{C}.cpu", "with cpu_period: the share of one core"),
    ("cpu_period", LIMITED, f"{C}.cpu", "with cpu_quota: the share of one core"),
    ("cpu_rt_period", UNSUPPORTED, "", "no real-time scheduling; use cpus"),
    ("cpu_rt_runtime", UNSUPPORTED, "", "no real-time scheduling; use cpus"),
    ("cpu_count", UNSUPPORTED, "", "use cpus"),
    ("cpu_percent", UNSUPPORTED, "", "use cpus"),
    ("cpuset", UNSUPPORTED, "", "no CPU pinning; use cpus"),
    ("mem_limit", LIMITED, f"{C}.memory", "whole MiB, 6 at least"),
    ("mem_reservation", LIMITED, f"{C}.memoryReservation", "whole MiB, not above the limit"),
    (
        "mem_swappiness",
        LIMITED,
        f"{LINUX}.swappiness",
        "0 to 100, with memswap_limit; not on Amazon Linux 2023",
    ),
    (
        "memswap_limit",
        LIMITED,
        f"{LINUX}.maxSwap",
        "memory and swap together, so mem_limit is taken off",
    ),
    ("oom_kill_disable", UNSUPPORTED, "", "raise mem_limit instead"),
    ("oom_score_adj", UNSUPPORTED, "", "raise mem_reservation instead"),
    ("pids_limit", UNSUPPORTED, "", "a setting of the Docker daemon of the instances"),
    (
        "gpus",
        LIMITED,
        f"{C}.resourceRequirements[]",
        "a number; `all` has no counterpart",
    ),
    (
        "gpus[].count",
        LIMITED,
        f"{C}.resourceRequirements[].value",
        "a number; `all` has no counterpart",
    ),
    ("gpus[].capabilities", MAPPED, f"{C}.resourceRequirements[].type"),
    (
        "gpus[].driver",
        IGNORED,
        "",
        "the GPU image of the instances brings it",
    ),
    ("gpus[].options", UNSUPPORTED, "", "no counterpart"),
    (
        "gpus[].device_ids",
        UNSUPPORTED,
        "",
        "ECS chooses the devices; give a count",
    ),
    ("blkio_config", UNSUPPORTED, "", NO_BLKIO),
    ("blkio_config.weight", UNSUPPORTED, "", NO_BLKIO),
    *(
        (f"blkio_config.{device}", UNSUPPORTED, "", NO_BLKIO)
        for limit, value in (
            ("weight_device", "weight"),
            ("device_read_bps", "rate"),
            ("device_read_iops", "rate"),
            ("device_write_bps", "rate"),
            ("device_write_iops", "rate"),
        )
        for device in (limit, f"{limit}[].path", f"{limit}[].{value}")
    ),
    ("ulimits", MAPPED, f"{C}.ulimits[]"),
    ("ulimits.*.soft", MAPPED, f"{C}.ulimits[].softLimit"),
    ("ulimits.*.hard", MAPPED, f"{C}.ulimits[].hardLimit"),
    (
        "shm_size",
        LIMITED,
        f"{LINUX}.sharedMemorySize",
        "whole MiB",
    ),
    (
        "storage_opt",
        (UNSUPPORTED, LIMITED),
        ("", "ephemeralStorage.sizeInGiB"),
        ("a setting of the instances", "`size` alone: 21 to 200 GiB for the whole task"),
    ),
)
SECURITY: tuple[Line, ...] = (
    (
        "cap_add",
        LIMITED,
        f"{LINUX}.capabilities.add",
        ("names without CAP_", "SYS_PTRACE, and what containers have by default"),
    ),
    ("cap_drop", MAPPED, f"{LINUX}.capabilities.drop"),
    (
        "security_opt",
        MAPPED,
        f"{C}.dockerSecurityOptions",
        "SELinux and AppArmor need a switch of the agent",
    ),
    (
        "sysctls",
        LIMITED,
        f"{C}.systemControls[]",
        "net.* and IPC settings; with awsvpc one value for the whole task",
    ),
    (
        "devices",
        MAPPED,
        f"{LINUX}.devices[]",
    ),
    (
        "devices[].source",
        MAPPED,
        f"{LINUX}.devices[].hostPath",
    ),
    (
        "devices[].target",
        MAPPED,
        f"{LINUX}.devices[].containerPath",
    ),
    (
        "devices[].permissions",
        MAPPED,
        f"{LINUX}.devices[].permissions",
    ),
    ("device_cgroup_rules", UNSUPPORTED, "", "name the devices under devices"),
    ("group_add", UNSUPPORTED, "", "add the groups in the image"),
    (
        "ipc",
        (LIMITED, REFUSED),
        ("ipcMode", ""),
        (
            "one for the whole task; ipc_mode in ecs-params wins",
            "Fargate containers have an IPC space of their own",
        ),
    ),
    (
        "pid",
        LIMITED,
        "pidMode",
        (
            "one for the whole task; pid_mode in ecs-params wins",
            "`task` alone: services of the same task",
        ),
    ),
    ("cgroup", UNSUPPORTED, "", "no counterpart"),
    ("cgroup_parent", UNSUPPORTED, "", "the agent chooses the group of a task"),
    ("userns_mode", UNSUPPORTED, "", "a setting of the Docker daemon of the instances"),
    ("uts", UNSUPPORTED, "", "no counterpart"),
)
STORAGE: tuple[Line, ...] = (
    ("volumes", MAPPED, f"{C}.mountPoints[]"),
    ("volumes[].type", LIMITED, "volumes[]", ("volume, bind, npipe and tmpfs", "volume and tmpfs")),
    (
        "volumes[].source",
        (MAPPED, LIMITED),
        f"{C}.mountPoints[].sourceVolume",
        ("", "no path of a host; without EFS or EBS it ends with the task"),
    ),
    ("volumes[].target", MAPPED, f"{C}.mountPoints[].containerPath"),
    ("volumes[].read_only", MAPPED, f"{C}.mountPoints[].readOnly"),
    ("volumes[].consistency", IGNORED, "", "about Docker Desktop"),
    (
        "volumes[].bind",
        LIMITED,
        ("volumes[].host.sourcePath", ""),
        (
            "files of the project are baked into an image; other paths are those of the instance",
            "files of the project are baked into an image; there is no host to mount from",
        ),
    ),
    ("volumes[].bind.propagation", UNSUPPORTED, "", "no counterpart"),
    ("volumes[].bind.create_host_path", IGNORED, "", "Docker creates the path on the instance"),
    ("volumes[].bind.recursive", UNSUPPORTED, "", "no counterpart"),
    ("volumes[].bind.selinux", UNSUPPORTED, "", "no counterpart"),
    ("volumes[].volume", MAPPED, "volumes[]"),
    ("volumes[].volume.nocopy", UNSUPPORTED, "", "no counterpart"),
    ("volumes[].volume.labels", UNSUPPORTED, "", "label the volume at the top level"),
    (
        "volumes[].volume.subpath",
        LIMITED,
        f"{EFS_VOLUME}.rootDirectory",
        "of an EFS volume without an access point, or one that is made, which gets a further one",
    ),
    ("volumes[].tmpfs", MAPPED, f"{LINUX}.tmpfs[]"),
    ("volumes[].tmpfs.size", LIMITED, f"{LINUX}.tmpfs[].size", "whole MiB"),
    ("volumes[].tmpfs.mode", MAPPED, f"{LINUX}.tmpfs[].mountOptions"),
    (
        "volumes[].image",
        REFUSED,
        "",
        "images cannot be mounted: share a volume with a container of that image",
    ),
    (
        "volumes[].image.subpath",
        REFUSED,
        "",
        "images cannot be mounted: share a volume with a container of that image",
    ),
    ("volumes_from", MAPPED, f"{C}.volumesFrom[]"),
    (
        "tmpfs",
        LIMITED,
        f"{LINUX}.tmpfs[]",
        ("whole MiB; give a size", "whole MiB; give a size; Linux platform version 1.4.0 or later"),
    ),
)
LOGGING: tuple[Line, ...] = (
    ("logging", MAPPED, f"{C}.logConfiguration"),
    (
        "logging.driver",
        LIMITED,
        f"{C}.logConfiguration.logDriver",
        (
            "awslogs, awsfirelens, fluentd, gelf, journald, json-file, splunk or syslog",
            "awslogs, awsfirelens or splunk",
        ),
    ),
    ("logging.options", MAPPED, f"{C}.logConfiguration.options"),
)
ROLLBACK_KEYS = ("parallelism", "delay", "failure_action", "monitor", "max_failure_ratio", "order")
DEPLOY: tuple[Line, ...] = (
    ("deploy", MAPPED, "CreateService"),
    (
        "deploy.mode",
        LIMITED,
        "CreateService.schedulingStrategy",
        ("replicated or global; jobs: `compose run`", "replicated alone: global needs instances"),
    ),
    ("deploy.endpoint_mode", UNSUPPORTED, "", "use --enable-service-discovery"),
    ("deploy.replicas", LIMITED, "CreateService.desiredCount", "one count for the whole task"),
    ("deploy.labels", UNSUPPORTED, "", "tag the service with --tags"),
    ("deploy.update_config", LIMITED, DEPLOYMENT, "one for the whole task"),
    (
        "deploy.update_config.parallelism",
        LIMITED,
        f"{DEPLOYMENT}.minimumHealthyPercent",
        "as a share of the replicas",
    ),
    (
        "deploy.update_config.order",
        LIMITED,
        f"{DEPLOYMENT}.maximumPercent",
        "one for the whole task",
    ),
    (
        "deploy.update_config.failure_action",
        MAPPED,
        f"{DEPLOYMENT}.deploymentCircuitBreaker",
        "pause stops, rollback also rolls back, continue turns the breaker off",
    ),
    ("deploy.update_config.monitor", UNSUPPORTED, "", "the health of the tasks decides"),
    ("deploy.update_config.delay", UNSUPPORTED, "", "no counterpart"),
    (
        "deploy.update_config.max_failure_ratio",
        LIMITED,
        f"{DEPLOYMENT}.deploymentCircuitBreaker.thresholdConfiguration.value",
        "as a percentage of the replicas, 3 tasks at least",
    ),
    ("deploy.rollback_config", UNSUPPORTED, "", ROLLBACK),
    *((f"deploy.rollback_config.{key}", UNSUPPORTED, "", ROLLBACK) for key in ROLLBACK_KEYS),
    ("deploy.resources", MAPPED, C),
    ("deploy.resources.limits", MAPPED, C),
    (
        "deploy.resources.limits.cpus",
        MAPPED,
        f"{C}.cpu",
        ("", "rounded up to a size of Fargate for the whole task"),
    ),
    ("deploy.resources.limits.memory", MAPPED, f"{C}.memory"),
    (
        "deploy.resources.limits.pids",
        UNSUPPORTED,
        "",
        "a setting of the Docker daemon of the instances",
    ),
    ("deploy.resources.reservations", MAPPED, C),
    ("deploy.resources.reservations.cpus", LIMITED, f"{C}.cpu", "where no limit is given"),
    ("deploy.resources.reservations.memory", MAPPED, f"{C}.memoryReservation"),
    *(
        (
            f"deploy.resources.reservations.generic_resources{key}",
            (LIMITED, REFUSED),
            (f"{C}.resourceRequirements[]{field}", ""),
            ("kind gpu alone", NO_GPU),
        )
        for key, field in (
            ("", ""),
            ("[].discrete_resource_spec", ""),
            ("[].discrete_resource_spec.kind", ".type"),
            ("[].discrete_resource_spec.value", ".value"),
        )
    ),
    (
        "deploy.resources.reservations.devices",
        (LIMITED, REFUSED),
        (f"{C}.resourceRequirements[]", ""),
        ("GPUs by number", NO_GPU),
    ),
    (
        "deploy.resources.reservations.devices[].capabilities",
        (LIMITED, REFUSED),
        (f"{C}.resourceRequirements[].type", ""),
        ("gpu alone", NO_GPU),
    ),
    (
        "deploy.resources.reservations.devices[].count",
        (LIMITED, REFUSED),
        (f"{C}.resourceRequirements[].value", ""),
        ("a number; `all` has no counterpart", NO_GPU),
    ),
    (
        "deploy.resources.reservations.devices[].device_ids",
        (UNSUPPORTED, REFUSED),
        "",
        ("ECS chooses the devices; give a count", NO_GPU),
    ),
    (
        "deploy.resources.reservations.devices[].driver",
        (IGNORED, REFUSED),
        "",
        ("the GPU image of the instances brings it", NO_GPU),
    ),
    (
        "deploy.resources.reservations.devices[].options",
        (UNSUPPORTED, REFUSED),
        "",
        ("no counterpart", NO_GPU),
    ),
    (
        "deploy.restart_policy",
        LIMITED,
        f"{C}.restartPolicy",
        "a service replaces its stopped tasks in any case",
    ),
    ("deploy.restart_policy.condition", MAPPED, f"{C}.restartPolicy.enabled"),
    ("deploy.restart_policy.delay", UNSUPPORTED, "", "no counterpart"),
    (
        "deploy.restart_policy.max_attempts",
        UNSUPPORTED,
        "",
        "no count of attempts; `window` spaces them",
    ),
    (
        "deploy.restart_policy.window",
        LIMITED,
        f"{C}.restartPolicy.restartAttemptPeriod",
        "60 to 1800 whole seconds",
    ),
    (
        "deploy.placement",
        (LIMITED, UNSUPPORTED),
        "",
        ("one for the whole task", "Fargate places tasks itself"),
    ),
    (
        "deploy.placement.constraints",
        (LIMITED, UNSUPPORTED),
        ("placementConstraints[].expression", ""),
        ("node.labels, node.hostname and node.platform", "Fargate places tasks itself"),
    ),
    (
        "deploy.placement.preferences",
        (LIMITED, UNSUPPORTED),
        ("CreateService.placementStrategy[]", ""),
        ("5 at most", "Fargate spreads over the subnets"),
    ),
    (
        "deploy.placement.preferences[].spread",
        (LIMITED, UNSUPPORTED),
        ("CreateService.placementStrategy[].field", ""),
        ("node.labels, node.hostname and node.platform.arch", "Fargate spreads over the subnets"),
    ),
    (
        "deploy.placement.max_replicas_per_node",
        (LIMITED, UNSUPPORTED),
        ("CreateService.placementConstraints[].type", ""),
        ("1 is distinctInstance; more has no counterpart", "Fargate places tasks itself"),
    ),
)
BUILT = "built where ECR does not have it, pushed, and sent by its digest"
NEEDS_BUILDKIT = "as build; needs BuildKit in the docker command, or buildx"
NEEDS_BUILDX = "as build; needs docker buildx"
BEST_WITH_BUILDX = "as build; no effect without docker buildx"
BUILD_KEYS = """
    context dockerfile dockerfile_inline args target labels cache_from network shm_size extra_hosts
    isolation no_cache pull platforms tags
"""
BUILDKIT_KEYS = "ssh secrets secrets[].source secrets[].target"
BUILDX_KEYS = "additional_contexts entitlements privileged"
BEST_KEYS = "cache_to provenance sbom ulimits ulimits.*.hard ulimits.*.soft"
UNUSED_SECRET_KEYS = "secrets[].uid secrets[].gid secrets[].mode"
DEVELOP_KEYS = """
    watch watch[].path watch[].action watch[].target watch[].ignore watch[].include
    watch[].initial_sync watch[].exec watch[].exec.command watch[].exec.user watch[].exec.privileged
    watch[].exec.working_dir watch[].exec.environment
"""
LOCAL: tuple[Line, ...] = (
    ("build", LOADED, "", BUILT),
    *((f"build.{key}", LOADED, "", BUILT) for key in BUILD_KEYS.split()),
    *((f"build.{key}", LOADED, "", NEEDS_BUILDKIT) for key in BUILDKIT_KEYS.split()),
    *((f"build.{key}", LOADED, "", NEEDS_BUILDX) for key in BUILDX_KEYS.split()),
    *((f"build.{key}", LOADED, "", BEST_WITH_BUILDX) for key in BEST_KEYS.split()),
    *((f"build.{key}", IGNORED, "", "BuildKit ignores it") for key in UNUSED_SECRET_KEYS.split()),
    ("develop", IGNORED, "", LOCAL_DEVELOPMENT),
    *((f"develop.{key}", IGNORED, "", LOCAL_DEVELOPMENT) for key in DEVELOP_KEYS.split()),
    ("models", UNSUPPORTED, "", "name the endpoint of a hosted model in environment"),
    (
        "models.*.endpoint_var",
        UNSUPPORTED,
        "",
        "name the endpoint of a hosted model in environment",
    ),
    ("models.*.model_var", UNSUPPORTED, "", "name the model in environment"),
)
NETWORKS: tuple[Line, ...] = (
    ("networks", IGNORED, "", ONE_TASK),
    ("networks.*.name", IGNORED, "", "subnets and security groups: run_params in ecs-params"),
    ("networks.*.external", IGNORED, "", "subnets and security groups: run_params in ecs-params"),
    (
        "networks.*.external.name",
        IGNORED,
        "",
        "subnets and security groups: run_params in ecs-params",
    ),
    ("networks.*.driver", IGNORED, "", "ecs_network_mode in ecs-params"),
    ("networks.*.driver_opts", UNSUPPORTED, "", "no counterpart"),
    ("networks.*.attachable", IGNORED, "", "about Docker Swarm"),
    (
        "networks.*.internal",
        UNSUPPORTED,
        "",
        "use private subnets and a security group: run_params in ecs-params",
    ),
    ("networks.*.labels", UNSUPPORTED, "", "nothing is created that could carry them"),
    *(
        (f"networks.*.ipam{key}", UNSUPPORTED, "", VPC_RANGE)
        for key in (
            "",
            ".driver",
            ".config",
            ".config[].subnet",
            ".config[].ip_range",
            ".config[].gateway",
            ".config[].aux_addresses",
            ".options",
        )
    ),
    ("networks.*.enable_ipv4", UNSUPPORTED, "", VPC_RANGE),
    ("networks.*.enable_ipv6", UNSUPPORTED, "", VPC_RANGE),
)
EFS_OR_EBS = "efs or ebs: Fargate has no Docker volumes"
EXTERNAL_VOLUME = ("a Docker volume of the instance, or an EFS by its id", "an EFS by its id")
VOLUMES: tuple[Line, ...] = (
    ("volumes", MAPPED, "volumes[]"),
    (
        "volumes.*.driver",
        LIMITED,
        (f"{DOCKER_VOLUME}.driver", EFS_VOLUME),
        ("efs (without an id it is made), fsx, ebs or a driver of Docker", EFS_OR_EBS),
    ),
    (
        "volumes.*.driver_opts",
        LIMITED,
        (f"{DOCKER_VOLUME}.driverOpts", EFS_VOLUME),
        ("those of the driver, or of docker/compose-cli for EFS", EFS_OR_EBS),
    ),
    (
        "volumes.*.external",
        LIMITED,
        (f"{DOCKER_VOLUME}.autoprovision", f"{EFS_VOLUME}.fileSystemId"),
        EXTERNAL_VOLUME,
    ),
    (
        "volumes.*.external.name",
        LIMITED,
        ("volumes[].name", f"{EFS_VOLUME}.fileSystemId"),
        EXTERNAL_VOLUME,
    ),
    (
        "volumes.*.name",
        LIMITED,
        "volumes[].name",
        "letters, digits, dashes and underscores; fs-... names an EFS",
    ),
    ("volumes.*.labels", (MAPPED, REFUSED), (f"{DOCKER_VOLUME}.labels", ""), ("", EFS_OR_EBS)),
)
NO_UPLOAD = "a service cannot use it: store it in SSM or Secrets Manager and declare it external"
SHIPPED = "created in Secrets Manager or SSM with --ship-secrets"
WRITTEN = "its content is written to a file by a container that starts first"
FILES: tuple[Line, ...] = (
    ("secrets", LIMITED, f"{C}.secrets[]", "external ones, and others with --ship-secrets"),
    ("secrets.*.name", MAPPED, f"{C}.secrets[].valueFrom"),
    ("secrets.*.external", MAPPED, f"{C}.secrets[].valueFrom"),
    ("secrets.*.external.name", MAPPED, f"{C}.secrets[].valueFrom"),
    ("secrets.*.file", LIMITED, f"{C}.secrets[].valueFrom", SHIPPED),
    ("secrets.*.environment", LIMITED, f"{C}.secrets[].valueFrom", SHIPPED),
    ("secrets.*.labels", UNSUPPORTED, "", "tag the secret where it is stored"),
    ("secrets.*.driver", UNSUPPORTED, "", NO_UPLOAD),
    ("secrets.*.driver_opts", UNSUPPORTED, "", NO_UPLOAD),
    ("secrets.*.template_driver", UNSUPPORTED, "", NO_UPLOAD),
    ("configs", LIMITED, f"{C}.secrets[]", "external ones"),
    ("configs.*.name", MAPPED, f"{C}.secrets[].valueFrom"),
    ("configs.*.external", MAPPED, f"{C}.secrets[].valueFrom"),
    ("configs.*.external.name", MAPPED, f"{C}.secrets[].valueFrom"),
    ("configs.*.file", LOADED, "", WRITTEN),
    ("configs.*.content", LOADED, "", WRITTEN),
    ("configs.*.environment", LOADED, "", WRITTEN),
    ("configs.*.labels", UNSUPPORTED, "", "tag the parameter where it is stored"),
    ("configs.*.template_driver", UNSUPPORTED, "", "no counterpart"),
    ("models", UNSUPPORTED, "", "name the endpoint of a hosted model in environment"),
    *(
        (f"models.*.{key}", UNSUPPORTED, "", "name the endpoint of a hosted model in environment")
        for key in ("name", "model", "context_size", "runtime_flags")
    ),
)
SERVICE = (
    *(PROCESS + ENVIRONMENT + NETWORK + LIFECYCLE + RESOURCES),
    *(SECURITY + STORAGE + LOGGING + DEPLOY + LOCAL),
)

# What differs where each Compose service is an ECS service
GROUPS = "awsvpcConfiguration.securityGroups[]"
OF_INSTANCES = "in network mode awsvpc; in the others the groups are those of the instances"
OWN_NETWORKS: tuple[Line, ...] = tuple(
    (path, (LIMITED, MAPPED), GROUPS, (OF_INSTANCES, ""))
    for path in (
        *("services.*.networks", "networks", "networks.*.name", "networks.*.external"),
        *("networks.*.external.name", "networks.*.internal"),
    )
)
OWN_COUNTS: tuple[Line, ...] = (
    ("deploy.replicas", LIMITED, "CreateService.desiredCount", "of a new service"),
    ("deploy.update_config", MAPPED, DEPLOYMENT),
    ("deploy.update_config.order", MAPPED, f"{DEPLOYMENT}.maximumPercent"),
)

# ecs-cli's words, which scripts look for
SKIPPING = "Skipping unsupported YAML option for service..."


@cache
def table() -> tuple[Row, ...]:
    """Every path once, in the order of the reference page."""
    parts = (("", TOP), ("services.*.", SERVICE), ("", NETWORKS + VOLUMES + FILES))
    return tuple(_row(prefix, line) for prefix, lines in parts for line in lines)


@cache
def _rows_of_layout_services() -> dict[str, Row]:
    """The rows that differ in layout services, by their paths."""
    lines = (
        *(("", line) for line in OWN_NETWORKS),
        *(("services.*.", line) for line in OWN_COUNTS),
    )
    rows = [_row(prefix, line) for prefix, line in lines]
    return {row.path: row for row in rows}


def _row(prefix: str, line: Line) -> Row:
    outcomes, field, hint = (*line[1:], "", "")[:3]
    (ec2, fargate), fields, hints = _pair(outcomes), _pair(field), _pair(hint)
    on_fargate = Fate(fargate, str(fields[1]), str(hints[1]))
    if prefix:
        key = line[0].partition(".")[0].partition("[")[0]
        if key in FARGATE_HINTS:
            on_fargate = Fate(REFUSED, "", FARGATE_HINTS[key])
    return Row(prefix + line[0], Fate(ec2, str(fields[0]), str(hints[0])), on_fargate)


def _pair(cell: Any) -> tuple[Any, Any]:
    return cell if isinstance(cell, tuple) else (cell, cell)


class _Node:
    """One step of the paths: what stands here, and what may come next."""

    __slots__ = ("next", "row")

    def __init__(self) -> None:
        self.row: Row | None = None
        self.next: dict[str, _Node] = {}


@cache
def _root(paths: frozenset[str] | None = None) -> _Node:
    """The table, or the rows with these paths alone, as a tree of steps."""
    root = _Node()
    for row in table():
        if paths is not None and row.path not in paths:
            continue
        node = root
        for step in row.path.replace("[]", ".[]").split("."):
            node = node.next.setdefault(step, _Node())
        node.row = row
    return root


Path = tuple[str | int, ...]


class Seen(NamedTuple):
    """A key of a document that stands in the table."""

    path: Path
    row: Row
    mark: Mark | None
    value: object


def seen_in(tree: object, paths: frozenset[str] | None = None) -> list[Seen]:
    """Each key of a canonical document that stands in the table, in the order of the document,
    parents first.

    Beside keys that were written, those without a mark are defaults and are left out. `paths` are
    those of the rows to look for: all of them where it is None.
    """
    found: list[Seen] = []
    _walk(tree, _root(paths), (), None, found)
    return found


def _walk(tree: object, node: _Node, path: Path, mark: Mark | None, found: list[Seen]) -> None:
    following = node.next
    if isinstance(tree, dict):
        any_name, marks = following.get("*"), getattr(tree, "keys_at", None)
        for key in marks or tree:
            step = following.get(key, any_name)
            if step is not None and key in tree:
                _visit(tree[key], step, (*path, key), marks[key] if marks else mark, found)
    elif isinstance(tree, list) and "[]" in following:
        step, places = following["[]"], getattr(tree, "values_at", ())
        for at, child in enumerate(tree):
            _visit(child, step, (*path, at), places[at] if at < len(places) else mark, found)


def _visit(value: object, step: _Node, path: Path, mark: Mark | None, found: list[Seen]) -> None:
    if step.row is not None:
        found.append(Seen(path, step.row, mark, value))
    if step.next and isinstance(value, dict | list):
        _walk(value, step, path, mark, found)


def row_of(path: Path) -> Row | None:
    """The row of a path in a document, or the nearest one above: that of the list for an entry of
    one."""
    node, row = _root(), None
    for step in path:
        following = node.next.get("[]" if isinstance(step, int) else step) or node.next.get("*")
        if following is None:
            return None
        node, row = following, following.row or row
    return row


def fate(row: Row, launch_type: str, dialect: Dialect) -> Fate:
    """What becomes of a row's path for a launch type, in a file of this dialect."""
    if dialect.has_layout_services:
        row = _rows_of_layout_services().get(row.path, row)
    today = row.on(launch_type)
    if (
        today.field
        and row.path.startswith("services.*.")
        and row.path.split(".")[2] in dialect.skipped_keys
    ):
        return Fate(UNSUPPORTED, "", dialect.skipped_hint)
    return today


def is_set(value: object) -> bool:
    """Whether a value says anything: false, zero, null and empty ones neither warn nor are
    refused."""
    return value not in (None, False, 0, "", "0", [], {})


def is_off(path: Path, project: Project) -> bool:
    """Whether a key is of a service that no profile turns on; `profiles` themselves say so, and
    count."""
    return (
        len(path) > 1
        and path[0] == "services"
        and path[1] in project.disabled
        and path[2:3] != ("profiles",)
    )


def left_out(project: Project, launch_type: str) -> Iterator[tuple[Outcome, Finding]]:
    """What is said but cannot be sent: UNSUPPORTED with the warning for it, REFUSED with the
    error."""
    above: Path = ("",)
    lossy = _lossy(launch_type, project.dialect)
    where = "Fargate" if launch_type == FARGATE else "ECS"
    for path, row, mark, value in seen_in(project.tree):
        if (
            row.path not in lossy
            or path[: len(above)] == above
            or not is_missed(path, value)
            or is_off(path, project)
        ):
            continue
        outcome, _, hint = fate(row, launch_type, project.dialect)
        above, key = path, dotted(path)
        if outcome is UNSUPPORTED:
            yield outcome, Finding(f"{SKIPPING} {key}", mark, hint)
        else:
            yield outcome, Finding.about(key, f"not possible on {where}", mark, hint)


@cache
def _lossy(launch_type: str, dialect: Dialect) -> frozenset[str]:
    fates = ((row.path, fate(row, launch_type, dialect).outcome) for row in table())
    return frozenset(path for path, outcome in fates if outcome in (UNSUPPORTED, REFUSED))


def is_missed(path: Path, value: object) -> bool:
    """Whether something is lost where a value cannot be sent: not so a host name by which a service
    is known anyway."""
    is_own_name = path[2:] == ("hostname",) and value == path[1]
    return is_set(value) and not is_own_name
